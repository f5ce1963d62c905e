"""Letters: a row first, sent once through a real server, tried again, and wiped of what is confidential."""

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.utils import timezone

from milepost.web import post
from milepost.web.models import Job, Letter
from milepost.web.worker import Worker

pytestmark = pytest.mark.django_db
BUYER = post.Recipient("a.brandt@mill.example", "Dr. Brandt, Helene")


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def letter(key="one", to=BUYER, **more):
    return {"key": key, "purpose": "test", "to": to, "subject": "Our plan", "text": "Step by step.\n"} | more


def work(later=datetime.timedelta(0)):
    with time_machine.travel(timezone.now() + later, tick=False):
        worker = Worker("test")
        while worker.do_next():
            pass


def test_a_contact_gets_one_letter_however_often_it_is_asked_for(mail):
    first = post.send(**letter())
    assert post.send(**letter()) == first
    work()
    post.send(**letter())
    work()
    (got,) = mail.letters
    assert (got["To"], got["Subject"]) == ('"Dr. Brandt, Helene" <a.brandt@mill.example>', "Our plan")
    assert got.get_content().splitlines() == ["Step by step."]
    first.refresh_from_db()
    assert (first.sent_at is not None, first.tries, first.person, first.text) == (True, 1, None, "Step by step.\n")


def test_a_colleague_is_kept_with_the_letter(cast, mail):
    sent = post.send(**letter(to=cast.coordinator))
    work()
    assert (sent.person, mail.letters[0]["To"]) == (cast.coordinator, cast.coordinator.email)


def test_files_go_along_and_of_them_name_and_size_stay(mail, tmp_path):
    post.send(**letter(enclosed=[("Plan ü.pdf", b"%PDF-1", "application/pdf")]))
    work()
    (file,) = mail.letters[0].iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("Plan ü.pdf", b"%PDF-1")
    kept = Letter.objects.get().enclosed[0]
    assert (kept["name"], kept["bytes"], kept["path"]) == ("Plan ü.pdf", 6, "")
    assert default_storage.listdir("letters") == ([], [])


def test_what_is_confidential_is_wiped_once_it_is_sent_and_not_before(mail):
    mail.refuses = "451 Not now"
    post.send(**letter(text="Your code is 123456.", confidential=True))
    work()
    assert Letter.objects.get().text == "Your code is 123456."
    mail.refuses = ""
    work(datetime.timedelta(minutes=1))
    assert "123456" in mail.letters[0].get_content()
    assert (Letter.objects.get().text, Letter.objects.get().error) == ("", "")


def test_a_refusal_is_kept_and_tried_again_after_a_while(mail):
    mail.refuses = "451 Not now"
    post.send(**letter())
    work()
    assert "Not now" in Letter.objects.get().error
    mail.refuses = ""
    work(datetime.timedelta(seconds=5))
    assert mail.letters == []
    work(datetime.timedelta(seconds=15))
    assert (len(mail.letters), Letter.objects.get().tries) == (1, 2)


def test_without_a_server_it_waits_in_the_outbox_and_no_job_is_asked_for(settings):
    settings.EMAIL_HOST = ""
    waits = post.send(**letter(confidential=True))
    assert (waits.sent_at, waits.text, Job.objects.exists()) == (None, "Step by step.\n", False)


def test_names_and_subjects_cannot_add_headers(mail):
    name = "Eve\r\nBcc: all@mill.example"
    post.send(**letter(to=post.Recipient("eve@mill.example", name), subject="Hello\nBcc: all@mill.example"))
    work()
    assert mail.letters[0]["Bcc"] is None
    assert mail.letters[0]["Subject"] == "Hello Bcc: all@mill.example"


@pytest.mark.parametrize("address", ["", "nobody", "a@b.example, c@d.example", "a@b.example\nBcc: c@d.example"])
def test_what_is_no_address_is_refused_before_anything_is_written(address):
    with pytest.raises(ValidationError):
        post.send(**letter(to=post.Recipient(address)))
    assert not Letter.objects.exists()


def test_an_enclosed_file_that_is_gone_is_said(mail):
    lost = post.send(**letter(enclosed=[("Plan.pdf", b"%PDF-1", "application/pdf")]))
    default_storage.delete(lost.enclosed[0]["path"])
    work()
    assert Letter.objects.get().error == "A file that was enclosed is not here any more."
    assert mail.letters == []
