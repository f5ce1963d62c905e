"""The map of people: where they stand is kept, two who move them at once lose nothing unseen."""

import json
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from milepost.accounts.models import Contact
from milepost.buyers.arrange import APART_X, APART_Y, arranged
from milepost.buyers.models import MapLayout, Relationship, Stakeholder, StakeholderFact, Tie


def url(name, *args):
    return reverse(f"buyers:{name}", args=args)


@pytest.fixture
def pair(cast, opportunity, contact):
    top = Stakeholder.add(
        opportunity, by=cast.coordinator, contact=contact, role="economic_buyer", stance="supporter", influence="high"
    )
    low = Stakeholder.add(opportunity, by=cast.coordinator, placeholder="A finance director", reports_to=top)
    return top, low


def move(client, opportunity, version, **moved):
    data = json.dumps({"version": version, "moved": moved["moved"]})
    return client.post(url("arrange", opportunity.pk), data, content_type="application/json")


def drawn(client, opportunity):
    return client.get(url("people", opportunity.pk)).context["map"]


def test_it_draws_what_the_list_says(cast, as_, opportunity, pair):
    Tie.add(pair[1], by=cast.coordinator, kind="sways", other=pair[0], words="budget")
    told = drawn(as_(cast.coordinator), opportunity)
    first, second = told["people"]
    assert (first["side"], first["weight"], first["initials"]) == ("for", 3, "HB")
    assert (second["side"], second["initials"]) == ("unknown", "?")
    assert second["says"] == "A finance director, stance unknown, reports to Dr Helene Brandt"
    kinds = {(line["kind"], line["from"], line["to"], line["words"]) for line in told["lines"]}
    assert kinds == {("reports", pair[0].pk, pair[1].pk, ""), ("sways", pair[1].pk, pair[0].pk, "budget")}
    assert second["at"][1] - first["at"][1] == APART_Y


def test_places_are_kept_for_everybody(cast, as_, opportunity, pair):
    answer = move(as_(cast.team_member), opportunity, 0, moved={str(pair[0].pk): [310.4, -20]})
    assert answer.json() == {"version": 1}
    told = drawn(as_(cast.salesperson), opportunity)
    assert (told["version"], told["people"][0]["at"]) == (1, [310, -20])
    assert told["people"][1]["at"] == told["people"][1]["tidy"]


def test_the_second_of_two_is_given_the_places_of_the_first(cast, as_, opportunity, pair):
    move(as_(cast.salesperson), opportunity, 0, moved={str(pair[0].pk): [10, 10]})
    answer = move(as_(cast.coordinator), opportunity, 0, moved={str(pair[0].pk): [900, 900]})
    assert answer.status_code == 409
    assert answer.json() == {"version": 1, "places": {str(pair[0].pk): [10, 10]}}
    assert MapLayout.objects.get().places == {str(pair[0].pk): [10, 10]}


@pytest.mark.parametrize(
    "body",
    [
        "[]", "{", '{"moved": {"1": [1]}}', '{"moved": {"1": ["x", 2]}}', '{"moved": {"1": [1e999, 2]}}',
        '{"moved": {"1": [NaN, 2]}}', '{"moved": 5}', '{"version": "x"}', "[" * 100_000,
    ],
)  # fmt: skip
def test_nonsense_is_refused(cast, as_, opportunity, pair, body):
    answer = as_(cast.coordinator).post(url("arrange", opportunity.pk), body, content_type="application/json")
    assert answer.status_code == 400
    assert not MapLayout.objects.exists()


def test_people_of_other_opportunities_are_not_put_on_it(cast, as_, opportunity, pair):
    move(as_(cast.coordinator), opportunity, 0, moved={"987654": [1, 1]})
    assert MapLayout.objects.get().places == {}


def test_who_reports_stands_below_and_nobody_stands_on_another():
    people = list(range(1, 201))
    bosses = {n: (n - 2) // 7 + 1 for n in people[1:150]}
    placed = arranged(people, bosses)
    assert set(placed) == set(people)
    assert len(set(placed.values())) == len(people)
    assert all(placed[one][1] > placed[boss][1] for one, boss in bosses.items())
    assert max(x for x, _y in placed.values()) < 24 * APART_X


def test_a_loop_that_got_in_somehow_is_drawn_all_the_same():
    assert set(arranged([1, 2, 3, 4], {1: 2, 2: 1, 3: 1})) == {1, 2, 3, 4}
    assert arranged([], {}) == {}


@pytest.fixture
def crowd(cast, account, opportunity):
    """Two hundred people, with lines, ties, relationships and facts."""
    contacts = [Contact(account=account, name=f"Ada {chr(65 + n % 26)}{n}", name_key=f"ada {n}") for n in range(200)]
    Contact.objects.bulk_create(contacts)
    rows = Stakeholder.objects.bulk_create(
        Stakeholder(opportunity=opportunity, contact=one, stance=("supporter", "enemy", "")[n % 3], influence="high")
        for n, one in enumerate(contacts)
    )
    for n, row in enumerate(rows[1:], start=1):
        row.reports_to = rows[(n - 1) // 7]
    Stakeholder.objects.bulk_update(rows, ["reports_to"])
    StakeholderFact.objects.bulk_create(
        StakeholderFact(stakeholder=row, trait="stance", answer=row.stance, said_on=cast.today) for row in rows
    )
    Tie.objects.bulk_create(
        Tie(stakeholder=one, other=other, kind="sways") for one, other in zip(rows[:60], rows[60:], strict=False)
    )
    Relationship.objects.bulk_create(Relationship(stakeholder=row, person=cast.salesperson) for row in rows[:50])
    return rows


def test_two_hundred_people_open_with_few_questions_and_quickly(cast, as_, opportunity, crowd):
    client = as_(cast.coordinator)
    pages = [url("people", opportunity.pk), url("person", crowd[0].pk), url("edit", crowd[0].pk)]
    for address in [*pages, reverse("opportunities:page", args=[opportunity.pk])]:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            began = time.perf_counter()
            assert client.get(address).status_code == 200
            took = time.perf_counter() - began
        assert len(queries) <= 20, address
        assert took < 3, f"{address}: {took:.2f} s"  # 0.3 s on a quiet machine
