"""Competitors at an opportunity: one name for all spellings, dated, weighed beside us at the four questions."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from milepost.buyers.models import Stakeholder
from milepost.gates import decide
from milepost.gates.models import Contender, GateAnswer
from milepost.gates.models.joined import call, join
from milepost.opportunities.begin import begin
from milepost.opportunities.facts import read_known
from milepost.opportunities.models import Rival
from milepost.web.models import SearchEntry

DAY = datetime.timedelta(days=1)


@pytest.fixture
def salesperson(as_, cast):
    return as_(cast.salesperson)


@pytest.fixture
def against(cast, chance, contact):
    return Stakeholder.add(chance, by=cast.coordinator, contact=contact, stance="enemy")


def note(client, chance, today, **values):
    data = {"name": "Vantor", "status": "in", "since": today.isoformat()} | values
    return client.post(reverse("gates:add_rival", args=[chance.pk]), data, follow=True)


def weigh(client, contender, **values):
    data = {"opportunity": "unknown", "compete": "unknown", "win": "unknown", "worth": "unknown"} | values
    return client.post(reverse("gates:weigh_rival", args=[contender.pk]), data, follow=True)


def shown(client, chance):
    return client.get(reverse("gates:gates", args=[chance.pk])).content.decode()


def test_it_says_who_competes_and_who_supports_them(salesperson, cast, chance, against):
    note(salesperson, chance, cast.today, strengths="An hour away", supporters=[against.pk], status="incumbent")

    page = shown(salesperson, chance)
    assert "Vantor" in page
    assert "incumbent: they have it today" in page
    assert "An hour away" in page
    assert reverse("buyers:person", args=[against.pk]) in page


@pytest.mark.parametrize("other", ["VANTOR", "vantor G.m.b.H.", "  Vantor  "])
def test_one_name_however_it_is_spelt(salesperson, cast, chance, other):
    note(salesperson, chance, cast.today)

    again = note(salesperson, chance, cast.today, name=other, strengths="Cheap")

    assert "“Vantor” is noted here already." in again.content.decode()
    assert "Cheap" in again.content.decode()
    assert Rival.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "kind"), [("nobody", "nobody"), ("in-house", "in_house"), ("An in-house team", "in_house")]
)
def test_to_do_nothing_and_their_own_people_are_competitors_too(salesperson, cast, chance, said, kind):
    note(salesperson, chance, cast.today, name=said)

    assert chance.contenders.get().rival.kind == kind


def test_each_status_keeps_its_day(salesperson, cast, chance):
    note(salesperson, chance, cast.today, since=(cast.today - 5 * DAY).isoformat())
    one = chance.contenders.get()

    edit = reverse("gates:edit_rival", args=[one.pk])
    salesperson.post(edit, {"version": 1, "status": "out", "since": cast.today.isoformat()})

    assert list(one.statuses.values_list("status", "on")) == [("in", cast.today - 5 * DAY), ("out", cast.today)]
    history = salesperson.get(reverse("opportunities:history", args=[chance.pk])).content.decode()
    assert "changed what is known of the competitor “Vantor”" in history


def test_a_second_editor_is_shown_what_the_first_changed(salesperson, cast, chance):
    note(salesperson, chance, cast.today)
    one = chance.contenders.get()
    edit = reverse("gates:edit_rival", args=[one.pk])
    salesperson.post(edit, {"version": 1, "status": "in", "since": cast.today.isoformat(), "strengths": "Cheap"})

    late = salesperson.post(edit, {"version": 1, "status": "in", "since": cast.today.isoformat(), "strengths": "Near"})

    assert late.status_code == 409
    assert "Cheap" in late.content.decode()
    assert "Near" in late.content.decode()


def test_they_are_weighed_beside_us(salesperson, cast, chance):
    note(salesperson, chance, cast.today)
    one = chance.contenders.get()

    refused = weigh(salesperson, one, win="plus")
    assert "Say how we know" in refused.content.decode()

    weigh(salesperson, one, win="plus", win_how="The champion told us")
    page = shown(salesperson, chance)
    assert "Us and them" in page
    assert 'data-a="plus" title="The champion told us"' in page


def test_weighing_again_keeps_what_was_known_then(salesperson, cast, chance):
    note(salesperson, chance, cast.today)
    one = chance.contenders.get()
    weigh(salesperson, one, win="plus", win_how="The champion told us")
    weigh(salesperson, one, win="minus", win_how="Their expert has left")
    weigh(salesperson, one, win="minus", win_how="Their expert has left")

    answers = GateAnswer.objects.filter(against=one.rival).order_by("id")
    assert [answer.answer for answer in answers] == ["plus", "minus"]


def test_a_decision_keeps_how_they_stood(salesperson, cast, chance):
    note(salesperson, chance, cast.today)
    weigh(salesperson, chance.contenders.get(), win="plus", win_how="The champion told us")
    gate = chance.gates.get(playbook_gate__name="Gate 1")

    decision = decide.advance(gate, by=cast.sales_manager, on=cast.today, seen=None, reason="They asked for us")
    weigh(salesperson, chance.contenders.get(), win="minus", win_how="Their expert has left")

    assert decision.card["rivals"] == [{"name": "Vantor", "status": "in", "signs": ["?", "?", "+", "?"]}]


def test_what_is_taken_out_meanwhile_loses_nothing_typed(salesperson, cast, chance):
    note(salesperson, chance, cast.today)
    one = chance.contenders.get()
    edit = reverse("gates:edit_rival", args=[one.pk])
    salesperson.post(reverse("gates:take_out_rival", args=[one.pk]))

    late = salesperson.post(edit, {"version": 1, "status": "out", "since": cast.today.isoformat(), "strengths": "Near"})

    assert late.status_code == 409
    assert "Near" in late.content.decode()


def test_two_that_are_one_are_joined(salesperson, cast, chance, against):
    note(salesperson, chance, cast.today, strengths="Near")
    note(salesperson, chance, cast.today, name="Vanthor Systems", strengths="Cheap", supporters=[against.pk])
    vantor, twin = Rival.objects.get(name="Vantor"), Rival.objects.get(name="Vanthor Systems")

    join(twin, vantor, by=cast.coordinator)

    kept = Contender.objects.get()
    assert (kept.rival, kept.strengths, list(kept.supporters.all())) == (vantor, "Near\nCheap", [against])
    assert Rival.named("vanthor systems AG", by=None) == vantor


def test_it_asks_few_questions(salesperson, cast, chance, against, costs, django_assert_max_num_queries):
    for name in ("Vantor", "Hexaline", "nobody"):
        note(salesperson, chance, cast.today, name=name, supporters=[against.pk])
        weigh(salesperson, chance.contenders.last(), win="plus", win_how="The champion told us")
    shown(salesperson, chance)
    with django_assert_max_num_queries(20):
        shown(salesperson, chance)


def at(client, contender, gate, **values):
    return weigh(client, contender, gate=gate.pk, **values)


def signs(client, chance):
    """Return how the competitor stands at each gate, as the page shows it: brackets where it was said earlier."""
    views = client.get(reverse("gates:gates", args=[chance.pk])).context["gates"]
    rows = [view.versus[0].scores for view in views]
    return ["".join(f"({one.sign})" if one.earlier else one.sign for one in scores) for scores in rows]


@pytest.fixture
def gates(chance):
    return list(chance.gates.order_by("step__position"))


def test_they_are_weighed_anew_at_each_gate(salesperson, cast, chance, gates):
    note(salesperson, chance, cast.today)
    one = chance.contenders.get()
    at(salesperson, one, gates[0], win="plus", win_how="The champion told us")
    assert signs(salesperson, chance) == ["??+?", "??(+)?"]
    assert "said at Gate 1" in shown(salesperson, chance)

    at(salesperson, one, gates[1], win="minus", win_how="Their expert has left")
    assert signs(salesperson, chance) == ["??+?", "??−?"]

    at(salesperson, one, gates[0], win="unknown")
    assert signs(salesperson, chance) == ["????", "??−?"]


def test_what_was_said_before_there_were_gates_to_choose_holds_at_each(salesperson, cast, chance, gates):
    note(salesperson, chance, cast.today)
    rival = chance.contenders.get().rival
    told = {"on": cast.today, "by": cast.salesperson, "answer": "plus", "evidence": "Seen at the plant"}
    GateAnswer.objects.create(opportunity=chance, rule_key="group:worth", against=rival, **told)
    assert signs(salesperson, chance) == ["???(+)", "???(+)"]

    at(salesperson, chance.contenders.get(), gates[0], worth="plus", worth_how="Seen at the plant")
    assert signs(salesperson, chance) == ["???+", "???(+)"]


def test_a_decided_gate_keeps_how_they_stood_and_is_not_weighed_again(salesperson, cast, chance, gates):
    note(salesperson, chance, cast.today)
    one = chance.contenders.get()
    opened = salesperson.get(reverse("gates:weigh_rival", args=[one.pk])).text
    assert "stand at “Gate 1”?" in opened
    decide.advance(gates[0], by=cast.sales_manager, on=cast.today, seen=None, reason="They asked for us")

    late = at(salesperson, one, gates[0], win="plus", win_how="The champion told us")
    assert late.status_code == 422
    assert "“Gate 1” is decided, and keeps how they stood." in late.text
    assert "The champion told us" in late.text
    assert "stand at “Gate 2”?" in salesperson.get(reverse("gates:weigh_rival", args=[one.pk])).text
    page = shown(salesperson, chance)
    assert "Us and them, as they stood" in page


def test_a_gate_of_another_opportunity_is_not_there(salesperson, cast, chance, gated):
    note(salesperson, chance, cast.today)
    people = {"coordinator": cast.coordinator, "salesperson": cast.salesperson}
    other = begin(by=cast.coordinator, name="Other", territory=cast.north, playbook_version=gated, **people)
    assert at(salesperson, chance.contenders.get(), other.gates.first()).status_code == 404


def find(client, words):
    return client.get(reverse("desk:search"), {"q": words}).text


def test_it_is_found_by_its_name_and_by_what_is_written_of_it(salesperson, as_, cast, chance):
    note(salesperson, chance, cast.today, strengths="An hour away")
    contender = Contender.objects.get()

    assert "Vantor" in find(salesperson, "vant")
    assert reverse("gates:gates", args=[chance.pk]) in find(salesperson, "hour away")
    assert "Vantor" not in find(as_(cast.outsider), "hour")
    call(contender.rival, by=cast.sales_manager, name="Ventura")
    assert "Ventura" in find(salesperson, "ventu")
    other = Rival.named("Orbis", by=None)
    join(contender.rival, other, by=cast.sales_manager)
    assert "Orbis" in find(salesperson, "hour")
    salesperson.post(reverse("gates:take_out_rival", args=[contender.pk]))
    assert not SearchEntry.objects.filter(kind="contender").exists()


def test_how_the_competition_stood_is_told_with_the_day_on_which_it_was_known(salesperson, cast, chance):
    today, since = cast.today, cast.today - 40 * DAY
    note(salesperson, chance, today, status="incumbent", since=since.isoformat())
    contender = Contender.objects.get()
    assert told_on(chance, today + DAY) == "incumbent"  # what is known of old is known from the day it was noted
    with time_machine.travel(today + 5 * DAY):
        contender.revise(by=cast.salesperson, status="out", since=today + 5 * DAY)
    assert told_on(chance, today + 5 * DAY) == "incumbent"
    assert told_on(chance, today + 6 * DAY) == "out"


def told_on(chance, day):
    """Return the answer that was known of the competition at the start of a day."""
    return read_known([chance.pk]).on(chance.pk, "rivals", day)
