"""The law of a total in every draw, to which opportunities are added one by one.

The same three ways as in `period.py`: each has a state, takes an opportunity into it, and tells the
chance to reach a target from it.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from milepost.engine.characteristic import Spectrum, bounds
from milepost.engine.lattice import Grid, outcomes
from milepost.engine.parts import Bets, Parts, bets
from milepost.engine.period import GRID, way

HAIR = 1e-9


class Law(Protocol):
    """Add opportunities to a state, and read a state."""

    def take(self, state: Any, x: float, p: NDArray[np.float64]) -> Any:
        """Return the state with an opportunity worth x that is won with p [draws]."""

    def reach(self, state: Any, targets: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return P_d(total >= target) [targets, draws]."""


def law_of(parts: Parts, later: list[int]) -> tuple[Law, Any]:
    """Return the law for all parts and its state with all but those that are to be taken in later."""
    others = np.setdiff1d(np.arange(len(parts.amounts)), later)
    base = bets(Parts(parts.amounts[others], parts.cell[others], parts.p, parts.closed))
    how, x = way(bets(parts)), parts.amounts[later]
    if how == "one by one":
        return OneByOne(), outcomes(base)
    low, high = bounds(base)
    low, high = low + np.minimum(x, 0).sum(), high + np.maximum(x, 0).sum()
    if how == "grid":
        grid = OnGrid(base, x, low, high)
        return grid, grid.total(base)
    spectrum = Smooth(base, low, high)
    return spectrum, spectrum.phi


class OneByOne:
    """Hold every sum and its chances: a state is (sums [n], chances [draws, n])."""

    def take(self, state: tuple[NDArray, NDArray], x: float, p: NDArray) -> tuple[NDArray, NDArray]:
        """Double the outcomes."""
        sums, mass = state
        return np.concatenate([sums, sums + x]), np.concatenate([mass * (1 - p[:, None]), mass * p[:, None]], axis=1)

    def reach(self, state: tuple[NDArray, NDArray], targets: NDArray) -> NDArray[np.float64]:
        """Add up the outcomes that reach it."""
        sums, mass = state
        return np.stack([mass[:, sums >= target - hair(target)].sum(1) for target in targets])


class OnGrid(Grid):
    """Hold totals on a grid of money: a state is P [points, draws]."""

    def __init__(self, base: Bets, x: NDArray, low: float, high: float) -> None:
        later = np.zeros(len(x), np.int64)  # their amounts belong to what decides on the grid's unit
        together = Bets(base.base, np.append(base.x, x), np.append(base.c, later), base.p, base.vague, base.typical)
        super().__init__(together, low, high, GRID)

    def take(self, state: NDArray, x: float, p: NDArray) -> NDArray[np.float64]:
        """Take an opportunity into a copy."""
        P = state.copy()
        self.take_in(P, np.array([x]), np.ones(1), p)
        return P

    def reach(self, state: NDArray, targets: NDArray) -> NDArray[np.float64]:
        """Add up the points that reach it."""
        return np.stack([state[self.y >= target - hair(target)].sum(0) for target in targets])


class Smooth(Spectrum):
    """Hold characteristic functions: a state is phi_d [frequencies, draws]."""

    def take(self, state: NDArray, x: float, p: NDArray) -> NDArray[np.complex128]:
        """Multiply by the opportunity's own."""
        return state * (1 + (np.exp(1j * self.omega * x) - 1)[:, None] * p)

    def reach(self, state: NDArray, targets: NDArray) -> NDArray[np.float64]:
        """Invert it at the targets."""
        return self.reached(targets, state)


def hair(target: float) -> float:
    """Return by how much a sum may miss a target for rounding alone."""
    return HAIR * max(1.0, abs(target))
