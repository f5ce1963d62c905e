import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.ages import BETWEEN, ENTRY, YEAR, bin_of, by_bin, count_days
from milepost.engine.history import LOST, WON, History
from milepost.engine.tests.histories import STEADY, histories


def by_hand(past, clock, half_life=None):
    """Walk every stay day by day."""
    cells = (len(past.keys), len(past.segments) + 1, YEAR + 1)
    D, N, reached, won = np.zeros((*cells, 2)), np.zeros(cells), np.zeros(cells, int), np.zeros(cells, int)
    latest = max((past.day + past.days), default=0)
    for i in range(len(past)):
        shift = {ENTRY: past.before[i], BETWEEN: past.before[i] // 2}.get(clock, 0)
        over = past.end[i] in (WON, LOST)
        for age in range(past.since[i], past.days[i] + over):
            weight = 2.0 ** (-(latest - past.day[i] - age) / half_life) if half_life else 1.0
            cell = past.step[i], past.segment[i], min(age + shift, YEAR)
            N[cell] += weight
            reached[cell] += age + shift <= YEAR
            won[cell] += past.end[i] == WON and age + shift <= YEAR
            if over and age == past.days[i]:
                D[(*cell, 0 if past.end[i] == WON else 1)] += weight
    return D, N, reached, won


def with_more(past, seed):
    """Give a history attempts, days and segments."""
    rng = np.random.default_rng(seed)
    n = len(past)
    return History(
        past.step,
        past.days,
        past.end,
        past.keys,
        since=rng.integers(0, 3, n),
        before=rng.integers(0, 30, n) * rng.integers(0, 2, n),
        day=rng.integers(0, 900, n),
        segment=rng.integers(-1, 2, n),
        segments=("north", "south"),
    )


@STEADY
@given(histories)
@pytest.mark.parametrize(("clock", "half_life"), [(0, None), (1, None), (2, None), (0, 45.0), (1, 45.0), (2, 45.0)])
def test_it_counts_as_one_would_by_hand(clock, half_life, past):
    past = with_more(past, len(past))
    D, N, reached, won = by_hand(past, clock, half_life)
    counts = count_days(past, clock, half_life)
    np.testing.assert_allclose(counts.D, D, atol=1e-9)
    np.testing.assert_allclose(counts.N, N, atol=1e-9)
    np.testing.assert_array_equal(counts.reached, reached)
    np.testing.assert_array_equal(counts.won, won)


@STEADY
@given(histories, histories)
def test_counts_of_two_parts_add_up(one, other):
    both = History(*(np.append(getattr(one, n), getattr(other, n)) for n in ("step", "days", "end")), keys=one.keys)
    sums, whole = count_days(one) + count_days(other), count_days(both)
    for name in ("D", "N", "reached", "won"):
        np.testing.assert_array_equal(getattr(sums, name), getattr(whole, name))


@STEADY
@given(histories, st.integers(1, 7))
@pytest.mark.parametrize("half_life", [None, 45.0])
def test_counting_in_blocks_and_adding_new_days_is_counting_all(half_life, past, rows):
    past = with_more(past, len(past))
    whole = count_days(past, half_life=half_life)
    blocks = count_days(past, half_life=half_life, block=rows)
    steps = [count_days(past.of_step(k)) for k in range(len(past.keys))]
    for name in ("D", "N", "reached", "won"):
        np.testing.assert_allclose(getattr(blocks, name), getattr(whole, name), rtol=1e-9, atol=1e-12)
        if half_life is None:
            np.testing.assert_array_equal(np.concatenate([getattr(one, name) for one in steps]), getattr(whole, name))


def test_a_half_life_needs_days():
    with pytest.raises(ValueError, match="half_life"):
        count_days(History([0], [1], [WON], ("a",)), half_life=30)


def test_bins_add_their_days_up():
    edges = np.array([0, 7, YEAR])
    np.testing.assert_array_equal(by_bin(np.ones(YEAR + 1), edges), [7, YEAR - 7, 1])
    np.testing.assert_array_equal(bin_of(np.array([0, 6, 7, 9999]), edges), [0, 0, 1, 2])
