"""The sales project plan: what we must find out, by whom and when, and what we were told."""

import datetime
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from milepost.buyers.known import questions_known
from milepost.buyers.models import Question, QuestionAnswer, QuestionTemplate, Stakeholder
from milepost.opportunities.close import close


def url(name, *args):
    return reverse(f"buyers:{name}", args=args)


@pytest.fixture
def question(cast, opportunity):
    late = cast.today - datetime.timedelta(days=3)
    return Question.ask(opportunity, by=cast.coordinator, text="Who signs?", owner=cast.salesperson, due_on=late)


def test_a_question_is_asked_and_answered_with_its_source(cast, as_, opportunity, contact):
    client = as_(cast.salesperson)
    assert "Nothing is asked yet" in client.get(url("questions", opportunity.pk)).text
    whom = Stakeholder.add(opportunity, by=None, contact=contact)
    data = {"text": "Who signs?", "how": "At the workshop", "stakeholder": whom.pk, "owner": cast.salesperson.pk}
    client.post(url("ask", opportunity.pk), data)
    page = client.get(url("questions", opportunity.pk)).text
    assert "Ask Dr Helene Brandt." in page
    row = Question.objects.get()
    client.post(url("answer_question", row.pk), {"text": "The group board", "source": "Dr Brandt", "confidence": "3"})
    page = client.get(url("questions", opportunity.pk)).text
    assert "The group board" in page
    assert "Dr Brandt, sure" in page
    history = client.get(reverse("opportunities:history", args=[opportunity.pk])).text
    assert "answered: Who signs?" in history


def test_that_nobody_could_tell_is_an_answer(cast, as_, opportunity, question):
    client = as_(cast.salesperson)
    assert client.post(url("answer_question", question.pk), {"text": ""}).status_code == 422
    client.post(url("answer_question", question.pk), {"unknown": "on"})
    assert "Nobody could tell." in client.get(url("questions", opportunity.pk)).text
    assert questions_known([opportunity.pk], cast.today)[opportunity.pk].unknown == 1


def test_a_newer_answer_stands_and_the_old_one_is_kept(cast, as_, question):
    for text in ("The director", "The group board"):
        as_(cast.salesperson).post(url("answer_question", question.pk), {"text": text})
    assert list(QuestionAnswer.objects.values_list("text", flat=True)) == ["The director", "The group board"]
    page = as_(cast.salesperson).get(url("questions", question.opportunity_id)).text
    assert "The group board" in page
    assert "The director" not in page
    as_(cast.salesperson).post(url("reopen_question", question.pk))
    page = as_(cast.salesperson).get(url("questions", question.opportunity_id)).text
    assert "The group board" in page.split("What we must find out")[1].split("</section>")[0]


def test_what_is_overdue_reaches_the_desk_of_who_finds_out(cast, as_, opportunity, question):
    assert "Still to find out" in as_(cast.salesperson).get(reverse("desk:my_day")).text
    assert "Who signs?" in as_(cast.salesperson).get(reverse("desk:desk")).text
    assert "Still to find out" not in as_(cast.coordinator).get(reverse("desk:desk")).text
    question.revise(by=cast.coordinator, due_on=cast.today)
    assert "Still to find out" not in as_(cast.salesperson).get(reverse("desk:my_day")).text
    question.revise(by=cast.coordinator, due_on=cast.today - datetime.timedelta(days=1))
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today)
    assert "Still to find out" not in as_(cast.salesperson).get(reverse("desk:my_day")).text


def test_a_playbook_asks_the_same_of_each_of_its_opportunities(cast, as_, opportunity, playbook):
    client = as_(cast.coordinator)
    where = url("question_templates", playbook.playbook_id)
    client.post(where, {"text": "Whose money is it?", "how": "Ask the buyer", "days": "10"})
    assert client.post(where, {"text": "Whose money is it?", "days": "3"}).status_code == 422
    assert client.post(where, {"text": "", "days": "3"}).status_code == 422
    assert "Take over 1 from the playbook" in client.get(url("questions", opportunity.pk)).text
    client.post(url("take_questions", opportunity.pk))
    client.post(url("take_questions", opportunity.pk))
    row = Question.objects.get()
    assert (row.text, row.owner, row.due_on) == (
        "Whose money is it?",
        cast.salesperson,
        cast.today + datetime.timedelta(days=10),
    )
    client.post(url("retire_template", QuestionTemplate.objects.get().pk), {"to": "retired"})
    assert "not offered" in client.get(where).text
    assert as_(cast.salesperson).get(where).status_code == 403


def test_two_who_edit_one_lose_nothing(cast, as_, question):
    as_(cast.salesperson).post(url("edit_question", question.pk), {"text": "Who signs it?", "version": 1})
    answer = as_(cast.coordinator).post(url("edit_question", question.pk), {"text": "Who pays?", "version": 1})
    assert answer.status_code == 409
    assert "Who signs it?" in answer.text
    assert "Who pays?" in answer.text
    history = as_(cast.salesperson).get(reverse("opportunities:history", args=[question.opportunity_id])).text
    assert "Question: Who signs it?, was Who signs?" in history


def test_three_hundred_questions_open_with_few_questions_and_quickly(cast, as_, opportunity):
    rows = Question.objects.bulk_create(
        Question(opportunity=opportunity, text=f"Question {n}", owner=cast.salesperson, due_on=cast.today)
        for n in range(300)
    )
    for row in rows[:150]:
        QuestionAnswer.objects.create(question=row, text="So it is", on=cast.today, by=cast.salesperson)
    Question.objects.filter(pk__in=[row.pk for row in rows[:150]]).update(answered_on=cast.today)
    client, address = as_(cast.coordinator), url("questions", opportunity.pk)
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        began = time.perf_counter()
        assert client.get(address).status_code == 200
        took = time.perf_counter() - began
    assert len(queries) <= 20
    assert took < 3  # 0.2 s on a quiet machine
    with CaptureQueriesContext(connection) as queries:
        known = questions_known([opportunity.pk], cast.today)[opportunity.pk]
    assert (known.asked, known.open, known.answered, len(queries)) == (300, 150, 150, 1)
