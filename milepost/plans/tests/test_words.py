"""What clients say, and that only what we accept changes anything of ours."""

import datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from milepost.accounts.models import Contact
from milepost.opportunities.models import Attachment, Attempt, Condition, Task
from milepost.plans.models import ClientWord
from milepost.web.models import Change


def url(name, *args):
    return reverse(f"plans:{name}", args=args)


@pytest.fixture
def say(client, plan, address):
    """Let the client say something of a part: `say(task, "date", on=…)`."""

    def now(row, kind, *, to=address, **said):
        part = plan.parts.get(**{row._meta.model_name: row})
        return client.post(f"{to}parts/{part.pk}/{kind}/", {"seen": 1, **said})

    return now


@pytest.fixture
def answer(cast, as_):
    """Answer what was said last, as its coordinator."""

    def now(**said):
        word = ClientWord.objects.latest("pk")
        return as_(cast.coordinator).post(url("answer", word.pk), {"answer": "", **said}, follow=True)

    return now


def test_a_tick_counts_once_it_is_accepted(cast, as_, client, opportunity, task, say, answer, address):
    assert say(task, "done").status_code == 302
    page = client.get(address)
    assert "it is done." in page.text
    assert page.context["shown"].next is None
    task.refresh_from_db()
    assert task.done_at is None
    ours = as_(cast.coordinator)
    assert "says it is done" in ours.get(url("plan", opportunity.pk)).text
    assert "1 thing on the shared plan" in ours.get(reverse("desk:desk")).text
    assert "on the shared plan" not in as_(cast.outsider).get(reverse("desk:desk")).text
    answer()
    task.refresh_from_db()
    assert task.done_at is not None
    assert "Clients said" not in ours.get(reverse("desk:desk")).text
    assert "has accepted it" in client.get(address).text


def test_a_step_is_won_only_by_us(cast, step, say, answer):
    say(step, "done", text="The board has signed")
    step.refresh_from_db()
    assert step.state == "planned"
    answer()
    step.refresh_from_db()
    assert (step.state, step.ended_on) == ("won", cast.today)


def test_a_step_that_may_not_be_won_yet_stays_unanswered(step, say, answer):
    Condition.add(step, by=None, name="Security review")
    say(step, "done")
    assert "Security review" in answer().text
    assert ClientWord.objects.get().answered_at is None


def test_a_date_is_proposed_and_accepted(cast, plan, task, say, answer):
    day = cast.today + datetime.timedelta(days=9)
    assert say(task, "date", on=cast.today - datetime.timedelta(days=1)).status_code == 422
    say(task, "date", on=day)
    part = plan.parts.get(task=task)
    assert part.on is None
    assert "once you publish" in answer().text
    part.refresh_from_db()
    assert part.on == day


def test_an_appointment_is_not_moved_behind_its_back(cast, plan, step, say, answer):
    Attempt.schedule(step, by=None, on=cast.today, time=None, zone="UTC")
    say(step, "date", on=cast.today + datetime.timedelta(days=3))
    assert "Move it under Steps" in answer().text
    assert ClientWord.objects.get().answered_at is None


def test_a_colleague_is_added_or_recognised(plan, task, contact, account, say, answer):
    say(task, "colleague", name="Markus Oyelaran", email="markus@example.com")
    answer()
    markus = Contact.objects.get(name="Markus Oyelaran")
    assert (markus.account, plan.parts.get(task=task).contact) == (account, markus)
    say(task, "colleague", name="dr helene brandt")
    answer()
    assert plan.parts.get(task=task).contact == contact
    assert Contact.objects.count() == 2


@pytest.mark.parametrize("kind", ["ask", "cannot"])
def test_what_is_asked_is_answered_in_words(client, task, say, answer, address, kind):
    assert say(task, kind).status_code == 422
    say(task, kind, text="Two shifts or one?")
    assert "Two shifts or one?" in client.get(address).text
    answer()
    assert ClientWord.objects.get().answered_at is None  # there was no answer in it
    answer(answer="One is enough")
    assert "One is enough" in client.get(address).text


def test_something_missing_is_said_of_the_plan_as_a_whole(client, address, answer):
    assert client.post(f"{address}missing/", {"seen": 1, "text": "Our legal review"}).status_code == 302
    answer(answer="We add it", verdict="no")
    assert "We add it" in client.get(address).text


def test_others_at_the_client_do_not_read_it(client, plan, task, account, say, invited):
    say(task, "ask", text="Between you and me")
    other = Contact.add(by=None, account=account, name="Markus Oyelaran")
    theirs = invited(plan, other)[1]
    assert "Between you and me" not in client.get(theirs).text


def test_the_second_to_tick_is_told_who_was_first(client, plan, step, account, say, invited):
    other = Contact.add(by=None, account=account, name="Markus Oyelaran")
    theirs = invited(plan, other)[1]
    say(step, "done", to=theirs)
    answer = say(step, "done")
    assert "late=1" in answer["Location"]
    assert "Markus Oyelaran" in client.get(answer["Location"]).text
    assert ClientWord.objects.count() == 1


def test_who_writes_while_we_publish_is_told_and_loses_nothing(client, plan, task, say, publish):
    plan.revise(by=None, title="A newer title")
    publish(plan)
    answer = say(task, "ask", text="Two shifts or one?")
    assert answer.status_code == 409
    assert "The plan was changed while you were reading" in answer.text
    assert "Two shifts or one?" in answer.text
    assert 'name="seen" value="2"' in answer.text
    assert say(task, "ask", text="Two shifts or one?", seen=2).status_code == 302


def test_the_second_of_us_who_answers_is_told(cast, as_, task, say, answer):
    say(task, "done")
    word = ClientWord.objects.get()
    as_(cast.sales_manager).post(url("answer", word.pk), {"verdict": "no", "answer": "Not yet"})
    assert "has answered this already" in answer().text
    task.refresh_from_db()
    assert task.done_at is None


def test_what_is_ours_or_somebody_elses_cannot_be_ticked(
    cast, client, plan, opportunity, account, publish, invited, contact
):
    other = Contact.add(by=None, account=account, name="Markus Oyelaran")
    rows = [
        Task.add(by=None, title="Ours", owner=cast.salesperson, opportunity=opportunity),
        Task.add(by=None, title="His", owner_contact=other, opportunity=opportunity),
    ]
    plan.share([("task", row.pk) for row in rows], by=None)
    publish(plan)
    address = invited(plan, contact)[1]
    for part in plan.parts.all():
        assert client.get(f"{address}parts/{part.pk}/done/").status_code == 404
        client.post(f"{address}parts/{part.pk}/done/", {"seen": 1})
        assert client.get(f"{address}parts/{part.pk}/nonsense/").status_code == 404
    assert not ClientWord.objects.exists()


def test_a_file_is_looked_at_kept_and_handed_out_safely(cast, as_, opportunity, task, step, say, answer):
    good = SimpleUploadedFile("Shift plan.pdf", b"%PDF-1.7 shifts")
    assert say(task, "file", file=good).status_code == 302
    word = ClientWord.objects.get()
    assert "Shift" not in word.path
    handed = as_(cast.coordinator).get(url("sent_file", word.pk))
    assert "attachment" in handed["Content-Disposition"]
    assert "sandbox" in handed["Content-Security-Policy"]
    assert b"".join(handed) == b"%PDF-1.7 shifts"
    assert not Attachment.objects.exists()
    answer()
    kept = Attachment.objects.get()
    assert (kept.name, kept.opportunity, kept.size) == ("Shift plan.pdf", opportunity, 15)


@pytest.mark.parametrize(
    ("name", "content"),
    [("run.exe", b"MZ"), ("page.html", b"<script>"), ("plan.pdf", b"MZ\x90"), ("notes.txt", b"a\0b"), ("none", b"x")],
)
def test_other_files_are_refused(task, say, name, content):
    answer = say(task, "file", file=SimpleUploadedFile(name, content), text="Here it is")
    assert answer.status_code == 422
    assert "This kind of file is not taken" in answer.text
    assert "Here it is" in answer.text
    assert not ClientWord.objects.exists()


def test_a_large_file_is_refused(settings, task, say):
    settings.CLIENT_FILE_BYTES = 1024 * 1024
    large = SimpleUploadedFile("big.pdf", b"%PDF-" + b"x" * 1024 * 1024)
    assert "larger than 1 MB" in say(task, "file", file=large).text


@pytest.mark.parametrize(("scanner", "status"), [("true", 302), ("false", 422), ("/there/is/none", 422)])
def test_a_virus_scanner_has_the_last_word(settings, task, say, scanner, status):
    settings.SCAN_FILES = scanner
    assert say(task, "file", file=SimpleUploadedFile("a.pdf", b"%PDF-1")).status_code == status


def test_nobody_is_drowned(plan, task, say):
    assert say(task, "ask", text="The first of many").status_code == 302
    link = plan.invitations.get()
    ClientWord.objects.bulk_create([ClientWord(plan=plan, link=link, kind="ask", text=str(n)) for n in range(59)])
    assert say(task, "ask", text="One more").status_code == 429
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=2)):
        assert say(task, "ask", text="One more").status_code == 302


def test_history_tells_of_it(opportunity, task, say, answer):
    say(task, "done")
    answer()
    verbs = set(Change.objects.filter(subject_kind="opportunity").values_list("verb", flat=True))
    assert {"client said done", "client taken up"} <= verbs
