"""Add opportunities up: totals with their whole uncertainty, and what a week of waiting costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Range:
    """Hold a total's mean and its P10, P50 and P90, in the amounts' unit."""

    mean: float
    p10: float
    p50: float
    p90: float


def total(amounts_by_cell: ArrayLike, squares_by_cell: ArrayLike, win_draws: ArrayLike) -> Range:
    """Add up what will be won of a portfolio.

    amounts_by_cell  A [cells]: sum of the amounts of the opportunities in a cell, one currency
    squares_by_cell  Q [cells]: sum of their squares
    win_draws        p [cells, draws]: a cell's win probability in every draw

    In draw d the total is about normal, with m_d = sum A p_d and v_d = sum Q p_d (1 - p_d); the draws
    are shared by all cells, and their mixture is the answer. Either part alone is far too narrow.
    With a dozen opportunities or a few very large ones the normal shape is rough: the mean is exact,
    the limits are kept between nothing and everything. Raises ValueError when shapes do not fit.

    >>> ten_of_100 = total([1000.0], [100_000.0], [[0.5, 0.5]])
    >>> ten_of_100.mean, round(ten_of_100.p10), round(ten_of_100.p90)
    (500.0, 297, 703)
    """
    A, Q = np.asarray(amounts_by_cell, float), np.asarray(squares_by_cell, float)
    p = np.asarray(win_draws, float)
    if p.ndim != 2 or A.shape != (len(p),) or Q.shape != A.shape:
        raise ValueError("win_draws: one row per cell is needed, as many as amounts and squares.")
    if not len(A):
        return Range(0.0, 0.0, 0.0, 0.0)
    m, sd = A @ p, np.sqrt(Q @ (p * (1 - p)))
    limits = np.clip(_mixture_quantiles(m, sd), min(0.0, A.sum()), max(0.0, A.sum()))
    return Range(float(m.mean()), *(float(x) for x in limits))


def _mixture_quantiles(m: NDArray, sd: NDArray) -> NDArray[np.float64]:
    """Halve brackets around P10, P50 and P90 of the equal mixture of normals (m_d, sd_d)."""
    from scipy.special import ndtr

    q = np.array([0.1, 0.5, 0.9])
    sd = np.maximum(sd, 1e-9 * max(float(np.abs(m).max()), 1e-300))
    low, high = np.full(3, (m - 9 * sd).min()), np.full(3, (m + 9 * sd).max())
    for _ in range(60):
        x = (low + high) / 2
        below = ndtr((x[:, None] - m) / sd).mean(1) < q
        low, high = np.where(below, x, low), np.where(below, high, x)
    return (low + high) / 2


def weekly_loss(value: float, win: float, win_in_week: float) -> float:
    """Return the expected value lost if nothing happens for seven days, never below nothing.

    >>> weekly_loss(10_000, 0.50, 0.25)
    2500.0
    >>> weekly_loss(10_000, 0.50, 0.55)
    0.0
    """
    return max(0.0, value * (win - win_in_week))
