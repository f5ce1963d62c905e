import itertools

import numpy as np
import pytest
from scipy.special import gammaln

from milepost.engine.ages import YEAR
from milepost.engine.blocks import C0, GAMMA, find_edges


def evidence(D, N):
    """Score a partition the slow way; it is a list of first days."""
    n = np.column_stack([D, N - D.sum(1)])
    m = (n.sum(0) + np.array([0.5, 0.5, 1])) / (n.sum() + 2)

    def of(edges):
        value = 0.0
        for a, b in itertools.pairwise([*edges, YEAR + 1]):
            block = n[a:b].sum(0)
            value += gammaln(C0) - gammaln(C0 + block.sum()) - GAMMA
            value += (gammaln(C0 * m + block) - gammaln(C0 * m)).sum()
        return value

    return of


@pytest.mark.parametrize("seed", range(6))
def test_no_other_cut_of_few_days_is_better(seed):
    rng = np.random.default_rng(seed)
    D, N = np.zeros((YEAR + 1, 2)), np.zeros(YEAR + 1)
    N[:8] = np.sort(rng.integers(5, 60, 8))[::-1]
    D[:8] = rng.binomial(N[:8, None].astype(int), rng.choice([0.01, 0.3], (8, 2)) / 2)
    of = evidence(D, N)
    every = [[0, *cuts] for k in range(9) for cuts in itertools.combinations(range(1, 9), k)]
    assert of(find_edges(D, N)) == pytest.approx(max(map(of, every)))


def test_it_finds_a_deadline():
    alive, D, N = 1000.0, np.zeros((YEAR + 1, 2)), np.zeros(YEAR + 1)
    for day in range(60):
        lost = alive * (0.9 if day == 30 else 0.005)
        N[day], D[day] = round(alive), (0, round(lost))
        alive -= lost
    assert {30, 31} <= set(find_edges(D, N).tolist())


def test_little_is_one_block_and_nothing_too():
    D, N = np.zeros((YEAR + 1, 2)), np.zeros(YEAR + 1)
    assert find_edges(D, N).tolist() == [0]
    N[:10], D[4] = 3, (1, 0)
    assert find_edges(D, N).tolist() == [0]
