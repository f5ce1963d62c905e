"""Forecast strings: the chance to win, what waiting costs, and when they close.

    P = V_1(a) prod_{k>1} V_k(0)

over the required steps still to win, the first of them the current one, a days old, and the last yes
(`last_yes.py`) where some have stayed open after their last step, or where no step is left. It is per
draw, so that every figure has its interval.
V, f, g, F and G are in `chain.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from milepost.engine.figures import Cell, Quantiles, StepFigure, StringForecast
from milepost.engine.learnt import Learnt
from milepost.engine.names import LAST_YES
from milepost.engine.reached import middle_days
from milepost.engine.tables import Tables, limits

__all__ = ["Cell", "StepFigure", "StringForecast", "Strings", "forecast_cells", "forecast_string"]

WEEK = 7
BLOCK = 256


def forecast_string(
    learnt: Learnt, keys: Sequence[str], *, age: int | None = 0, booked_in: int | None = None
) -> StringForecast:
    """Forecast one string from its remaining required steps, the current one first.

    `age` and `booked_in` are in days, as `Cell` says; an unknown age (None) counts as 0. Without a
    step left the last yes is still to come. Raises ValueError on an age below 0.

    >>> from milepost.engine.history import History
    >>> from milepost.engine.learn import learn
    >>> nothing = learn(History.none(("meet", "offer")))
    >>> 0 < forecast_string(nothing, []).win < 1
    True
    >>> forecast_string(nothing, ["meet", "offer"]).win < forecast_string(nothing, ["offer"]).win
    True
    """
    return forecast_cells(learnt, [Cell(tuple(keys), age, booked_in)])[0]


def forecast_cells(learnt: Learnt, cells: Sequence[Cell], *, day: int | None = None) -> list[StringForecast]:
    """Forecast many strings at once; work that they share is done once. Answers in their order.

    `day` is today's number: with it the season that was learnt moves the closing dates.
    """
    return Strings(learnt, day).of(cells)


class Strings:
    """Forecast strings again and again; what they share is kept from one call to the next."""

    def __init__(self, learnt: Learnt, day: int | None = None) -> None:
        self.tables = Tables(learnt, day)

    def of(self, cells: Sequence[Cell]) -> list[StringForecast]:
        """Return the forecasts of cells in their order."""
        forecasts: list[StringForecast] = []
        cells = [self.tables.learnt.whole(cell) for cell in cells]
        for start in range(0, len(cells), BLOCK):
            forecasts += _block(self.tables, cells[start : start + BLOCK])
        return forecasts


def _block(tables: Tables, cells: Sequence[Cell]) -> list[StringForecast]:
    """Forecast some cells; the last column of P is the average world's and only scales the dates."""
    P = np.stack([tables.win(cell) for cell in cells])
    both = _closing(tables, cells)
    won, over = (_come(tables, density) for density in (both[:, 0], both.sum(1)))
    dates = zip(_quantiles(won, P[:, -1]), _quantiles(over, np.ones(len(cells))), strict=True)
    reached = middle_days(tables, cells, partial(_come, tables))
    draws = P[:, :-1].astype(np.float32)
    low, high = limits(draws)
    return [
        _forecast(tables, cell, draws[i], (float(low[i]), float(high[i])), closing, at)
        for i, (cell, closing, at) in enumerate(zip(cells, dates, reached, strict=True))
    ]


def _forecast(
    tables: Tables,
    cell: Cell,
    draws: NDArray[np.float32],
    interval: tuple[float, float],
    closing: tuple[Quantiles, Quantiles],
    reached: tuple[int, ...],
) -> StringForecast:
    win = float(draws.mean(dtype=np.float64))
    steps = tables.figures(cell)
    if len(steps) == 1:  # the whole is its only step, also where steps that nobody has tried are said alike
        steps = (replace(steps[0], conversion=win, low=interval[0], high=interval[1]),)
    return StringForecast(
        win=win,
        win_low=interval[0],
        win_high=interval[1],
        win_draws=draws,
        win_in_week=_win_in_week(tables, cell, win),
        close_days=closing[0],
        close_any_days=closing[1],
        reached_days=reached,
        steps=steps,
        weakest=int(np.argmin([step.conversion for step in steps if step.key != LAST_YES] or [0])),
    )


def _win_in_week(tables: Tables, cell: Cell, win: float) -> float:
    if cell.waits > WEEK:
        return win
    return float(tables.win(cell, WEEK)[:-1].mean())


def _closing(tables: Tables, cells: Sequence[Cell]) -> NDArray[np.float64]:
    """Return F and G in the average world [cells, 2, HORIZON]."""
    steps = np.stack([tables.first_step(cell) for cell in cells])
    rests = np.stack([tables.rest(cell.keys[1:], cell.segment) for cell in cells])
    return tables.days.join(steps, rests)


def _come(tables: Tables, density: NDArray) -> NDArray[np.float64]:
    """Return what has come by the end of each day [cells, HORIZON]."""
    cumulated = np.cumsum(density, axis=1)
    return cumulated if tables.season is None else tables.season.by_date(cumulated)


def _quantiles(cumulated: NDArray, total: NDArray) -> list[Quantiles]:
    """Find the first day by which 10, 50 and 90 % of the total have come; HORIZON when none has."""
    # A hair below: the transform's rounding must not move a quantile that falls on a whole day.
    at = [(cumulated < (q - 1e-9) * total[:, None]).sum(1) for q in (0.1, 0.5, 0.9)]
    return [(int(a), int(b), int(c)) for a, b, c in zip(*at, strict=True)]
