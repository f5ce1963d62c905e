"""Forecast strings: the chance to win, what waiting costs, and when they close.

    P = V_1(a) prod_{k>1} V_k(0)

over the required steps still to win, the first of them the current one, a days old; per draw, so
that every figure has its interval. V, f, g, F and G are in `chain.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.engine.chain import HORIZON, Days, chance, step_days, won_now
from milepost.engine.learnt import Learnt

WEEK = 7
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
BLOCK = 256

Quantiles = tuple[int, int, int]


@dataclass(frozen=True)
class Cell:
    """Name what a string's forecast depends on; opportunities alike in this share one.

    keys       required steps still to win, the current one first
    age        days in the current step since its last attempt; None = not known, taken as 0, which
               is the kindest reading: say so on the screen
    booked_in  days until the appointment booked for the current step; None or past = none
    """

    keys: tuple[str, ...]
    age: int | None = 0
    booked_in: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", tuple(self.keys))
        if self.age is not None and self.age < 0:
            raise ValueError("age: days in a step cannot be below 0.")

    @property
    def days_old(self) -> int:
        """Return the age that counts."""
        return self.age or 0

    @property
    def waits(self) -> int:
        """Return the days until the booked appointment, 0 without one."""
        return max(self.booked_in or 0, 0)


@dataclass(frozen=True)
class StepFigure:
    """Hold one remaining step's chance with its 80 % interval and the counts behind it.

    thin  no stay in this step has ended yet: the figure is the default or the company's level
    rare  fewer than 20 past stays in it got as old as it is now
    """

    key: str
    conversion: float
    low: float
    high: float
    won: int
    lost: int
    still_open: int
    thin: bool
    rare: bool


@dataclass(frozen=True, eq=False)
class StringForecast:
    """Hold one string's figures; lows and highs are P10 and P90 of the draws, days count from today.

    win_in_week     the chance if nothing happens for seven days; while an appointment is booked
                    further off than that, nothing is due and it equals `win`
    close_days      P10, P50, P90 of the days until it is won, given that it is; 1,096 = three years
                    or more
    close_any_days  the same until it closes, won or lost
    weakest         index of the step where the same better odds would add most: the largest
                    dP / d logit V_k = P (1 - V_k), the first of equals; None when none is left
    """

    win: float
    win_low: float
    win_high: float
    win_draws: NDArray[np.float32]
    win_in_week: float
    close_days: Quantiles
    close_any_days: Quantiles
    steps: tuple[StepFigure, ...]
    weakest: int | None


def forecast_string(
    learnt: Learnt,
    keys: Sequence[str],
    *,
    age: int | None = 0,
    booked_in: int | None = None,
) -> StringForecast:
    """Forecast one string from its remaining required steps, the current one first.

    `age` and `booked_in` are in days, as `Cell` says. Without a step left it is won.
    Raises ValueError on an age below 0.

    >>> from milepost.engine.history import History
    >>> from milepost.engine.learn import learn
    >>> nothing = learn(History.none(("meet", "offer")))
    >>> forecast_string(nothing, []).win
    1.0
    >>> forecast_string(nothing, ["meet", "offer"]).win < forecast_string(nothing, ["offer"]).win
    True
    """
    return forecast_cells(learnt, [Cell(tuple(keys), age, booked_in)])[0]


def forecast_cells(learnt: Learnt, cells: Sequence[Cell]) -> list[StringForecast]:
    """Forecast many strings at once; work that they share is done once. Answers in their order."""
    shared = _Shared(learnt)
    forecasts: list[StringForecast] = []
    for start in range(0, len(cells), BLOCK):
        forecasts += _block(shared, cells[start : start + BLOCK])
    return forecasts


def _block(shared: _Shared, cells: Sequence[Cell]) -> list[StringForecast]:
    draws = np.stack([shared.win(cell.keys, cell.days_old) for cell in cells]).astype(
        np.float32
    )
    low, high = np.quantile(draws, [LOW, HIGH], axis=1)
    win = draws.mean(axis=1, dtype=np.float64)
    won, closed = _closing(shared, cells)
    return [
        StringForecast(
            win=float(win[i]),
            win_low=float(low[i]),
            win_high=float(high[i]),
            win_draws=draws[i],
            win_in_week=_win_in_week(shared, cell, float(win[i])),
            close_days=won[i],
            close_any_days=closed[i],
            steps=shared.figures(cell),
            weakest=_weakest(shared.figures(cell)),
        )
        for i, cell in enumerate(cells)
    ]


def _win_in_week(shared: _Shared, cell: Cell, win: float) -> float:
    if cell.waits > WEEK or not cell.keys:
        return win
    return float(
        shared.win(cell.keys, cell.days_old + WEEK).astype(np.float32).mean(dtype=float)
    )


def _weakest(steps: tuple[StepFigure, ...]) -> int | None:
    if not steps:
        return None
    return int(np.argmin([step.conversion for step in steps]))


def _closing(
    shared: _Shared, cells: Sequence[Cell]
) -> tuple[list[Quantiles], list[Quantiles]]:
    """Find the quantiles of F / P and of F + G, from the mean hazards."""
    steps = np.stack([shared.first_step(cell) for cell in cells])
    rests = np.stack([shared.rest(cell.keys[1:]) for cell in cells])
    both = shared.days.join(steps, rests)
    both[[not cell.keys for cell in cells]] = won_now()
    P = np.array([shared.mean_win(cell) for cell in cells])
    return _quantiles(both[:, 0], P), _quantiles(both.sum(1), np.ones(len(cells)))


def _quantiles(density: NDArray, total: NDArray) -> list[Quantiles]:
    cumulated = np.cumsum(density, axis=1)
    at = [(cumulated < q * total[:, None]).sum(1) for q in (LOW, MIDDLE, HIGH)]
    return [(int(a), int(b), int(c)) for a, b, c in zip(*at, strict=True)]


class _Shared:
    """Keep what strings have in common: chances by step and age, rests of strings by their keys."""

    def __init__(self, learnt: Learnt) -> None:
        self.learnt = learnt
        self.days = Days()
        self.oldest = int(learnt.edges[-1])
        self._chances: dict[tuple[int, int], NDArray] = {}
        self._wins: dict[tuple[str, ...], NDArray] = {(): np.ones(learnt.draws)}
        self._rests: dict[tuple[str, ...], NDArray] = {
            (): self.days.transform(won_now())
        }
        self._figures: dict[tuple[str, int], StepFigure] = {}
        self._steps: dict[tuple[int, int, int], NDArray] = {}

    def chance(self, row: int, age: int) -> NDArray[np.float64]:
        """Return V(age) of a step, [draws]; beyond the last edge nothing changes any more."""
        at = row, min(age, self.oldest)
        if at not in self._chances:
            self._chances[at] = chance(
                self.learnt.hazards[:, row], self.learnt.edges, at[1]
            )
        return self._chances[at]

    def win(self, keys: tuple[str, ...], age: int) -> NDArray[np.float64]:
        """Return P of a string whose first step is `age` days old, [draws]."""
        if not keys:
            return self._wins[()]
        return self.chance(self.learnt.row(keys[0]), age) * self._fresh(keys[1:])

    def _fresh(self, keys: tuple[str, ...]) -> NDArray[np.float64]:
        if keys not in self._wins:
            self._wins[keys] = self.win(keys, 0)
        return self._wins[keys]

    def mean_win(self, cell: Cell) -> float:
        """Return P at the mean hazards, the total of F."""
        h, edges = self.learnt.mean_hazards, self.learnt.edges
        ages = [cell.days_old, *[0] * (len(cell.keys) - 1)]
        P = 1.0
        for key, age in zip(cell.keys, ages, strict=False):
            P *= float(chance(h[self.learnt.row(key)], edges, min(age, self.oldest)))
        return P

    def first_step(self, cell: Cell) -> NDArray[np.float64]:
        """Return f and g of the current step [2, HORIZON]."""
        if not cell.keys:
            return won_now()
        age = min(cell.days_old, self.oldest)
        return self._step(self.learnt.row(cell.keys[0]), age, min(cell.waits, HORIZON))

    def _step(self, row: int, age: int, waits: int) -> NDArray[np.float64]:
        at = row, age, waits
        if at not in self._steps:
            h = self.learnt.mean_hazards[row]
            self._steps[at] = step_days(h, self.learnt.edges, age, waits)
        return self._steps[at]

    def rest(self, keys: tuple[str, ...]) -> NDArray[np.complex128]:
        """Return the transforms of F and G of a fresh string [2, frequencies]."""
        if keys not in self._rests:
            step = self._step(self.learnt.row(keys[0]), 0, 0)
            both = self.days.join(step, self.rest(keys[1:]))
            self._rests[keys] = self.days.transform(both)
        return self._rests[keys]

    def figures(self, cell: Cell) -> tuple[StepFigure, ...]:
        """Return the figures of the remaining steps, the current one at its age."""
        ages = [cell.days_old, *[0] * (len(cell.keys) - 1)]
        return tuple(
            self._figure(key, age) for key, age in zip(cell.keys, ages, strict=False)
        )

    def _figure(self, key: str, age: int) -> StepFigure:
        if (key, age) not in self._figures:
            V = self.chance(self.learnt.row(key), age).astype(np.float32)
            low, high = np.quantile(V, [LOW, HIGH])
            self._figures[key, age] = StepFigure(
                key,
                float(V.mean(dtype=float)),
                float(low),
                float(high),
                *self.learnt.ended(key),
                thin=self.learnt.thin(key),
                rare=self.learnt.rare(key, age),
            )
        return self._figures[key, age]
