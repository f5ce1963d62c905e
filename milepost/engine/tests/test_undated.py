"""Ends on days nobody knows say whether a step is won, and nothing of when."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.engine.chain import bin_chances
from milepost.engine.history import LOST, OPEN, WON, History
from milepost.engine.learn import learn
from milepost.engine.learnt import Learnt
from milepost.engine.string_forecast import forecast_string

SOME = History(step=[0] * 60, days=[*range(5, 35), *range(5, 35)], end=[WON] * 36 + [LOST] * 24, keys=("meet", "offer"))


def with_ends(won, lost, of=SOME):
    return learn(History(of.step, of.days, of.end, of.keys, undated=[0, 0, 0, won, lost, 5]), draws=100)


def chance(learnt, key):
    return bin_chances(learnt.step(key), learnt.edges_of(key))[:, 0]


@given(st.integers(0, 5_000), st.integers(1, 5_000))
@settings(max_examples=40, deadline=None)
def test_many_of_them_are_what_the_step_comes_to_and_it_is_never_sure(won, lost):
    V = chance(with_ends(won, lost), "offer")

    assert (V >= 0.005).all()
    assert (V <= 0.985).all()
    if won + lost > 1_000:
        assert V.mean() == pytest.approx(np.clip(won / (won + lost), 0.02, 0.98), abs=0.03)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(1, 300))
@settings(max_examples=30, deadline=None)
def test_one_more_that_was_won_lowers_nothing(won, lost, more):
    assert chance(with_ends(won + more, lost), "offer").mean() >= chance(with_ends(won, lost), "offer").mean() - 1e-3


def test_a_step_that_many_dated_ends_tell_of_stays_nearly_as_it_is():
    many = History(SOME.step.repeat(20), SOME.days.repeat(20), SOME.end.repeat(20), SOME.keys)
    without, with_them = learn(many, draws=200), with_ends(500, 20, of=many)

    assert chance(with_them, "meet").mean() == pytest.approx(chance(without, "meet").mean(), abs=0.01)


@given(st.integers(1, 3_000), st.integers(0, 3_000))
@settings(max_examples=20, deadline=None)
def test_a_step_that_nobody_has_tried_leans_on_the_dated_and_the_undated(won, lost):
    dated, both = chance(learn(SOME, draws=100), "elsewhere"), chance(with_ends(won, lost), "elsewhere")
    share = (won + 0.5) / (won + lost + 1)

    if share > 0.8:
        assert both.mean() > dated.mean()
    if share < 0.4:
        assert both.mean() < dated.mean()
    assert np.quantile(both, 0.9) - np.quantile(both, 0.1) > 0.1  # steps differ: of one that is new little is known


def test_the_days_of_dated_stays_stay_as_they_are():
    dated = History(SOME.step, SOME.days, SOME.end, ("meet", "offer"), undated=[30, 900, 0, 0, 0, 0])
    before, after = learn(SOME, draws=100).step("meet"), learn(dated, draws=100).step("meet")

    assert np.allclose(before.sum(-1), after.sum(-1), rtol=1e-5)
    assert after[..., 0].mean() < before[..., 0].mean()


def test_dated_and_undated_ends_weigh_alike():
    half = History([0] * 200, [10] * 200, [WON] * 100 + [LOST] * 100, ("meet",), undated=[200, 0, 0])

    assert chance(learn(half, draws=200), "meet").mean() == pytest.approx(0.75, abs=0.02)


def test_they_are_counted_and_kept():
    learnt = Learnt.from_bytes(with_ends(7, 3).to_bytes())

    assert learnt.ended("offer") == (7, 3, 5)
    assert learnt.without_days("offer") == (7, 3, 5)
    assert learnt.without_days("elsewhere") == (0, 0, 0)
    assert [(s.undated_open, s.undated_ended) for s in forecast_string(learnt, ["meet", "offer"]).steps] == [
        (0, 0),
        (5, 10),
    ]
    assert not learnt.thin("offer")


def test_it_tells_how_many_lasted_as_long_and_were_reached_after_all():
    learnt = learn(History([0] * 5, [3, 10, 10, 400, 20], [WON, WON, LOST, OPEN, WON], ("meet",)), draws=20)

    assert [learnt.this_old("meet", age) for age in (0, 10, 11, 366, 900)] == [(5, 3), (4, 2), (2, 1), (1, 0), (1, 0)]
    assert learnt.this_old("offer", 3) == (0, 0)


def test_of_those_that_lasted_as_long_it_counts_as_reached_none_that_was_watched_later_only():
    """Two were ten days old before anybody watched: they are not among those seen at ten days, won or open."""
    ends = [WON, WON, OPEN, OPEN, LOST]
    learnt = learn(History([0] * 5, [12, 30, 30, 10, 15], ends, ("meet",), since=[0, 11, 11, 0, 10]), draws=20)

    assert [learnt.this_old("meet", age) for age in (0, 10, 11)] == [(2, 1), (2, 1), (4, 2)]


def test_it_says_how_many_numbers_are_needed():
    with pytest.raises(ValueError, match="undated: 2 numbers, but 6 are needed"):
        History([], [], [], ("meet", "offer"), undated=[1, 2])
