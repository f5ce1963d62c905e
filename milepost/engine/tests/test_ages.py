import numpy as np
from hypothesis import given

from milepost.engine.ages import EDGES, bin_of, tally
from milepost.engine.history import LOST, WON
from milepost.engine.tests.histories import STEADY, histories


@STEADY
@given(histories)
def test_it_counts_as_one_would_by_hand(past):
    edges = np.array(EDGES)
    D, N = np.zeros((3, len(edges), 2)), np.zeros((3, len(edges)))
    reached = np.zeros((3, len(edges)), int)
    for step, days, end in zip(past.step, past.days, past.end, strict=True):
        at_risk = range(days + 1 if end in (WON, LOST) else days)
        for day in at_risk:
            N[step, bin_of(day, edges)] += 1
        reached[step] += np.isin(edges, at_risk)
        if end in (WON, LOST):
            D[step, bin_of(days, edges), 0 if end == WON else 1] += 1
    counts = tally(past, edges)
    np.testing.assert_array_equal(counts.D, D)
    np.testing.assert_array_equal(counts.N, N)
    np.testing.assert_array_equal(counts.reached, reached)
