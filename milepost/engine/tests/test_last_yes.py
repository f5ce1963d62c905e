"""What stands between the last required step and the end."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.engine.chain import bin_chances
from milepost.engine.history import LOST, OPEN, WON, History
from milepost.engine.learn import learn
from milepost.engine.names import LAST_YES
from milepost.engine.string_forecast import Cell, forecast_cells
from milepost.engine.weakest import weakest_steps
from milepost.engine.won_by import won_by

DAYS = [*range(5, 35)] * 2


def stuck(waiting, last):
    """Return what is learnt where half of 60 are won, and so many more have waited for a year without an end."""
    end, days = [WON, LOST] * 30 + [OPEN] * waiting, DAYS + [370] * waiting
    return learn(History([0] * len(days), days, end, ("meet",), last=last), draws=100)


def last_yes(learnt):
    return bin_chances(learnt.step(LAST_YES).astype(float), learnt.edges_of(LAST_YES))[:, 0]


@given(st.integers(0, 400), st.integers(10, 5_000))
@settings(max_examples=20, deadline=None)
def test_what_is_stuck_in_a_step_does_not_lower_the_last_yes(waiting, with_it):
    V = last_yes(stuck(waiting, [0, 0, with_it]))

    assert V.mean() > 0.85
    assert V.max() < 0.995


@pytest.mark.parametrize("won", [0, 1, 2])
def test_what_is_expected_does_not_lie_at_the_edge_of_its_limits(won):
    steps, end = [0] * 60 + [1] * 60, [WON, LOST] * 30 + ([WON] * 28 + [LOST] * 2) * 2
    V = last_yes(learn(History(steps, DAYS * 2, end, ("meet", "show"), last=[won, 0, 4_000]), draws=200))

    assert np.quantile(V, 0.1) < V.mean() - 0.01
    assert V.mean() <= np.quantile(V, 0.9)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
@settings(max_examples=20, deadline=None)
def test_it_counts_who_was_won_of_those_that_came_so_far(won, lost, with_it):
    learnt = stuck(10, [won, lost, with_it])

    assert learnt.this_old(LAST_YES, 0) == (won + lost + with_it, won + with_it)
    assert np.ptp(last_yes(learnt)) > 0


BEFORE = [Cell(("meet",), age=4), Cell(("show", "meet"), segment="north")]


def test_while_steps_are_left_it_is_a_factor_as_the_past_shows():
    """Of a hundred past their last step forty were won with it, and of the sixty others six."""
    plain, told = (stuck(0, last) for last in ([0, 0, 100], [6, 54, 40]))

    for cell, was, now in zip(BEFORE, forecast_cells(plain, BEFORE), forecast_cells(told, BEFORE), strict=True):
        assert [step.key for step in was.steps] == list(cell.keys)
        assert [step.key for step in now.steps] == [*cell.keys, LAST_YES]
        assert now.steps[-1].conversion == pytest.approx(0.46, abs=0.04)
        assert now.win == pytest.approx(was.win * now.steps[-1].conversion, rel=0.02)
        assert now.weakest is not None
        assert now.weakest < len(cell.keys)


def test_the_chance_by_days_and_what_a_step_is_worth_have_the_same_factor():
    learnt = stuck(0, [6, 54, 40])
    ever, worth = won_by(learnt, BEFORE, [100_000])[:, 0].mean(-1), weakest_steps(learnt, BEFORE, [1.0, 0.0])
    wins = [each.win for each in forecast_cells(learnt, BEFORE)]

    assert ever.tolist() == pytest.approx(wins, rel=1e-3)
    assert {step.key for step in worth} == {"meet", "show"}
    [first] = [step for step in worth if step.key == "meet"]
    assert first.derivative * first.conversion == pytest.approx(wins[0], rel=0.02)


@given(st.integers(0, 5_000))
@settings(max_examples=10, deadline=None)
def test_one_that_stayed_open_moves_what_is_left_by_less_the_more_were_won_with_their_last_step(with_it):
    fewer, more = (
        forecast_cells(stuck(0, [0, 1, many]), BEFORE)[0].steps[-1].conversion for many in (with_it, 10 * with_it + 10)
    )
    assert fewer < more < 1
