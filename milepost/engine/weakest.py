"""What a better step would be worth: the weakest step of a whole portfolio, exactly.

    E = sum_i x_i E_d prod_{k in i} V_k(a_ik)

Over all opportunities i that have step s still to win, the current one at its age, later ones fresh:

    dE / dV_s       = sum_i x_i E_d prod_{k != s} V_k
    worth of +u     = sum_i x_i E_d min(u, 1 - V_s) prod_{k != s} V_k

E is linear in each V_s, so the worth of u points is exact, not only near nothing; no step gets beyond
certainty. E_d is the mean over the draws.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.engine.figures import Cell
from milepost.engine.learnt import Learnt
from milepost.engine.names import LAST_YES
from milepost.engine.won_by import Keys, OneStep, daily_hazards


@dataclass(frozen=True)
class StepWorth:
    """Hold what one step means to a portfolio, in the amounts' unit.

    conversion     mean chance to win it, of the opportunities that have it still to win, by amount
    derivative     expected value per unit of its conversion
    worth          expected value that `points` more of it would add
    opportunities  how many have it still to win, and the sum of their amounts
    """

    key: str
    conversion: float
    derivative: float
    worth: float
    opportunities: int
    amount: float


def weakest_steps(
    learnt: Learnt, cells: Sequence[Cell], amounts: ArrayLike, counts: ArrayLike | None = None, *, points: float = 0.05
) -> list[StepWorth]:
    """Return the steps of a portfolio, the one where `points` more are worth most first.

    cells    what the opportunities' chances depend on
    amounts  A [cells]: sum of their amounts; missing ones left out by the caller
    counts   opportunities in each cell, 1 unless given

    Raises ValueError when there is not one amount a cell.

    >>> from milepost.engine.history import History
    >>> from milepost.engine.learn import learn
    >>> both = weakest_steps(learn(History.none()), [Cell(("meet", "offer")), Cell(("offer",))], [100.0, 900.0])
    >>> [(step.key, step.opportunities) for step in both]
    [('offer', 2), ('meet', 1)]
    """
    A = np.asarray(amounts, np.float64)
    many = np.ones(len(cells)) if counts is None else np.asarray(counts, np.float64)
    if A.shape != (len(cells),) or many.shape != A.shape:
        raise ValueError("amounts, counts: one of each cell is needed.")
    chances = _Chances(learnt)
    found: dict[str, NDArray] = defaultdict(lambda: np.zeros(5))
    for cell, x, n in zip(map(learnt.whole, cells), A, many, strict=True):
        V = chances.of(cell)
        for key, own, rest in zip(cell.keys, V, _all_but_each(V), strict=True):
            if key == LAST_YES:  # no step of a playbook: there is nothing to better
                continue
            worth = (np.minimum(points, 1 - own) * rest).mean()
            found[key] += (x * own.mean(), x * rest.mean(), x * worth, n, x)
    steps = [_step(key, row) for key, row in found.items()]
    return sorted(steps, key=lambda step: (-step.worth, step.key))


@dataclass(frozen=True)
class Kept:
    """Hold what is kept of a cell's forecast: its steps, the mean V of each, and the mean chance of all."""

    keys: tuple[str, ...]
    conversions: tuple[float, ...]
    win: float


def worth_of_kept(cells: Sequence[Kept], amounts: ArrayLike, *, points: float = 0.05) -> dict[str, float]:
    """Return by step about what `points` more are worth, from means that are kept already.

    The draws' V of different steps are taken as if they did not move together: P min(u, 1 - V_s) / V_s. It is
    within some percent of `weakest_steps` (the tests compare them), and takes no draws at all.

    >>> worth_of_kept([Kept(("meet", "offer"), (0.5, 0.8), 0.4)], [100.0])
    {'meet': 4.0, 'offer': 2.5}
    """
    found: dict[str, float] = defaultdict(float)
    for cell, x in zip(cells, np.asarray(amounts, np.float64).tolist(), strict=True):
        for key, V in zip(cell.keys, cell.conversions, strict=True):
            if key == LAST_YES:
                continue
            found[key] += x * cell.win * min(points, 1 - V) / V
    return dict(found)


def _step(key: str, row: NDArray) -> StepWorth:
    weighted, derivative, worth, count, amount = (float(value) for value in row)
    return StepWorth(key, weighted / amount if amount else 0.0, derivative, worth, round(count), amount)


class _Chances:
    """Keep V of every step at every age, and of fresh strings."""

    def __init__(self, learnt: Learnt) -> None:
        self.learnt = learnt
        self._V: dict[tuple[str, str | None], NDArray] = {}
        self._fresh: dict[tuple[Keys, str | None], NDArray] = {}

    def of(self, cell: Cell) -> NDArray[np.float64]:
        """Return V of each step of a cell [steps, draws]."""
        rest, segment = cell.keys[1:], cell.segment
        if (rest, segment) not in self._fresh:
            fresh = [self._ahead(key, segment) for key in rest]
            self._fresh[rest, segment] = np.stack(fresh) if fresh else np.ones((0, self.learnt.draws))
        by_age = self._by_age(cell.keys[0], segment)
        age = min(cell.days_old(self.learnt.clock(cell.keys[0])), len(by_age) - 1)
        return np.concatenate([by_age[[age]], self._fresh[rest, segment]])

    def _ahead(self, key: str, segment: str | None) -> NDArray[np.float64]:
        q = self.learnt.skip(key)
        return q + (1 - q) * self._by_age(key, segment)[0]

    def _by_age(self, key: str, segment: str | None) -> NDArray[np.float64]:
        if (key, segment) not in self._V:
            self._V[key, segment] = OneStep(daily_hazards(self.learnt, key, segment), 1).chance()
        return self._V[key, segment]


def _all_but_each(V: NDArray) -> NDArray[np.float64]:
    """Return the product of all rows but each [steps, draws], without dividing.

    >>> _all_but_each(np.array([[2.0], [3.0], [5.0]])).ravel().tolist()
    [15.0, 10.0, 6.0]
    """
    one = np.ones((1, V.shape[1]))
    before = np.cumprod(np.concatenate([one, V[:-1]]), axis=0)[: len(V)]
    after = np.cumprod(np.concatenate([one, V[:0:-1]]), axis=0)[::-1][: len(V)]
    return before * after
