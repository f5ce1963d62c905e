"""The value of going on: against a plain sum over what may happen, and what always holds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.net_value import net_value

CHANCES = st.lists(st.floats(0, 1), min_size=0, max_size=8)


def plainly(V, c, margin):
    """Walk the line: pay for a step, then go on with its chance."""
    net, reached = 0.0, 1.0
    for chance, cost in zip(V, c, strict=True):
        net -= reached * cost
        reached *= chance
    return net + reached * margin


@given(CHANCES, st.data(), st.floats(-1e6, 1e9))
def test_it_is_what_walking_the_line_comes_to(V, data, margin):
    c = data.draw(st.lists(st.floats(0, 1e6), min_size=len(V), max_size=len(V)))

    answer = net_value(V, c, margin)

    assert math.isclose(answer.net, plainly(V, c, margin), rel_tol=1e-9, abs_tol=1e-3)
    assert np.all(np.diff(answer.reached) <= 0)


@given(CHANCES.filter(bool), st.floats(0, 1e6))
def test_a_dearer_step_never_makes_going_on_worth_more(V, more):
    c = np.full(len(V), 10.0)
    dearer = c.copy()
    dearer[-1] += more

    assert net_value(V, dearer, 5000.0).net <= net_value(V, c, 5000.0).net + 1e-9


def test_nothing_left_to_win_is_worth_the_margin():
    assert net_value([], [], 70.0).net == 70.0


@pytest.mark.parametrize(
    ("V", "c", "margin", "why"),
    [
        ([0.5], [], 1.0, "one cost a step"),
        ([1.5], [1.0], 1.0, "between 0 and 1"),
        ([0.5], [-1.0], 1.0, "not negative"),
        ([float("nan")], [1.0], 1.0, "finite"),
    ],
)
def test_it_says_what_is_wrong(V, c, margin, why):
    with pytest.raises(ValueError, match=why):
        net_value(V, c, margin)
