"""What is asked and whose vision it is, beside an opportunity's steps."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from milepost.buyers.card import ASKED
from milepost.buyers.models import ClientRequest, Evidence, ListedAnswer, Question, Stakeholder, Vision

SAID = {"words": "One crew on both coaters", "whose": "The mill director", "origin": "merger"}


@pytest.fixture
def steps(cast, as_, opportunity):
    """Read the opportunity's first page, as its coordinator."""
    client = as_(cast.coordinator)
    return lambda: client.get(reverse("opportunities:page", args=[opportunity.pk])).text


def asked(cast, opportunity, title, **values):
    return ClientRequest.take(opportunity, by=cast.coordinator, title=title, asked_on=cast.today, **values)


def test_nothing_asked_takes_no_room_and_a_vision_is_asked_for(steps):
    page = steps()
    assert "Open requests and questions" not in page
    assert "whose idea is that? Nobody has written it down yet." in page


def test_what_is_open_is_listed_and_what_is_done_is_not(cast, opportunity, steps):
    late = cast.today - datetime.timedelta(days=3)
    asked(cast, opportunity, "A tender with 240 items")
    declined = asked(cast, opportunity, "A trip to Brno")
    declined.say(verdict=ClientRequest.Verdict.DECLINE, by=cast.coordinator, because="Not ours")
    Question.ask(opportunity, by=cast.coordinator, text="Who signs?", owner=cast.salesperson, due_on=late)
    page = steps()
    assert "A tender with 240 items" in page
    assert "A trip to Brno" not in page
    assert f"Our question, {cast.salesperson}" in page


def test_only_the_most_urgent_stand_there_and_the_rest_are_counted(cast, opportunity, steps):
    for n in range(ASKED + 2):
        due = cast.today + datetime.timedelta(days=20 - n) if n else None
        asked(cast, opportunity, f"Request number {n}", due_on=due)
    page = steps()
    assert [n for n in range(ASKED + 2) if f"Request number {n}<" in page] == [2, 3, 4, 5]
    assert "2 more" in page


def test_it_says_what_of_the_vision_is_not_known(cast, opportunity, contact, steps):
    who = Stakeholder.add(opportunity, by=None, contact=contact)
    Vision.begin(opportunity, by=cast.salesperson, words="One crew", whose_stakeholder=who)
    card = steps().split('id="whose-vision"')[1].split("</section>")[0]
    assert "hypothesis, v1" in card
    assert "Dr Helene Brandt" in card
    assert card.count("Not known yet") == 2


def test_the_proven_one_stands_and_one_set_aside_does_not(cast, opportunity, steps):
    first = Vision.begin(opportunity, by=cast.salesperson, **SAID | {"words": "No more reels"})
    second = Vision.begin(opportunity, by=cast.salesperson, **SAID | {"where": "In the group"})
    assert "One other hypothesis stands beside it" in steps()
    second.change(by=cast.salesperson, words="One crew, one coater")
    for question in ("whose", "how", "where"):
        Evidence.add(second, by=cast.salesperson, question=question, confidence=3, message="She told us so")
    second.prove(by=cast.salesperson)
    card = steps().split('id="whose-vision"')[1].split("</section>")[0]
    assert "proven, v2" in card
    assert "One crew, one coater" in card
    assert "other hypothes" not in card
    second.drop(by=cast.salesperson, reason="He left")
    assert "No more reels" in steps()
    first.drop(by=cast.salesperson, reason="Nobody wants it")
    assert "Nobody has written it down yet." in steps()


def test_what_the_company_arranges_shows_at_the_next_request(cast, opportunity, contact, steps):
    Stakeholder.add(opportunity, by=None, contact=contact, role="economic_buyer")
    assert "Economic buyer" in steps()
    ListedAnswer.of("role", "economic_buyer").reword(text="Holds the purse", by=cast.administrator)
    assert "Holds the purse" in steps()
    ListedAnswer.objects.update(text="Signs")
    assert "Signs" in steps()


def test_more_of_them_ask_no_more_of_the_database(cast, opportunity, steps):
    def count():
        asked(cast, opportunity, "One more")
        Question.ask(opportunity, by=cast.coordinator, text=f"Why {len(queries)}?")
        Vision.begin(opportunity, by=cast.salesperson, **SAID)
        steps()
        with CaptureQueriesContext(connection) as told:
            steps()
        queries.append(len(told))

    queries = []
    count()
    count()
    assert queries[0] == queries[1] <= 15
