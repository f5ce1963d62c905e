"""What stands between the last required step and the end."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.engine.chain import bin_chances
from milepost.engine.history import LOST, OPEN, WON, History
from milepost.engine.learn import learn
from milepost.engine.names import LAST_YES

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
