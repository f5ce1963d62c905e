"""The outbox: every letter in the browser, by its state, sent again when an administrator says so."""

import pytest

from milepost.web import post
from milepost.web.models import Change, Letter
from milepost.web.worker import Worker

CODE = "Your code is 123456.\nhttps://sales.example.com/plan/abc\n<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def _no_mail(settings):
    settings.EMAIL_HOST = ""


def write(key="one", **more):
    to = post.Recipient("a.brandt@mill.example", "Ada Brandt")
    return post.send(key=key, purpose="test", to=to, **{"subject": "Your code", "text": CODE} | more)


def work():
    worker = Worker("test")
    while worker.do_next():
        pass


@pytest.mark.usefixtures("_no_mail")
def test_without_a_server_a_letter_is_read_here_and_the_page_says_so(cast, as_):
    letter = write(enclosed=[("Plan.pdf", b"%PDF-1", "application/pdf")])
    assert "in the outbox" in post.told(letter)
    listed = as_(cast.administrator).get("/settings/outbox/").text
    assert "No mail server is set up" in listed
    assert "Ada Brandt" in listed
    page = as_(cast.administrator).get(f"/settings/outbox/{letter.pk}/").text
    assert "Your code is 123456." in page
    assert '<a href="https://sales.example.com/plan/abc" rel="nofollow">' in page
    assert "<script>alert" not in page
    assert "Plan.pdf" in page


@pytest.mark.usefixtures("_no_mail")
def test_reading_what_is_confidential_is_kept(cast, as_):
    letter, plain = write(confidential=True), write("two")
    as_(cast.administrator).get(f"/settings/outbox/{plain.pk}/")
    assert not Change.objects.filter(verb="confidential letter read").exists()
    page = as_(cast.administrator).get(f"/settings/outbox/{letter.pk}/")
    assert "Confidential" in page.text
    assert "no-store" in page["Cache-Control"]
    assert Change.objects.get(verb="confidential letter read").by == cast.administrator


def test_what_was_confidential_is_gone_once_sent(cast, as_, mail):
    letter = write(confidential=True)
    work()
    page = as_(cast.administrator).get(f"/settings/outbox/{letter.pk}/").text
    assert "wiped when it was sent" in page
    assert "123456" not in page
    assert not Change.objects.filter(verb="confidential letter read").exists()


def test_what_waited_is_sent_when_the_administrator_says_so(cast, as_, mail, settings):
    host, settings.EMAIL_HOST = settings.EMAIL_HOST, ""
    write(), write("two")
    settings.EMAIL_HOST = host
    work()
    assert mail.letters == []
    assert "Send the 2 that wait" in as_(cast.administrator).get("/settings/outbox/").text
    as_(cast.administrator).post("/settings/outbox/send/")
    work()
    assert len(mail.letters) == 2
    assert not Letter.objects.filter(sent_at=None).exists()


def test_one_that_failed_says_why_and_is_sent_again_once(cast, as_, mail):
    mail.refuses = "554 No spam here"
    letter = write()
    work()
    failed = as_(cast.administrator).get("/settings/outbox/?state=failed").text
    assert "No spam here" in failed
    mail.refuses = ""
    for _once_more in range(2):
        as_(cast.administrator).post(f"/settings/outbox/{letter.pk}/again/")
    work()
    assert "No spam here" not in as_(cast.administrator).get("/settings/outbox/?state=failed").text
    answer = as_(cast.administrator).post(f"/settings/outbox/{letter.pk}/again/", follow=True)
    assert "It has been sent meanwhile" in answer.text
    assert len(mail.letters) == 1


@pytest.mark.usefixtures("_no_mail")
def test_it_is_paged_and_costs_few_questions(cast, as_, django_assert_max_num_queries):
    write()
    oldest = Letter.objects.get()
    Letter.objects.bulk_create(
        Letter(key=f"k{n}", purpose="test", address="x@example.com", subject=f"Letter {n}") for n in range(60)
    )
    administrator = as_(cast.administrator)
    with django_assert_max_num_queries(10):
        first = administrator.get("/settings/outbox/?state=waiting").text
    assert (first.count("Letter "), "Your code" in first) == (50, False)
    after = sorted(Letter.objects.values_list("pk", flat=True), reverse=True)[49]
    assert f"?state=waiting&amp;after={after}" in first
    second = administrator.get(f"/settings/outbox/?state=waiting&after={after}").text
    assert (second.count("Letter "), f"/settings/outbox/{oldest.pk}/" in second) == (10, True)
