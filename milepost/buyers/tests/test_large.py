"""An opportunity with 200 people, 300 questions and 100 requests: every page of it asks few questions."""

import datetime
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from milepost.buyers.models import ClientRequest, Evidence, Question, QuestionAnswer, Stakeholder, Tie, Vision
from milepost.buyers.tests.test_map import crowd  # noqa: F401 - a fixture

MOST = 20


@pytest.fixture
def large(cast, opportunity, crowd):  # noqa: F811
    day = cast.today - datetime.timedelta(days=5)
    asked = Question.objects.bulk_create(
        Question(
            opportunity=opportunity, text=f"Question {n}", stakeholder=crowd[n % 200], owner=cast.salesperson,
            due_on=day, answered_on=day if n % 3 else None,
        )
        for n in range(300)
    )  # fmt: skip
    QuestionAnswer.objects.bulk_create(
        QuestionAnswer(question=one, text=f"So it is {n}", on=day, by=cast.salesperson)
        for one in asked
        if one.answered_on
        for n in range(2)
    )
    ClientRequest.objects.bulk_create(
        ClientRequest(
            opportunity=opportunity, title=f"Request {n}", asked_by=crowd[n].contact, asked_on=day,
            verdict=("", "hold", "answer", "decline")[n % 4], owner=cast.salesperson if n % 4 == 2 else None,
        )
        for n in range(100)
    )  # fmt: skip
    for n in range(3):
        vision = Vision.begin(opportunity, by=cast.coordinator, words=f"Hypothesis {n}", whose_stakeholder=crowd[n])
        for piece in range(20):
            Evidence.add(vision, by=cast.coordinator, question="whose", confidence=2, message=f"Heard {piece}")
    return opportunity


def pages(opportunity):
    """Return the address of every page about the buyer, and of those that show a part of it."""
    one = Stakeholder.objects.order_by("pk").first().pk
    vision, question = Vision.objects.first().pk, Question.objects.first().pk
    request = ClientRequest.objects.filter(verdict="").first().pk
    about = (
        (opportunity.pk, "people add vision begin_vision questions ask requests add_request"),
        (one, "person edit help tie relate"),
        (vision, "change_vision evidence drop_vision"),
        (question, "edit_question answer_question"),
        (request, "request edit_request"),
    )
    own = [(name, reverse(f"buyers:{name}", args=[pk])) for pk, names in about for name in names.split()]
    beside = "opportunities:page opportunities:history opportunities:why opportunities:work gates:gates forecasts:facts"
    there = [(name, reverse(name, args=[opportunity.pk])) for name in beside.split()]
    return [*own, *there, ("queue", reverse("buyers:queue")), ("my day", reverse("desk:my_day"))]


def test_every_page_asks_few_questions(cast, as_, large):
    assert (Stakeholder.objects.count(), Tie.objects.count()) == (200, 60)
    client, slow = as_(cast.coordinator), {}
    for name, address in pages(large):
        assert client.get(address).status_code == 200, name
        with CaptureQueriesContext(connection) as queries:
            began = time.process_time()
            client.get(address)
            took = time.process_time() - began
        if len(queries) > MOST or took > 2:  # 14 questions and 0.2 s at most, measured
            slow[name] = len(queries), took
    assert not slow
