"""Keep what many strings have in common, so that each part is computed once.

A table belongs to one `Learnt`. Chances are held for every draw and, last, for the average world
(the mean hazards), whose closing dates are used.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milepost.engine.chain import HORIZON, Days, bin_chances, chance, step_days, won_now
from milepost.engine.figures import Cell, StepFigure
from milepost.engine.learnt import Learnt

Keys = tuple[str, ...]


class Tables:
    """Answer for steps by key and age, and for rests of strings by their keys."""

    def __init__(self, learnt: Learnt) -> None:
        self.learnt = learnt
        self.days = Days()
        self.oldest = int(learnt.edges[-1])
        self._hazards: dict[str, NDArray] = {}
        self._starts: dict[str, NDArray] = {}
        self._chances: dict[tuple[str, int], NDArray] = {}
        self._wins: dict[Keys, NDArray] = {(): np.ones(learnt.draws + 1)}
        self._rests: dict[Keys, NDArray] = {(): self.days.transform(won_now())}
        self._steps: dict[tuple[str, int, int], NDArray] = {}
        self._figures: dict[tuple[str, int], StepFigure] = {}

    def hazards(self, key: str) -> NDArray[np.float64]:
        """Return a step's hazards in every world, the average one last [draws + 1, bins, 2]."""
        if key not in self._hazards:
            draws = self.learnt.step(key).astype(np.float64)
            self._hazards[key] = np.concatenate([draws, draws.mean(0, keepdims=True)])
        return self._hazards[key]

    def chance(self, key: str, age: int) -> NDArray[np.float64]:
        """Return V(age) of a step [draws + 1]; beyond the last edge nothing changes any more."""
        age = min(age, self.oldest)
        if (key, age) not in self._chances:
            h, edges = self.hazards(key), self.learnt.edges
            if key not in self._starts:
                self._starts[key] = bin_chances(h, edges)
            self._chances[key, age] = chance(h, edges, age, self._starts[key])
        return self._chances[key, age]

    def win(self, keys: Keys, age: int = 0) -> NDArray[np.float64]:
        """Return P of a string whose first step is `age` days old [draws + 1]."""
        if not keys:
            return self._wins[()]
        rest = keys[1:]
        if rest not in self._wins:
            self._wins[rest] = self.win(rest)
        return self.chance(keys[0], age) * self._wins[rest]

    def first_step(self, cell: Cell) -> NDArray[np.float64]:
        """Return f and g of the current step [2, HORIZON]."""
        if not cell.keys:
            return won_now()
        return self._step(cell.keys[0], cell.days_old, min(cell.waits, HORIZON))

    def _step(self, key: str, age: int, waits: int) -> NDArray[np.float64]:
        age = min(age, self.oldest)
        if (key, age, waits) not in self._steps:
            h = self.hazards(key)[-1]
            self._steps[key, age, waits] = step_days(h, self.learnt.edges, age, waits)
        return self._steps[key, age, waits]

    def rest(self, keys: Keys) -> NDArray[np.complex128]:
        """Return the transforms of F and G of a fresh string [2, frequencies]."""
        if keys not in self._rests:
            both = self.days.join(self._step(keys[0], 0, 0), self.rest(keys[1:]))
            self._rests[keys] = self.days.transform(both)
        return self._rests[keys]

    def figure(self, key: str, age: int) -> StepFigure:
        """Return one step's figure at an age."""
        if (key, age) not in self._figures:
            V = self.chance(key, age)[:-1]
            low, high = limits(V)
            counts = self.learnt.ended(key)
            thin, rare = self.learnt.thin(key), self.learnt.rare(key, age)
            conversion = float(V.mean())
            figure = StepFigure(key, conversion, float(low), float(high), *counts, thin, rare)
            self._figures[key, age] = figure
        return self._figures[key, age]


def limits(draws: NDArray) -> NDArray:
    """Return P10 and P90 over the last axis, as `numpy.quantile` does, without its overhead.

    >>> low, high = limits(np.arange(11.0))
    >>> float(low), float(high)
    (1.0, 9.0)
    """
    ordered = np.sort(draws, axis=-1)
    at = np.array([0.1, 0.9]) * (draws.shape[-1] - 1)
    below = np.floor(at).astype(int)
    above = np.minimum(below + 1, draws.shape[-1] - 1)
    low, high = ordered[..., below], ordered[..., above]
    return np.moveaxis(low + (at - below) * (high - low), -1, 0)
