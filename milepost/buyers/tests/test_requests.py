"""Requests: taken in by hand or from an e-mail, held while nobody knows who is behind them, answered by somebody."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from milepost.buyers.letter import MOST_BYTES
from milepost.buyers.models import ClientRequest, Question
from milepost.buyers.tests.test_letter import PLAIN, file, mixed
from milepost.buyers.triage import usual

EML = (
    b"From: Dr Helene Brandt <brandt@mill.example>\nDate: Mon, 5 Jan 2026 09:00:00 +0000\nSubject: Line 5\n\nWhat if?\n"
)


@pytest.fixture
def coordinator(as_, cast):
    return as_(cast.coordinator)


@pytest.fixture
def asked(cast, opportunity):
    return ClientRequest.take(opportunity, by=cast.coordinator, title="Security questionnaire", asked_by_name="Fenn")


def send(client, opportunity, raw):
    file = SimpleUploadedFile("line5.eml", raw, "message/rfc822")
    return client.post(reverse("buyers:read_letter", args=[opportunity.pk]), {"file": file})


def say(client, row, **values):
    data = {"verdict": "hold", "because": "Nobody knows who wants it", "version": row.version} | values
    return client.post(reverse("buyers:say", args=[row.pk]), data)


def test_it_is_taken_in_and_waits_in_the_queue(coordinator, opportunity, contact, cast):
    data = {"title": "What if line 5 were added?", "asked_by": contact.pk, "asked_on": cast.today, "hours": "14"}
    coordinator.post(reverse("buyers:add_request", args=[opportunity.pk]), data)

    page = coordinator.get(reverse("buyers:queue")).content.decode()
    assert "What if line 5 were added?" in page
    assert "Dr Helene Brandt asks; who is behind it is not known; 14 h" in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": ""}, "required"),
        ({"hours": "-1"}, "below zero"),
        ({"due_on": "2020-01-01"}, "wanted before it was asked"),
    ],
)
def test_it_says_at_the_field_what_is_wrong(coordinator, opportunity, cast, values, said):
    data = {"title": "A question", "asked_on": cast.today, "behind": "The new director"} | values
    answer = coordinator.post(reverse("buyers:add_request", args=[opportunity.pk]), data)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "The new director" in answer.content.decode()


def test_the_usual_is_to_hold_while_the_vision_is_unknown(coordinator, opportunity, asked):
    assert usual(opportunity).verdict == "hold"

    page = coordinator.get(reverse("buyers:request", args=[asked.pk])).content.decode()
    assert "Usually: hold." in page


def test_answering_against_the_usual_needs_a_reason(coordinator, asked, cast):
    refused = say(coordinator, asked, verdict="answer", owner=cast.salesperson.pk, because="")
    assert refused.status_code == 422
    assert "Say why; it is kept in the history." in refused.content.decode()

    say(coordinator, asked, verdict="answer", owner=cast.salesperson.pk, because="Ten minutes, and they helped us")
    asked.refresh_from_db()
    assert (asked.verdict, asked.owner, asked.because) == (
        "answer",
        cast.salesperson,
        "Ten minutes, and they helped us",
    )


def test_nobody_answers_what_is_held(coordinator, asked, cast):
    page = coordinator.get(reverse("buyers:request", args=[asked.pk]))
    assert page.context["form"]["owner"].value() == cast.salesperson.pk
    say(coordinator, asked, owner=cast.salesperson.pk)
    asked.refresh_from_db()
    assert (asked.verdict, asked.owner) == ("hold", None)
    assert "Decide otherwise" in coordinator.get(reverse("buyers:request", args=[asked.pk])).text


def test_a_reply_is_drafted(coordinator, asked):
    say(coordinator, asked)

    page = coordinator.get(reverse("buyers:request", args=[asked.pk])).content.decode()
    assert "Dear Fenn," in page
    assert "Before we put work into it, half an hour would help" in page


HTMX = {"HX-Request": "true"}


def test_it_is_triaged_in_its_row_of_the_queue(coordinator, asked, cast):
    address = reverse("buyers:triage", args=[asked.pk])
    assert address in coordinator.get(reverse("buyers:queue")).text
    form = coordinator.get(address, headers=HTMX).text
    assert "Usually: hold." in form
    assert "<html" not in form
    wrong = coordinator.post(address, {"verdict": "hold", "because": "", "version": asked.version}, headers=HTMX)
    assert wrong.status_code == 422
    assert "Say why" in wrong.text
    told = {"verdict": "decline", "because": "Nobody wants it", "version": asked.version}
    said = coordinator.post(address, told, headers=HTMX).text
    assert "declined" in said
    assert "A reply to begin with" in said
    assert ClientRequest.objects.get().verdict == "decline"
    assert asked.title not in coordinator.get(reverse("buyers:queue")).text


def test_the_row_offers_a_word_only_to_who_may_say_it(as_, cast, asked):
    address = reverse("buyers:triage", args=[asked.pk])
    assert address not in as_(cast.salesperson).get(reverse("buyers:queue")).text
    assert as_(cast.salesperson).get(address, headers=HTMX).status_code == 403
    assert as_(cast.coordinator).get(address).url == reverse("buyers:request", args=[asked.pk])


def test_of_two_in_their_rows_the_second_is_told(coordinator, asked):
    address, told = reverse("buyers:triage", args=[asked.pk]), {"verdict": "hold", "because": "Who knows"}
    coordinator.post(address, told | {"version": asked.version}, headers=HTMX)
    late = coordinator.post(address, told | {"verdict": "decline", "version": asked.version}, headers=HTMX)
    assert late.status_code == 422
    assert ClientRequest.objects.get().verdict == "hold"


def test_only_who_moves_the_string_says_what_becomes_of_it(as_, cast, asked):
    assert say(as_(cast.salesperson), asked).status_code == 403


def test_of_two_who_say_it_at_once_the_second_is_told(coordinator, asked, cast):
    say(coordinator, asked)
    late = say(coordinator, asked, verdict="decline", because="No time", version=1)

    assert late.status_code in (409, 422)
    assert "No time" in late.content.decode()
    asked.refresh_from_db()
    assert asked.verdict == "hold"
    assert f'name="version" value="{asked.version}"' in late.text  # once told, they may send it once more

    say(coordinator, asked, verdict="decline", because="No time", version=asked.version)
    asked.refresh_from_db()
    assert asked.verdict == "decline"


def test_it_is_answered_once_somebody_answers(coordinator, asked, cast):
    where = reverse("buyers:finish_request", args=[asked.pk])
    coordinator.post(where)
    asked.refresh_from_db()
    assert asked.done_on is None

    say(coordinator, asked, verdict="answer", owner=cast.salesperson.pk, because="They helped us")
    coordinator.post(where)
    asked.refresh_from_db()
    assert asked.done_on == cast.today


def test_an_email_is_read_and_kept(coordinator, opportunity, contact, cast):
    contact.revise(by=cast.coordinator, email="brandt@mill.example")
    file = SimpleUploadedFile("../forwarded.eml", EML)
    coordinator.post(reverse("buyers:read_letter", args=[opportunity.pk]), {"file": file})

    row = ClientRequest.objects.get()
    assert (row.title, row.text, row.asked_by) == ("Line 5", "What if?", contact)
    assert row.asked_on == datetime.date(2026, 1, 5)
    assert row.letter.name == "forwarded.eml"


def test_what_hangs_on_an_email_is_named_and_not_opened(coordinator, opportunity):
    bomb = b'Content-Type: application/zip\nContent-Disposition: attachment; filename="../42.zip"\n\nPK\x03\x04'
    script = b"Content-Type: text/html\n\n<script>alert(1)</script><img src='http://far.example/x.png'>Hello"
    raw = mixed(script, bomb, file(b"<script>.pdf"), head=b"From: a@b.example\nSubject: <b>bold</b>\n")
    send(coordinator, opportunity, raw)

    row = ClientRequest.objects.get()
    assert row.text == "Hello\n\nAttached to the e-mail: 42.zip, <script>.pdf"
    page = coordinator.get(reverse("buyers:request", args=[row.pk])).text
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert "far.example" not in page
    assert "<script>.pdf" not in page
    kept = coordinator.get(reverse("opportunities:download", args=[row.letter_id]))
    assert kept["Content-Disposition"].startswith("attachment;")
    assert kept["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"".join(kept) == raw


def test_an_email_that_only_outlook_reads_says_so(coordinator, opportunity):
    send(coordinator, opportunity, mixed(file(b"winmail.dat"), head=b"Subject: Line 5\n"))

    row = ClientRequest.objects.get()
    assert row.text.startswith("Its text is inside winmail.dat")
    assert (row.title, row.who) == ("Line 5", "")


@pytest.mark.slow
def test_an_email_of_25_mb_is_kept_and_a_larger_one_refused_in_words(coordinator, opportunity):
    rest = b"\n" + b"x" * 1023
    raw = PLAIN + rest * ((MOST_BYTES - len(PLAIN)) // 1024)
    send(coordinator, opportunity, raw)
    assert ClientRequest.objects.get().letter.size == len(raw)
    answer = send(coordinator, opportunity, raw + rest)
    assert answer.status_code == 422
    assert "This e-mail is larger than 25.0" in answer.text
    assert ClientRequest.objects.count() == 1


def test_what_is_no_email_is_refused_in_words(coordinator, opportunity):
    answer = send(coordinator, opportunity, b"PK\x03\x04 a workbook")

    assert answer.status_code == 422
    assert "This is no e-mail that can be read." in answer.content.decode()


def test_a_burst_asks_whose_vision_is_behind_it(coordinator, opportunity, cast):
    where = reverse("buyers:requests", args=[opportunity.pk])
    for n, who in enumerate(["Fenn", "Roth"]):
        ClientRequest.take(opportunity, by=cast.coordinator, title=f"Question {n}", asked_by_name=who)
    assert "Whose vision is behind these?" not in coordinator.get(where).content.decode()

    ClientRequest.take(opportunity, by=cast.coordinator, title="Another", asked_by_name="Fenn")
    assert "3 requests from 2 people of this account" in coordinator.get(where).content.decode()
    queue = coordinator.get(reverse("buyers:queue")).content.decode()
    assert "Brennholt Paper</a>: 3 requests from 2 people since" in queue


def test_a_burst_offers_a_plan_to_find_out(coordinator, opportunity, cast):
    open_it = reverse("buyers:open_plan", args=[opportunity.pk])
    coordinator.post(open_it)
    asked = list(Question.objects.values_list("text", "owner", "due_on"))
    assert ("Who wants this?", cast.salesperson.pk, cast.today + datetime.timedelta(days=14)) in asked
    assert len(asked) == 3
    assert "All of it is asked already." in coordinator.post(open_it, follow=True).content.decode()
    assert Question.objects.count() == 3


def test_it_asks_few_questions(coordinator, opportunity, cast, django_assert_max_num_queries):
    for n in range(60):
        ClientRequest.take(opportunity, by=cast.coordinator, title=f"Question {n}", asked_by_name="Fenn")
    for where in (reverse("buyers:requests", args=[opportunity.pk]), reverse("buyers:queue")):
        coordinator.get(where)
        with django_assert_max_num_queries(20):
            coordinator.get(where)


def test_a_day_that_is_past_stands_out_until_it_is_answered(cast, as_, opportunity):
    client, day = as_(cast.coordinator), cast.today - datetime.timedelta(days=1)
    row = ClientRequest.take(opportunity, by=cast.coordinator, title="A price", due_on=day)
    for page in (reverse("buyers:queue"), reverse("buyers:requests", args=[opportunity.pk])):
        assert 'class="c-late">by ' in client.get(page).text
    row.say(by=cast.coordinator, verdict="decline", because="We sell no prices")
    assert 'class="c-late">by ' not in client.get(reverse("buyers:requests", args=[opportunity.pk])).text


def test_a_reply_begins_with_the_companys_own_words(cast, as_, opportunity):
    administrator, replies = as_(cast.administrator), reverse("buyers:replies")
    assert "half an hour would help us both" in administrator.get(replies).text
    wrong = "Hello {who}, {title} waits. {name}"
    said = administrator.post(replies, {"hold-text": wrong, "hold-version": 1})
    assert said.status_code == 422
    assert "{name}: nothing is known to fill this in" in said.text
    assert wrong in said.text
    administrator.post(replies, {"hold-text": "Hello {who}, “{title}” waits. {us}", "hold-version": 1})
    row = ClientRequest.take(opportunity, by=None, title="A {who} quote", asked_by_name="Ms Arlott")
    row.say(by=cast.coordinator, verdict="hold", because="Nobody knows what for")
    page = as_(cast.coordinator).get(reverse("buyers:request", args=[row.pk])).text
    assert f"Hello Ms Arlott, “A {{who}} quote” waits. {cast.coordinator.name}" in page
    assert as_(cast.coordinator).get(reverse("buyers:replies")).status_code == 403
