"""What is known of the buyer is kept as CSV or Excel, as it stands on the pages."""

import csv
import io

import pytest
from django.urls import reverse

from milepost.buyers.models import ClientRequest, Evidence, Question, Stakeholder, Vision


@pytest.fixture
def known(cast, opportunity, contact):
    boss = Stakeholder.add(opportunity, by=None, contact=contact, role="economic_buyer", stance="enemy")
    Stakeholder.add(opportunity, by=None, placeholder="=A finance director", reports_to=boss)
    vision = Vision.begin(opportunity, by=cast.coordinator, words="One crew", whose_stakeholder=boss, origin="merger")
    Evidence.add(vision, by=cast.coordinator, question="whose", confidence=3, message="She said so")
    asked = Question.ask(opportunity, by=cast.coordinator, text="Who signs?", owner=cast.salesperson)
    asked.answer(by=cast.salesperson, text="The board", source="Dr Brandt", confidence=2)
    Question.ask(opportunity, by=cast.coordinator, text="By when?")
    row = ClientRequest.take(opportunity, by=cast.coordinator, title="A price", asked_by=contact, hours=4)
    row.say(by=cast.coordinator, verdict="hold", because="Whose is it?")
    return opportunity


def table(client, name, *args, **query):
    answer = client.get(reverse(f"buyers:{name}", args=args), query)
    assert answer["Content-Disposition"].startswith("attachment;")
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_people_are_kept_in_the_companys_words(cast, as_, known):
    first, second = table(as_(cast.salesperson), "export", known.pk, of="people")
    assert (first["Name"], first["Buying role"], first["Stance"]) == ("Dr Helene Brandt", "Economic buyer", "Against")
    assert (second["Name"], second["Reports to"]) == ("'=A finance director", "Dr Helene Brandt")


def test_a_vision_is_kept_with_what_speaks_for_it(cast, as_, known):
    (row,) = table(as_(cast.salesperson), "export", known.pk, of="vision")
    assert (row["What they want to become"], row["State"], row["Version"]) == ("One crew", "hypothesis", "1")
    assert (row["Who wants this?"], row["How did it come about?"]) == ("Dr Helene Brandt", "A merger or sale")
    assert row["Who wants this? What speaks for it"].startswith("She said so (sure")
    assert row["How did it come about? What speaks for it"] == ""


def test_questions_are_kept_with_their_newest_answers(cast, as_, known):
    rows = {row["Question"]: row for row in table(as_(cast.salesperson), "export", known.pk, of="questions")}
    assert (rows["Who signs?"]["Answer"], rows["Who signs?"]["How sure"]) == ("The board", "likely")
    assert rows["By when?"]["Answer"] == ""


def test_requests_are_kept_of_one_opportunity_and_of_the_queue(cast, as_, known):
    (row,) = table(as_(cast.salesperson), "export", known.pk, of="requests")
    assert (row["Request"], row["Account"], row["Why"]) == ("A price", "Brennholt Paper", "Whose is it?")
    client = as_(cast.coordinator)
    assert [one["Request"] for one in table(client, "queue_export", kind="hold")] == ["A price"]
    assert table(client, "queue_export") == []
    assert table(as_(cast.outsider), "queue_export", kind="hold") == []


@pytest.mark.parametrize("what", ["people", "vision", "questions", "requests"])
def test_each_is_an_excel_sheet_too(cast, as_, known, what):
    answer = as_(cast.salesperson).get(reverse("buyers:export", args=[known.pk]), {"of": what, "as": "xlsx"})
    assert b"".join(answer).startswith(b"PK")


def test_nothing_else_is_there(cast, as_, known):
    assert as_(cast.salesperson).get(reverse("buyers:export", args=[known.pk]), {"of": "secrets"}).status_code == 404
