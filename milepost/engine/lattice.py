"""The total of few bets: every outcome one by one, or step by step on a grid of money.

Taking a bet in, in every draw:   P'(y) = (1 - p) P(y) + p P(y - x)

With few bets y runs over all their 2^n sums. On a grid y are its points: exact where all amounts are
multiples of one unit; otherwise an amount between two points is shared out to them so that every mean
stays exact.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milepost.engine.distribution import lumps
from milepost.engine.parts import Bets

SPACE = 400_000
"""Numbers in one block of draws: so many stay in the processor's near memory."""
RARE, LOOKS = 1e-15, 8
"""Chances below it are let lie; it is looked for them after every so many bets."""


def enumerated(bets: Bets, weights: NDArray) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return all sums, ascending, and P(total <= sum), mixed over the draws by each of weights [mixtures, draws]."""
    sums, mass = outcomes(bets)
    return [lumps(sums, mixed) for mixed in weights @ mass]


def outcomes(bets: Bets) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the 2^n sums and their chances [draws, sums]; bit i of a sum's place tells whether bet i came in."""
    sums, mass = np.array([bets.base]), np.ones((bets.draws, 1))
    for x, c in zip(bets.x, bets.c, strict=True):
        p = bets.p[c][:, None]
        sums = np.concatenate([sums, sums + x])
        mass = np.concatenate([mass * (1 - p), mass * p], axis=1)
    return sums, mass


class Grid:
    """Hold points y = low + step k, k = 0..points - 1, on which totals are added up."""

    def __init__(self, bets: Bets, low: float, high: float, points: int) -> None:
        unit = _unit(bets, (high - low) / (2 * points))
        self.exact = unit > 0
        self.step = unit if self.exact else max(high - low, 1e-300) / (points - 1)
        self.below = int(np.ceil((bets.base - low) / self.step - 1e-9))
        self.points = self.below + int(np.ceil((high - bets.base) / self.step - 1e-9)) + 1
        self.y = bets.base + self.step * (np.arange(self.points) - self.below)

    def nothing(self, draws: int) -> NDArray[np.float64]:
        """Return the total of no bets [points, draws]."""
        P = np.zeros((self.points, draws))
        P[self.below] = 1
        return P

    def take_in(self, P: NDArray, x: NDArray, w: NDArray, p: NDArray) -> None:
        """Take a bet into P [points, draws], in place: it comes in with p [draws], and is worth x by weights w."""
        came = P * p
        P -= came
        for amount, weight in zip(x, w, strict=True):
            k = amount / self.step
            whole = round(k) if self.exact else int(np.floor(k))
            part = 0.0 if self.exact else k - whole
            for by, share in ((whole, 1 - part), (whole + 1, part)):
                if share * weight > 0:
                    _add_moved(P, came, by, share * weight)

    def total(self, bets: Bets) -> NDArray[np.float64]:
        """Return P of all bets [points, draws], from the smallest on."""
        P = self.nothing(bets.draws)
        block = max(1, SPACE // self.points)
        for first in range(0, bets.draws, block):
            part = np.ascontiguousarray(P[:, first : first + block])
            self._take_all(part, bets, first)
            P[:, first : first + block] = part
        return P

    def _take_all(self, P: NDArray, bets: Bets, first: int) -> None:
        """Take all bets into P [points, draws from `first` on]; only points that can have come about are gone through.

        What is rarer than RARE at the outer points stays where it is.
        """
        start = stop = self.below
        for n, (x, w, c) in enumerate(in_turn(bets), 1):
            start = max(0, start + int(np.floor(min(x.min(), 0) / self.step)) - 1)
            stop = min(self.points - 1, stop + int(np.ceil(max(x.max(), 0) / self.step)) + 1)
            self.take_in(P[start : stop + 1], x, w, bets.p[c, first : first + P.shape[1]])
            if n % LOOKS == 0:
                there = start + np.flatnonzero(P[start : stop + 1].max(1) > RARE)
                start, stop = int(there[0]), int(there[-1])


def in_turn(bets: Bets) -> list[tuple[NDArray, NDArray, int]]:
    """Return each bet's amounts, their weights and its cell, the smallest first."""
    one = np.ones(1)
    order = np.argsort(np.abs(bets.x), kind="stable")
    plain = [(bets.x[i : i + 1], one, int(bets.c[i])) for i in order]
    even = np.full(len(bets.typical), 1 / len(bets.typical))
    return plain + [(bets.typical, even, int(c)) for c in bets.vague]


def on_grid(
    bets: Bets, low: float, high: float, points: int, weights: NDArray
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return the grid's points that can come about and P(total <= point), mixed by weights [mixtures, draws]."""
    grid = Grid(bets, low, high, points)
    P = grid.total(bets)
    return [lumps(grid.y[mass > 0], mass[mass > 0]) for mass in weights @ P.T]


def _unit(bets: Bets, least: float) -> float:
    """Return the largest unit of which all amounts are multiples, if it is at least so large; else 0."""
    amounts = np.concatenate([bets.x, bets.typical]) if bets.vague.size else bets.x
    if not (amounts == np.rint(amounts)).all() or np.abs(amounts).max(initial=0) > 2**53:
        return 0.0
    unit = float(np.gcd.reduce(np.abs(amounts).astype(np.int64))) if amounts.size else 0.0
    return unit if unit >= least else 0.0


def _add_moved(P: NDArray, came: NDArray, by: int, weight: float) -> None:
    """Add `came`, moved by so many points, to P; what leaves the grid stays on its last point."""
    size = len(P)
    by = max(-size, min(size, by))
    if by >= 0:
        P[by:] += weight * came[: size - by]
        P[-1] += weight * came[size - by :].sum(0)
    else:
        P[:by] += weight * came[-by:]
        P[0] += weight * came[:-by].sum(0)
