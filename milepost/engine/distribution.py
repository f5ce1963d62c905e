"""Hold the whole distribution of a total, and read from it what is shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

HAIR = 1e-9


@dataclass(frozen=True, eq=False)
class Distribution:
    """Hold P(total <= x) at ascending amounts x, in the amounts' unit.

    x, below  [points]; of a lumpy total x are its possible values, of a smooth one a grid to interpolate
    lumpy     whether it jumps at x and stands still between
    mean, sd  exact, not read off the grid
    counted   opportunities in it; `missing` have no amount, and are in it only where it was asked for

    >>> coin = Distribution(np.array([0.0, 100.0]), np.array([0.5, 1.0]), True, 50.0, 50.0, 1, 0)
    >>> float(coin.quantile(0.9)), coin.reach(100), coin.reach(101)
    (100.0, 0.5, 0.0)
    """

    x: NDArray[np.float64]
    below: NDArray[np.float64]
    lumpy: bool
    mean: float
    sd: float
    counted: int
    missing: int

    def quantile(self, q: ArrayLike) -> NDArray[np.float64]:
        """Return the smallest amount that is not exceeded with chance q, of each q."""
        if self.lumpy:
            at = np.searchsorted(self.below, np.asarray(q, float) - HAIR)
            return self.x[np.minimum(at, len(self.x) - 1)]
        low, high = self._inner
        return np.interp(np.asarray(q, float), self.below[low:high], self.x[low:high])

    @cached_property
    def _inner(self) -> tuple[int, int]:
        """Return the points between which it rises: without flat ends, where a quantile would be any point."""
        low = int(np.searchsorted(self.below, HAIR, side="right")) - 1
        return max(low, 0), int(np.searchsorted(self.below, 1 - HAIR)) + 1

    @cached_property
    def limits(self) -> tuple[float, float, float]:
        """Return P10, P50 and P90."""
        low, middle, high = self.quantile([0.1, 0.5, 0.9])
        return float(low), float(middle), float(high)

    def reach(self, target: float) -> float:
        """Return the chance that the total is `target` or more."""
        if not self.lumpy:
            return float(1 - np.interp(target, self.x, self.below, left=0, right=1))
        at = int(np.searchsorted(self.x, target - HAIR * max(1.0, abs(target))))
        return float(1 - self.below[at - 1]) if at else 1.0

    def dots(self, count: int = 50) -> NDArray[np.float64]:
        """Return `count` equally likely totals, ascending: drawn as dots, they can be counted."""
        return self.quantile((np.arange(count) + 0.5) / count)

    def bars(self, count: int = 60) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return edges [count + 1] from the first to the last thousandth, and the chance within each pair [count].

        What lies beyond is in the first and the last.
        """
        low, high = self.quantile([0.001, 0.999])
        edges = np.linspace(low, max(high, low + HAIR * max(1.0, abs(low))), count + 1)
        if self.lumpy:
            until = np.append(0.0, self.below)[np.searchsorted(self.x, edges, side="right")]
        else:
            until = np.interp(edges, self.x, self.below, left=0, right=1)
        until[0], until[-1] = 0, 1
        return edges, np.diff(until)

    def error(self) -> float:
        """Return the expected absolute distance of the total from its mean."""
        if self.lumpy:
            return float(np.abs(self.x - self.mean) @ np.diff(self.below, prepend=0.0))
        above = np.where(self.x < self.mean, self.below, 1 - self.below)
        return float(np.trapezoid(above, self.x))


def certain(amount: float, counted: int = 0, missing: int = 0) -> Distribution:
    """Return the distribution of what is sure."""
    return Distribution(np.array([amount]), np.array([1.0]), True, amount, 0.0, counted, missing)


def lumps(x: NDArray, mass: NDArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return ascending values and P(total <= value) from values with their chances; equal ones are added up."""
    values, place = np.unique(x, return_inverse=True)
    below = np.cumsum(np.bincount(place, mass))
    return values, below / below[-1]
