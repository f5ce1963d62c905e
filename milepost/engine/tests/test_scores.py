"""Scores of chances, and how they came true."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.scores import Bin, Score, added, tenths

pairs = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


@given(pairs, st.integers(0, 60))
def test_scores_of_two_parts_add_up_to_that_of_the_whole(rows, at):
    p, y = np.array([r[0] for r in rows]), np.array([float(r[1]) for r in rows])
    both = Score.of(p[:at], y[:at]) + Score.of(p[at:], y[at:])
    assert both.parts == pytest.approx(Score.of(p, y).parts)
    assert both.brier == pytest.approx(np.mean((p - y) ** 2))


@given(pairs)
def test_every_chance_is_in_one_tenth(rows):
    p, y = [r[0] for r in rows], [r[1] for r in rows]
    bins = added([tenths(p, y), tenths(p, y)])
    assert sum(b.n for b in bins) == 2 * len(rows)
    assert sum(b.won for b in bins) == 2 * sum(y)
    for b in bins:
        if b.n:
            assert 0 <= b.limits[0] <= b.happened + 1e-12
            assert b.happened - 1e-12 <= b.limits[1] <= 1


def test_a_bold_zero_costs_much_and_not_everything():
    assert Score.of([0.0], [1]).log_loss == pytest.approx(6.9, abs=0.1)


def test_limits_narrow_with_more_tries():
    assert Bin(10, 5, 5).limits[0] < Bin(1000, 500, 500).limits[0] < 0.5
