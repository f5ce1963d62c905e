"""What a period's total is made of: opportunities that are worth something if they are won in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

NEGLIGIBLE = 1e-8
"""Opportunities that together win with less chance than this are left out: no figure shows it."""

FEW = 20_000
"""Among more opportunities than this the negligible ones are not looked for."""

TYPICAL = 32
"""So many amounts stand for the known ones where an amount is missing."""

UNTHREADED = 250_000
"""Products of matrices up to this size are computed without threads; see `weighed`."""


def weighed(A: NDArray, p: NDArray) -> NDArray[np.float64]:
    """Return A p [rows, draws], of A [rows, cells] and p [cells, draws], in small blocks of cells.

    Larger products are spread over threads that wait for each other: on a busy machine that takes many times as long.
    """
    block = max(1, UNTHREADED // max(1, len(A) * p.shape[1]))
    answer = np.zeros((len(A), p.shape[1]))
    for first in range(0, len(p), block):
        answer += A[:, first : first + block] @ p[first : first + block]
    return answer


@dataclass(frozen=True, eq=False)
class Parts:
    """Hold opportunities, grouped by cells whose chances are the same in every world.

    amounts  x [n]: what each is worth, one currency; NaN where it is not known, below 0 allowed
    cell     c [n]: row of p that each belongs to
    p        [cells, draws]: chance to be won in the period, one column a posterior draw
    closed   what is won already

    Raises ValueError where they do not fit together.

    >>> two = Parts([100.0, np.nan], [0, 0], [[0.5, 0.7]])
    >>> two.missing, two.mean
    (1, 60.0)
    """

    amounts: NDArray[np.float64]
    cell: NDArray[np.int64]
    p: NDArray[np.float64]
    closed: float = 0.0

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "amounts", np.asarray(self.amounts, np.float64).reshape(-1))
        put(self, "cell", np.asarray(self.cell, np.int64).reshape(-1))
        p = np.asarray(self.p, np.float64)
        if p.ndim != 2 or (len(p) and not p.shape[1]):
            raise ValueError("p: one row a cell and one column a draw are needed.")
        if len(self.cell) != len(self.amounts):
            raise ValueError("cell: one is needed for each amount.")
        if len(self.cell) and not 0 <= self.cell.min() <= self.cell.max() < len(p):
            raise ValueError("cell: it names a row that p does not have.")
        if np.isinf(self.amounts).any() or not np.isfinite(p).all() or (p < -1e-6).any() or (p > 1 + 1e-6).any():
            raise ValueError("amounts must be finite, and p chances between 0 and 1.")
        put(self, "p", np.clip(p, 0, 1))

    @classmethod
    def one_by_one(cls, amounts: ArrayLike, p: ArrayLike, closed: float = 0.0) -> Parts:
        """Make parts of opportunities that share nothing: p [n] or [n, draws]."""
        chances = np.asarray(p, np.float64)
        chances = chances.reshape(len(chances), -1)
        return cls(np.asarray(amounts, np.float64), np.arange(len(chances)), chances, closed)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Tell which have an amount."""
        return ~np.isnan(self.amounts)

    @property
    def missing(self) -> int:
        """Count those without."""
        return int((~self.known).sum())

    def by_cell(self, power: int = 1) -> NDArray[np.float64]:
        """Add up powers of known amounts by cell [cells]."""
        known = self.known
        return np.bincount(self.cell[known], self.amounts[known] ** power, len(self.p)).astype(np.float64)

    @property
    def expected(self) -> NDArray[np.float64]:
        """Return m_d = closed + sum_i x_i p_i in every draw [draws]."""
        return self.closed + weighed(self.by_cell()[None], self.p)[0]

    @property
    def mean(self) -> float:
        """Return the expected total."""
        return float(self.expected.mean())

    @property
    def variance(self) -> float:
        """Return E v_d + Var m_d, with v_d = sum_i x_i^2 p_i (1 - p_i): luck, and what is not known."""
        v = weighed(self.by_cell(2)[None], self.p * (1 - self.p))[0]
        return float(v.mean() + self.expected.var())


@dataclass(frozen=True, eq=False)
class Bets:
    """Hold the same total in a form that is easy to compute: base + sum of x_i where bet i comes in.

    base     sure part
    x, c, p  bets with their cells; no cell comes in more often than not in the mean of its draws: what is
             likelier won than not is counted as won, and the bet is that it is not
    vague    cells of opportunities that, when won, are worth any of `typical`, all equally likely [J], [Q]
    """

    base: float
    x: NDArray[np.float64]
    c: NDArray[np.int64]
    p: NDArray[np.float64]
    vague: NDArray[np.int64]
    typical: NDArray[np.float64]

    @property
    def draws(self) -> int:
        """Count the draws."""
        return self.p.shape[1]

    @property
    def variance(self) -> NDArray[np.float64]:
        """Return v_d in every draw [draws]."""
        Q = np.bincount(self.c, self.x**2, len(self.p))
        v = weighed(Q[None], self.p * (1 - self.p))[0]
        if self.vague.size:
            first, second = self.typical.mean(), (self.typical**2).mean()
            p = self.p[self.vague]
            v = v + (p * second - (p * first) ** 2).sum(0)
        return v

    @property
    def mean(self) -> NDArray[np.float64]:
        """Return m_d in every draw [draws]."""
        m = self.base + weighed(np.bincount(self.c, self.x, len(self.p))[None], self.p)[0]
        return m + self.p[self.vague].sum(0) * self.typical.mean() if self.vague.size else m

    @property
    def likeliest(self) -> float:
        """Return the chance of the single likeliest outcome, no more than that: is there a lump to be seen?"""
        count = np.bincount(np.append(self.c, self.vague), minlength=len(self.p))
        return float(np.exp(weighed(count[None].astype(float), np.log(np.maximum(self.p, 1 - self.p)))).mean())


def bets(parts: Parts, *, impute: bool = False) -> Bets:
    """Bring parts into the form of bets; `impute` lets missing amounts be any of the known ones."""
    used = parts.known & (parts.amounts != 0)
    x, c, p = parts.amounts[used], parts.cell[used], parts.p
    vague = parts.cell[~parts.known] if impute and parts.known.any() else np.zeros(0, np.int64)
    likely = p.mean(1) > 0.5
    likely[vague] = False
    base = parts.closed + float(x[likely[c]].sum())
    x, p = np.where(likely[c], -x, x), np.where(likely[:, None], 1 - p, p)
    kept = _worth_counting(p[c].max(1, initial=0)) if len(c) < FEW else np.arange(len(c))
    return Bets(base, x[kept], c[kept], p, vague, _typical(parts.amounts[parts.known]))


def _worth_counting(most: NDArray) -> NDArray[np.int64]:
    """Return those whose chances, from the least on, come to more than is negligible."""
    order = np.argsort(most, kind="stable")
    return np.sort(order[np.cumsum(most[order]) > NEGLIGIBLE])


def _typical(known: NDArray) -> NDArray[np.float64]:
    if not known.size:
        return np.zeros(1)
    count = min(TYPICAL, known.size)
    return np.quantile(known, (np.arange(count) + 0.5) / count, method="hazen")
