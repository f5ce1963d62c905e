"""Flow between two days: it adds up to the cent, whatever happened."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.flow import ENTRIES, EXITS, GONE, MOVES, OPEN, WON, Row, coverage, flow, pushes, worth_of
from milepost.engine.tests.histories import STEADY

CURRENCIES = ["EUR", "USD", "JPY", "XXX"]
rows = st.builds(
    Row,
    amount=st.one_of(st.none(), st.integers(-(10**6), 10**15)),
    currency=st.sampled_from(CURRENCIES),
    in_period=st.booleans(),
    in_view=st.booleans(),
    state=st.sampled_from([OPEN, OPEN, OPEN, *EXITS[2:]]),
    frozen=st.one_of(st.none(), st.none(), st.integers(0, 10**15)),
    win=st.one_of(st.just(1.0), st.floats(0, 1)),
)
days = st.dictionaries(st.integers(0, 12), rows, max_size=13)
rate = st.decimals("0.0001", "200", places=6)
rates = st.fixed_dictionaries({"EUR": st.just(1), "USD": rate, "JPY": rate})


@STEADY
@given(days, days, rates, rates)
def test_it_always_adds_up(before, after, was, now):
    found = flow(before, after, was, now)
    assert tuple(found.moves) == MOVES
    assert found.start.amount + sum(move.amount for move in found.moves.values()) == found.end.amount
    assert found.start.amount == sum(worth_of(row, was) or 0 for row in before.values() if row.counts)
    assert found.end.amount == sum(worth_of(row, now) or 0 for row in after.values() if row.counts)


@STEADY
@given(days, days, rates)
def test_who_enters_stays_or_leaves(before, after, plan):
    found = flow(before, after, plan, plan)
    entered = [key for name in ENTRIES for key in found.moves[name].ids]
    left = [key for name in EXITS for key in found.moves[name].ids]
    assert sorted([*found.start.ids, *entered]) == sorted([*found.end.ids, *left])
    assert len(set(entered)) == len(entered)
    assert not set(entered) & set(found.start.ids)
    if all(row.frozen is None for row in before.values()):
        assert found.moves["rates"].amount == 0  # a plan-rate view has no bar for rates


@STEADY
@given(days, rates)
def test_a_day_against_itself_moves_nothing(day, plan):
    found = flow(day, day, plan, plan)
    assert not any(move.ids for move in found.moves.values())


def names(found):
    return {name: move.amount for name, move in found.moves.items() if move.ids}


ONE = {"": 1}


@pytest.mark.parametrize(
    ("then", "today", "moves"),
    [
        (None, Row(100), {"created": 100}),
        (None, Row(100, state=WON), {"created": 100, "won": -100}),
        (None, Row(100, state="lost", in_period=False), {}),
        (Row(100, in_period=False), Row(150), {"pulled_in": 150}),
        (Row(100, in_period=False), Row(150, state=WON), {"pulled_in": 150, "won": -150}),
        (Row(100, in_view=False), Row(100), {"territory_in": 100}),
        (Row(100, state="lost"), Row(100), {"reopened": 100}),
        (Row(100, state=WON), Row(100, state=WON), {}),
        (Row(100), Row(150), {"increased": 50}),
        (Row(100), Row(60, state=WON), {"decreased": -40, "won": -60}),
        (Row(100), Row(100, state="no_decision", in_period=False), {"no_decision": -100}),
        (Row(100), Row(100, in_period=False), {"pushed_out": -100}),
        (Row(100), Row(100, in_period=False, in_view=False), {"territory_out": -100}),
        (Row(100), None, {GONE: -100}),
        (Row(100, in_period=False), None, {}),
    ],
)
def test_every_movement_has_its_name(then, today, moves):
    found = flow({7: then} if then else {}, {7: today} if today else {}, ONE, ONE)
    assert names(found) == moves


def test_rates_are_their_own_bar_and_what_has_ended_keeps_its_own():
    before = {1: Row(1000, "USD"), 2: Row(1000, "USD")}
    after = {1: Row(1200, "USD"), 2: Row(1000, "USD", state=WON, frozen=905)}
    current = flow(before, after, {"USD": Decimal("0.9")}, {"USD": Decimal("0.95")})
    assert names(current) == {"increased": 190, "decreased": -45, "rates": 100, "won": -905}
    assert (current.start.amount, current.end.amount) == (1800, 1140)
    assert "rates" not in names(flow(before, after, {"USD": 1}, {"USD": 1}))


def test_what_has_no_worth_is_named():
    found = flow({1: Row(None), 2: Row(5, "XXX")}, {1: Row(None), 2: Row(5, "XXX")}, ONE, ONE)
    assert (found.unpriced, found.start.amount, len(found.start.ids)) == ([1, 2], 0, 2)


def test_slippage_pushes_and_coverage():
    found = flow({1: Row(75), 2: Row(25)}, {1: Row(75), 2: Row(30, in_period=False)}, ONE, ONE)
    assert found.slipped == pytest.approx(0.3)
    assert flow({}, {}, ONE, ONE).slipped is None
    assert pushes([]) == pushes([None, 4]) == (0, 0)
    assert coverage(0, 10) == 0
    assert coverage(10, 0) is None


def test_what_is_expected_changes_in_value_first_and_in_chance_after_that():
    before = {1: Row(100_00, win=0.5), 2: Row(100_00, win=0.2), 3: Row(100_00, win=0.25)}
    after = {1: Row(120_00, win=0.6), 2: Row(90_00, win=0.1), 3: Row(100_00, win=0.25, state=WON)}
    found = flow(before, after, {"": 1}, {"": 1})
    told = {"increased": 10_00, "decreased": -2_00, "likelier": 12_00, "less_likely": -9_00, "won": -25_00}
    assert names(found) == told
    assert (found.start.amount, found.end.amount) == (95_00, 81_00)


def test_exchange_rates_count_for_what_was_expected_before():
    before, after = {1: Row(100_00, "USD", win=0.5)}, {1: Row(100_00, "USD", win=0.25)}
    found = flow(before, after, {"USD": Decimal("0.8")}, {"USD": Decimal("0.9")})
    assert names(found) == {"rates": 5_00, "less_likely": -22_50}
