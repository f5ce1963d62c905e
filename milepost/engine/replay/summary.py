"""Sum up a replay: how well each model did, and whether the ranges held what they promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.engine.replay.run import MILEPOST, Day
from milepost.engine.scores import Scores, score


@dataclass(frozen=True)
class Row:
    """Hold one model's scores: won in the end, won within so many days, and the mean error of a day's total.

    weekly  mean over the days of |sum p / wins - 1|, of wins within so many days; nan without any
    """

    model: str
    end: Scores
    within: Scores
    weekly: float


@dataclass(frozen=True)
class Total:
    """Hold one day's wins within so many days: forecast, its 80 % interval, and what came; nan while not known."""

    day: int
    open: int
    forecast: float
    p10: float
    p90: float
    happened: float


@dataclass(frozen=True)
class Coverage:
    """Hold the share inside the 80 % range of close dates, given won, of how many, and its mean width in days."""

    share: float
    rows: int
    width: float


@dataclass(frozen=True)
class Summary:
    """Hold everything there is to say of a replay.

    forecasts  rows forecast on all days;  known  of these, whose end is known
    shares     by day, omega: how far the chain was followed
    """

    rows: list[Row]
    totals: list[Total]
    dates: Coverage
    forecasts: int
    known: int
    by_day: list[Scores]
    shares: list[float]


def summarise(days: Sequence[Day]) -> Summary:
    """Score all days together, model by model. Raises ValueError when there is no day."""
    if not days:
        raise ValueError("days: at least one is needed.")
    won = np.concatenate([day.won for day in days])
    rows = [_row(model, days) for model in days[0].models]
    return Summary(
        rows=rows,
        totals=[_total(day) for day in days],
        dates=_dates(days),
        forecasts=len(won),
        known=int((~np.isnan(won)).sum()),
        by_day=[_known_scores(day.models[MILEPOST].win, day.won) for day in days],
        shares=[day.share for day in days],
    )


def _row(model: str, days: Sequence[Day]) -> Row:
    end = _known_scores(all_of(days, model, "win"), np.concatenate([day.won for day in days]))
    soon = np.concatenate([day.won_within for day in days])
    within = _known_scores(all_of(days, model, "win_within"), soon)
    errors = [
        abs(day.models[model].win_within.sum() / day.won_within.sum() - 1) for day in days if day.won_within.sum() > 0
    ]
    return Row(model, end, within, float(np.mean(errors)) if errors else float("nan"))


def all_of(days: Sequence[Day], model: str, name: str) -> NDArray[np.float64]:
    """Return a model's `win` or `win_within` on all days, one after the other."""
    return np.concatenate([getattr(day.models[model], name) for day in days])


def _known_scores(p: NDArray, y: NDArray) -> Scores:
    known = ~np.isnan(y)
    return score(p[known], y[known])


def _total(day: Day) -> Total:
    happened = float(day.won_within.sum()) if len(day.won_within) else 0.0
    forecast = float(day.models[MILEPOST].win_within.sum())
    return Total(day.day, len(day.opportunity), forecast, day.total.p10, day.total.p90, happened)


def _dates(days: Sequence[Day]) -> Coverage:
    """Look at the opportunities that were won: whether the day lay within P10 and P90."""
    won = np.concatenate([day.won for day in days]) == 1
    took = np.concatenate([day.took for day in days])[won]
    close = np.concatenate([day.close_days for day in days])[won]
    if not len(took):
        return Coverage(float("nan"), 0, float("nan"))
    inside = (close[:, 0] <= took) & (took <= close[:, 2])
    return Coverage(float(inside.mean()), len(took), float((close[:, 2] - close[:, 0]).mean()))
