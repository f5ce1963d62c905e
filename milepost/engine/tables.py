"""Keep what many strings have in common, so that each part is computed once.

A table belongs to one `Learnt`, and to the day from which its season counts, if any. Chances are held for
every draw and, last, for the average world (the mean hazards), whose closing dates are used. A step ahead may be
passed by, with chance q:

    V'(0) = q + (1 - q) V(0),  f'(j) = q [j = 0] + (1 - q) f(j),  g'(j) = (1 - q) g(j)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.engine.chain import HORIZON, Days, bin_chances, chance, step_days, won_now
from milepost.engine.figures import Cell, StepFigure
from milepost.engine.learnt import Learnt

Keys = tuple[str, ...]
Step = tuple[str, str | None]
"""A step's key and the segment."""

KEPT = {"chances": 20_000, "steps": 2_000, "rests": 1_000, "figures": 20_000}
"""So many of each are kept at most, about 35 MB of any: then a new page is begun."""


def keep(known: dict[Any, Any], name: Any, make: Callable[[], Any], most: int) -> Any:
    """Return what is known by a name, else make it and keep it, even if another thread clears what is kept."""
    answer = known.get(name)
    if answer is None:
        answer = make()
        if len(known) >= most:
            known.clear()
        known[name] = answer
    return answer


class Tables:
    """Answer for steps by key, segment and age, and for rests of strings by their keys."""

    def __init__(self, learnt: Learnt, day: int | None = None) -> None:
        self.learnt = learnt
        self.season = learnt.ahead(day)
        self.days = Days()
        self._hazards: dict[Step, NDArray] = {}
        self._starts: dict[Step, NDArray] = {}
        self._chances: dict[tuple[Step, int], NDArray] = {}
        self._wins: dict[tuple[Keys, str | None], NDArray] = {}
        self._rests: dict[tuple[Keys, str | None], NDArray] = {}
        self._steps: dict[tuple[Step, int, int], NDArray] = {}
        self._nexts: dict[Step, NDArray] = {}
        self._figures: dict[tuple[Step, int | None], StepFigure] = {}

    def hazards(self, step: Step) -> NDArray[np.float64]:
        """Return a step's hazards in every world, the average one last [draws + 1, bins, 2]."""
        return keep(self._hazards, step, lambda: self._worlds(step), KEPT["rests"])

    def _worlds(self, step: Step) -> NDArray[np.float64]:
        draws = self.learnt.step(*step).astype(np.float64)
        return np.concatenate([draws, draws.mean(0, keepdims=True)])

    def skip(self, key: str) -> NDArray[np.float64]:
        """Return q in every world, the average one last [draws + 1]."""
        q = self.learnt.skip(key).astype(np.float64)
        return np.append(q, q.mean())

    def age(self, cell: Cell, more: int = 0) -> int:
        """Return the age that counts of a string's current step, some days from now."""
        return cell.days_old(self.learnt.clock(cell.keys[0])) + more

    def chance(self, step: Step, age: int) -> NDArray[np.float64]:
        """Return V(age) of a step [draws + 1]; beyond the last edge nothing changes any more."""
        edges = self.learnt.edges_of(step[0])
        age = min(age, int(edges[-1]))
        return keep(self._chances, (step, age), lambda: self._chance(step, edges, age), KEPT["chances"])

    def _chance(self, step: Step, edges: NDArray, age: int) -> NDArray[np.float64]:
        h = self.hazards(step)
        starts = keep(self._starts, step, lambda: bin_chances(h, edges), KEPT["rests"])
        return chance(h, edges, age, starts)

    def win(self, cell: Cell, more: int = 0) -> NDArray[np.float64]:
        """Return P of a string, some days from now [draws + 1]."""
        first = self.chance((cell.keys[0], cell.segment), self.age(cell, more))
        return first * self.ahead(cell.keys[1:], cell.segment)

    def ahead(self, keys: Keys, segment: str | None) -> NDArray[np.float64]:
        """Return the chance to win all of the steps ahead [draws + 1]."""
        if not keys:
            return np.ones(self.learnt.draws + 1)
        return keep(self._wins, (keys, segment), lambda: self._ahead(keys, segment), KEPT["chances"])

    def _ahead(self, keys: Keys, segment: str | None) -> NDArray[np.float64]:
        q = self.skip(keys[0])
        V = q + (1 - q) * self.chance((keys[0], segment), 0)
        return V * self.ahead(keys[1:], segment)

    def first_step(self, cell: Cell) -> NDArray[np.float64]:
        """Return f and g of the current step [2, HORIZON]."""
        waits = min(cell.waits, HORIZON) if self.season is None else self.season.wait(cell.waits)
        return self._step((cell.keys[0], cell.segment), self.age(cell), waits)

    def _step(self, step: Step, age: int, waits: int) -> NDArray[np.float64]:
        edges = self.learnt.edges_of(step[0])
        age = min(age, int(edges[-1]))
        mean = self.hazards(step)[-1]
        return keep(self._steps, (step, age, waits), lambda: step_days(mean, edges, age, waits), KEPT["steps"])

    def rest(self, keys: Keys, segment: str | None) -> NDArray[np.complex128]:
        """Return the transforms of F and G of the steps ahead [2, frequencies]."""
        return keep(self._rests, (keys, segment), lambda: self._rest(keys, segment), KEPT["rests"])

    def _rest(self, keys: Keys, segment: str | None) -> NDArray[np.complex128]:
        both = won_now()
        if keys:
            both = self.days.join(self._next(keys[0], segment), self.rest(keys[1:], segment))
        return self.days.transform(both)

    def _next(self, key: str, segment: str | None) -> NDArray[np.float64]:
        """Return f' and g' of a step ahead [2, HORIZON]."""
        q = self.skip(key)[-1]
        step: NDArray[np.float64] = (1 - q) * self._step((key, segment), 0, 0)
        step[0, 0] += q
        return step

    def ahead_days(self, key: str, segment: str | None) -> NDArray[np.complex128]:
        """Return the transform of f' of a step ahead [frequencies]."""

        def make() -> NDArray[np.complex128]:
            return self.days.transform(self._next(key, segment)[0])

        return keep(self._nexts, (key, segment), make, KEPT["steps"])

    def figures(self, cell: Cell) -> tuple[StepFigure, ...]:
        """Return the figures of all remaining steps; only the current one has an age."""
        ages = [self.age(cell), *[None] * len(cell.keys)]
        return tuple(self._figure((key, cell.segment), age) for key, age in zip(cell.keys, ages, strict=False))

    def _figure(self, step: Step, age: int | None) -> StepFigure:
        return keep(self._figures, (step, age), lambda: self._figured(step, age), KEPT["figures"])

    def _figured(self, step: Step, age: int | None) -> StepFigure:
        """Return the figure of a step of an age, or of one ahead (None), which may be passed by."""
        key = step[0]
        shown = self.learnt.alike(key, age or 0)
        V = (self.ahead((shown,), step[1]) if age is None else self.chance((shown, step[1]), age))[:-1]
        age = age or 0
        low, high = map(float, limits(V))
        marks = self.learnt.thin(key), self.learnt.rare(key, age)
        old, (won, lost, here) = self.learnt.this_old(key, age), self.learnt.without_days(key)
        counts = (*self.learnt.ended(key), *marks, *old, here, won + lost)
        return StepFigure(key, float(V.mean()), low, high, *counts, stated=self.learnt.states(key))


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
