"""Compare chances with what happened: scores that add up over many looks, and calibration by tenths.

    Brier     mean (p - y)^2                                  Brier 1950
    log loss  mean -(y log p + (1 - y) log(1 - p))            Good 1952

Chances are kept between 0.001 and 0.999 for the log loss, so that one bold zero does not outweigh all else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

BOLDEST = 0.001
TENTHS = 10
Z80 = 1.2815515655446004


@dataclass(frozen=True)
class Score:
    """Hold sums over n chances: squared errors, log losses, chances and wins. Sums of two sets are added.

    >>> both = Score.of([0.5, 0.5], [1, 0]) + Score.of([1.0], [1])
    >>> both.n, round(both.brier, 4), both.bias
    (3, 0.1667, 0.0)
    """

    n: int = 0
    squares: float = 0.0
    logs: float = 0.0
    said: float = 0.0
    won: float = 0.0

    @classmethod
    def of(cls, p: ArrayLike, y: ArrayLike) -> Score:
        """Score chances p [n] against what happened y [n], 1 where it did."""
        chance, came = np.asarray(p, float).reshape(-1), np.asarray(y, float).reshape(-1)
        if chance.shape != came.shape:
            raise ValueError("p, y: one of each is needed.")
        bold = np.clip(chance, BOLDEST, 1 - BOLDEST)
        logs = -np.where(came > 0, np.log(bold), np.log(1 - bold))
        squares = float(((chance - came) ** 2).sum())
        return cls(len(chance), squares, float(logs.sum()), float(chance.sum()), float(came.sum()))

    def __add__(self, other: Score) -> Score:
        return Score(*(a + b for a, b in zip(self.parts, other.parts, strict=True)))  # type: ignore[arg-type]

    @property
    def parts(self) -> tuple[int, float, float, float, float]:
        """Return what it is made of, to be stored."""
        return self.n, self.squares, self.logs, self.said, self.won

    @property
    def brier(self) -> float:
        return self.squares / self.n

    @property
    def log_loss(self) -> float:
        return self.logs / self.n

    @property
    def bias(self) -> float:
        """Return by how much too many wins were expected, as a share of n; below 0 = too few."""
        return (self.said - self.won) / self.n


@dataclass(frozen=True)
class Bin:
    """Hold the chances of one tenth: how many, their sum, and how many came in."""

    n: int
    said: float
    won: int

    @property
    def expected(self) -> float:
        """Return the mean chance."""
        return self.said / self.n

    @property
    def happened(self) -> float:
        """Return the share that came in."""
        return self.won / self.n

    @property
    def limits(self) -> tuple[float, float]:
        """Return the 80 % interval of that share (Wilson 1927)."""
        z2 = Z80 * Z80
        middle = (self.happened + z2 / (2 * self.n)) / (1 + z2 / self.n)
        inner = self.happened * (1 - self.happened) / self.n + z2 / (4 * self.n * self.n)
        half = Z80 / (1 + z2 / self.n) * float(np.sqrt(inner))
        return max(0.0, middle - half), min(1.0, middle + half)


def tenths(p: ArrayLike, y: ArrayLike) -> list[Bin]:
    """Sort chances into ten bins of equal width; every chance is in one, and a bin may be empty.

    >>> [each.n for each in tenths([0.05, 0.1, 1.0], [0, 1, 1])]
    [1, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    """
    chance, came = np.asarray(p, float).reshape(-1), np.asarray(y, float).reshape(-1)
    place = np.clip((chance * TENTHS).astype(int), 0, TENTHS - 1)
    n = np.bincount(place, minlength=TENTHS)
    said, won = (np.bincount(place, each, TENTHS) for each in (chance, came))
    return [Bin(int(a), float(b), round(float(c))) for a, b, c in zip(n, said, won, strict=True)]


def added(bins: Iterable[Sequence[Bin]]) -> list[Bin]:
    """Add up the tenths of many looks, tenth by tenth."""
    sums = [Bin(0, 0.0, 0)] * TENTHS
    for each in bins:
        sums = [Bin(a.n + b.n, a.said + b.said, a.won + b.won) for a, b in zip(sums, each, strict=True)]
    return sums
