"""Add opportunities up: totals with their whole uncertainty."""

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
    With some dozens of opportunities or a few very large ones the normal shape is rough: the mean is exact,
    the limits are kept between nothing and everything; `total_of_few` is exact.
    Raises ValueError when shapes do not fit.

    >>> ten_of_100 = total([1000.0], [100_000.0], [[0.5, 0.5]])
    >>> ten_of_100.mean, round(ten_of_100.p10), round(ten_of_100.p90)
    (500.0, 297, 703)
    """
    A, Q = np.asarray(amounts_by_cell, float), np.asarray(squares_by_cell, float)
    if A.ndim != 1 or Q.ndim != 1:
        raise ValueError("amounts_by_cell, squares_by_cell: one number a cell is needed.")
    return totals(A[None], Q[None], win_draws)[0]


def totals(amounts_by_cell: ArrayLike, squares_by_cell: ArrayLike, win_draws: ArrayLike) -> list[Range]:
    """Add up several portfolios over the same cells, as `total` does one.

    A, Q [portfolios, cells]; p [cells, draws]. Raises ValueError when shapes do not fit.

    >>> totals([[1000.0], [0.0]], [[100_000.0], [0.0]], [[0.5, 0.5]])[1]
    Range(mean=0.0, p10=0.0, p50=0.0, p90=0.0)
    """
    A, Q = np.asarray(amounts_by_cell, float), np.asarray(squares_by_cell, float)
    p = np.asarray(win_draws, float)
    if p.ndim != 2 or A.ndim != 2 or A.shape[1] != len(p) or Q.shape != A.shape:
        raise ValueError("win_draws: one row per cell is needed, as many as amounts and squares.")
    if not A.size:
        return [Range(0.0, 0.0, 0.0, 0.0)] * len(A)
    m, sd = A @ p, np.sqrt(Q @ (p * (1 - p)))
    least, most = np.minimum(0.0, A.sum(1)), np.maximum(0.0, A.sum(1))
    limits = np.clip(_mixture_quantiles(m, sd), least[:, None], most[:, None])
    return [Range(float(mean), *map(float, three)) for mean, three in zip(m.mean(1), limits, strict=True)]


def total_of_few(amounts: ArrayLike, win_draws: ArrayLike) -> Range:
    """Add up what will be won of a few opportunities by all that can come of them: 2^n sums, so n of ten or so.

    amounts    x [n], one currency
    win_draws  p [n, draws]: each one's win probability in every draw

    Each limit is a sum that can come about: of one opportunity it is nothing or everything.

    >>> total_of_few([26.0], [[0.3, 0.34]])
    Range(mean=8.32, p10=0.0, p50=0.0, p90=26.0)
    """
    x, p = np.asarray(amounts, float), np.asarray(win_draws, float)
    if x.ndim != 1 or p.ndim != 2 or len(p) != len(x):
        raise ValueError("win_draws: one row per amount is needed.")
    sums, mass = np.zeros(1), np.ones((p.shape[1], 1))
    for amount, chance in zip(x, p[:, :, None], strict=True):
        sums = np.concatenate([sums, sums + amount])
        mass = np.concatenate([mass * (1 - chance), mass * chance], axis=1)
    order = np.argsort(sums, kind="stable")
    reached = np.cumsum(mass.mean(0)[order])
    at = np.minimum(np.searchsorted(reached, np.array([0.1, 0.5, 0.9]) - 1e-12), len(sums) - 1)
    return Range(float(x @ p.mean(1)), *map(float, sums[order][at]))


def _mixture_quantiles(m: NDArray, sd: NDArray) -> NDArray[np.float64]:
    """Find P10, P50 and P90 of equal mixtures of normals; m, sd [portfolios, draws].

    Newton's steps from one normal with the mixture's mean and variance. A step that leaves its bracket halves it,
    and so does every step after the twentieth: among narrow humps Newton's may creep.
    """
    from scipy.special import ndtr, ndtri

    q = np.array([0.1, 0.5, 0.9])
    sd = np.maximum(sd, 1e-9 * np.maximum(np.abs(m).max(1, keepdims=True), 1e-200))
    low = np.repeat((m - 9 * sd).min(1)[:, None], 3, axis=1)
    high = np.repeat((m + 9 * sd).max(1)[:, None], 3, axis=1)
    x = m.mean(1)[:, None] + ndtri(q) * np.sqrt((sd**2).mean(1) + m.var(1))[:, None]
    for tries in range(80):
        z = (x[:, :, None] - m[:, None, :]) / sd[:, None, :]
        off = ndtr(z).mean(2) - q
        if np.abs(off).max() < 1e-12:
            break
        low, high = np.where(off < 0, x, low), np.where(off < 0, high, x)
        slope = (np.exp(-z * z / 2) / sd[:, None, :]).mean(2) / np.sqrt(2 * np.pi)
        step = x - off / np.maximum(slope, 1e-300)
        x = np.where((step > low) & (step < high) & (tries < 20), step, (low + high) / 2)
    return x
