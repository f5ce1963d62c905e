"""Once the opportunity has ended: the client's page says so and asks how it was."""

import pytest
from django.urls import reverse

from milepost.desk.tests.test_board_export import read_csv
from milepost.opportunities.close import close, correct
from milepost.plans.models import Afterword
from milepost.web.models import Change


@pytest.fixture
def link(shared, contact, invited):
    return invited(shared, contact)[1]


@pytest.fixture
def ended(cast, opportunity, link):
    def now(kind):
        close(opportunity, by=cast.coordinator, kind=kind, on=cast.today, words="Too dear for them", override="x")
        return f"{link}over/"

    return now


def test_while_it_is_open_there_is_nothing_to_look_back_on(client, link):
    assert client.get(f"{link}over/").url == "../"
    assert client.post(f"{link}over/", {"decided": "x"}).url == "../"
    assert not Afterword.objects.exists()


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("won", "What made you choose us?"),
        ("lost", "What spoke against us in the end?"),
        ("no_decision", "What kept it from being decided?"),
    ],
)
def test_its_page_says_that_it_is_over_and_asks(client, link, ended, kind, asked):
    address = ended(kind)
    assert client.get(link).url == address
    page = client.get(address).text
    assert "This plan has been over since" in page
    assert asked in page
    assert "Too dear for them" not in page


def test_what_we_stopped_ourselves_is_not_asked_about(client, ended):
    address = ended("withdrawn")
    page = client.get(address).text
    assert "This plan has been over since" in page
    assert "<textarea" not in page
    client.post(address, {"decided": "x"})
    assert not Afterword.objects.exists()


def test_answers_stand_beside_our_own_reasons(cast, as_, client, opportunity, contact, ended):
    address = ended("lost")
    answer = client.post(address, {"decided": "The others knew our plant", "ease": "4"})
    assert answer.status_code == 302
    assert "Thank you. Your answers" in client.get(f"{address}?said=1").text
    page = as_(cast.coordinator).get(reverse("opportunities:page", args=[opportunity.pk])).text
    assert "The client looks back" in page
    assert "The others knew our plant" in page
    assert "4 of 5" in page
    assert "Too dear for them" in page
    assert Change.objects.get(verb="client looked back").part == str(contact)


def test_answers_come_along_in_the_export_of_what_has_ended(cast, as_, client, ended):
    address = ended("lost")
    client.post(address, {"decided": "The others knew our plant", "better": "Come earlier", "ease": "4"})
    (row,) = read_csv(as_(cast.coordinator), reverse("desk:ended_csv"))
    assert row["What decided it, says the client"] == "The others knew our plant"
    assert row["To do better, says the client"] == "Come earlier"
    assert row["Easy to work with, of 5"] == "4"


def test_they_are_changed_by_answering_again(client, ended):
    address = ended("won")
    client.post(address, {"decided": "Price"})
    assert "Price</textarea>" in client.get(address).text
    client.post(address, {"decided": "Your people", "more": "Come again"})
    assert Afterword.objects.values_list("decided", "more").get() == ("Your people", "Come again")


def test_one_answer_is_needed_and_what_was_typed_stays(client, ended):
    address = ended("won")
    answer = client.post(address, {"decided": " "})
    assert answer.status_code == 422
    assert "Answer at least one" in answer.text
    answer = client.post(address, {"better": "Call earlier", "ease": "9"})
    assert answer.status_code == 422
    assert "Call earlier" in answer.text
    assert not Afterword.objects.exists()


def test_a_corrected_end_is_asked_about_anew(cast, as_, client, opportunity, ended):
    address = ended("lost")
    client.post(address, {"decided": "The others knew our plant"})
    correct(opportunity.outcome, by=cast.coordinator, kind="no_decision", on=cast.today, why="They did nothing")
    page = as_(cast.coordinator).get(reverse("opportunities:page", args=[opportunity.pk])).text
    assert "The others knew our plant" not in page
    assert "What kept it from being decided?" in client.get(address).text


def test_an_opportunity_that_goes_on_has_its_plan_again(cast, client, opportunity, link, ended):
    ended("lost")
    correct(opportunity.outcome, by=cast.coordinator, kind="open_again", on=None, why="It came back")
    assert client.get(link).status_code == 200
