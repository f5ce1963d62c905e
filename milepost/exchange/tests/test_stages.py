"""Stages become steps in a sensible order, and ends are told from steps."""

import pytest

from milepost.exchange.stages import StageFacts, end_by_name, outcome_of, propose_stages, step_name


def facts(name, seen=0, **more):
    return StageFacts(name, seen, rows=more.pop("rows", 1), **more)


def steps(*stages, **more):
    return [plan.step for plan in propose_stages(stages, **more) if plan.means == "step"]


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("Closed Won", "won"),
        ("closedwon", "won"),
        ("7 - Gewonnen", "won"),
        ("Closed Lost", "lost"),
        ("closedlost", "lost"),
        ("Verloren", "lost"),
        ("No Decision", "no_decision"),
        ("Disqualified", "withdrawn"),
        ("Proposal", ""),
        ("Wonderland visit", ""),
    ],
)
def test_it_tells_an_end_by_its_name(name, end):
    assert end_by_name(name) == end


def test_it_orders_steps_as_the_source_sorts_them():
    assert steps(facts("B", orders=[2.0]), facts("A", orders=[1.0]), facts("C", orders=[3.0])) == [
        "A",
        "B",
        "C",
    ]


def test_it_orders_steps_by_probability_without_a_sort_order():
    assert steps(facts("Late", chances=[75]), facts("Early", chances=[10])) == ["Early", "Late"]


def test_it_orders_well_known_stages_as_usual_without_either():
    assert steps(facts("Negotiation/Review", 0), facts("Prospecting", 1), facts("Qualification", 2)) == [
        "Prospecting",
        "Qualification",
        "Negotiation/Review",
    ]


def test_it_orders_unknown_stages_as_they_first_appear():
    assert steps(facts("Zeta", 0), facts("Alfa", 1)) == ["Zeta", "Alfa"]


def test_it_lets_a_number_in_the_name_decide_and_takes_it_off():
    assert steps(facts("2. Proposal"), facts("10 - Pilot"), facts("1) Lead")) == ["Lead", "Proposal", "Pilot"]
    assert step_name("42") == "42"


def test_it_takes_the_sources_word_over_the_name():
    (plan,) = propose_stages([facts("Archive", closed=1, won=1)])
    assert plan.means == "won"
    (plan,) = propose_stages([facts("Bin", closed=1, lost=1)])
    assert plan.means == "lost"


@pytest.mark.parametrize(
    ("values", "means", "outcome"),
    [
        ({}, "step", None),
        ({}, "won", "won"),
        ({"is_closed": True, "is_won": False}, "step", "lost"),
        ({"is_closed": True, "is_won": False}, "no_decision", "no_decision"),
        ({"is_closed": True, "is_won": True}, "step", "won"),
        ({"is_closed": False, "is_won": False}, "won", None),
        ({"status": "Lost"}, "step", "lost"),
        ({"status": "Open"}, "step", None),
        ({"is_won": False}, "step", None),
    ],
)
def test_it_tells_how_a_row_ended(values, means, outcome):
    assert outcome_of(values, means) == outcome
