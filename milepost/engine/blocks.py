"""Find the bins of a step's age from what happened in it: Bayesian blocks.

A block with won, lost and surviving days n = (n_w, n_l, n_r) has the Dirichlet-multinomial evidence

    ln Gamma(c0) - ln Gamma(c0 + sum n) + sum_j [ln Gamma(c0 m_j + n_j) - ln Gamma(c0 m_j)]

with m the step's own mean hazards and c0 = 2 days. The cut that maximises sum evidence - gamma (blocks)
is found exactly, by best(j) = max_{i<j} best(i) + evidence(i..j) - gamma (Jackson et al. 2005, "An
algorithm for optimal partitioning of data on an interval"; Scargle et al. 2013, "Studies in astronomical
time series analysis VI: Bayesian block representations").
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import YEAR

GAMMA = 3.0
C0 = 2.0


def find_edges(D: NDArray, N: NDArray, gamma: float = GAMMA) -> NDArray[np.int64]:
    """Return the first day of each block, from events D [367, 2] and days at risk N [367].

    A cut pays only next to a day with an event: between two events the evidence is convex in the place
    of a cut, so the best place is at an end. Other days are never tried.

    >>> D, N = np.zeros((367, 2)), np.zeros(367)
    >>> N[:60], D[30] = 100, (0, 80)
    >>> N[31:] = 20
    >>> find_edges(D, N)
    array([ 0, 30, 31])
    """
    cuts = _places(D)
    n = _sums(D, N, cuts)
    total = n[-1]
    m = (total + np.array([0.5, 0.5, 1.0])) / (total.sum() + 2)
    return cuts[_best(n, C0 * m, gamma)]


def _places(D: NDArray) -> NDArray[np.int64]:
    """Return day 0 and every day with an event, and every day after one."""
    events = np.flatnonzero(D.sum(-1))
    days = np.concatenate([[0], events, events + 1])
    return np.unique(days[days <= YEAR])


def _sums(D: NDArray, N: NDArray, cuts: NDArray) -> NDArray[np.float64]:
    """Return the sums of (won, lost, surviving) before each cut, and before the end [cuts + 1, 3]."""
    n = np.column_stack([D, N - D.sum(-1)])
    return np.concatenate([np.zeros((1, 3)), np.cumsum(np.add.reduceat(n, cuts, axis=0), axis=0)])


def _best(n: NDArray, c: NDArray, gamma: float) -> NDArray[np.int64]:
    """Return the indices of the cuts that begin a block in the best partition."""
    from scipy.special import gammaln

    best, came_from = np.zeros(len(n)), np.zeros(len(n), int)
    for j in range(1, len(n)):
        block = n[j] - n[:j]
        evidence = (gammaln(c + block) - gammaln(c)).sum(-1) - gammaln(c.sum() + block.sum(-1))
        value = best[:j] + evidence + gammaln(c.sum()) - gamma
        came_from[j] = np.argmax(value)
        best[j] = value[came_from[j]]
    starts, j = [], len(n) - 1
    while j > 0:
        j = int(came_from[j])
        starts.append(j)
    return np.array(starts[::-1], np.int64)
