"""Forecast past days as they would have been forecast then, and score what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.engine.learn import learn
from milepost.engine.learnt import Learnt
from milepost.engine.portfolio import Range, total
from milepost.engine.replay.known import States, attempts, states_before, states_on
from milepost.engine.replay.log import Log
from milepost.engine.replay.past import history_on
from milepost.engine.replay.rivals import RIVALS, Rival, lesson
from milepost.engine.string_forecast import Cell, StringForecast, forecast_cells
from milepost.engine.won_by import won_by

SURE = 1e-6
"""No forecast is nearer to 0 or 1 than this."""


@dataclass(frozen=True, eq=False)
class Forecasts:
    """Hold what one model said on one day of every open opportunity [rows]."""

    win: NDArray[np.float64]
    win_within: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Day:
    """Hold one day's forecasts, and how they turned out.

    day          the day at whose start they were made
    opportunity  int [rows], indices into the log's `ids`
    close_days   P10, P50 and P90 of the days until it is won, given that it is [rows, 3]
    models       by model, the chain first
    won          1 won, 0 not, nan not known by the day the scores end [rows]
    won_within   1 won within so many days, 0 not; nan when the scores end earlier [rows]
    took         days until it was closed; nan when not known [rows]
    total        how many will be won within so many days, by the chain
    """

    day: int
    opportunity: NDArray[np.int64]
    amount: NDArray[np.float64]
    close_days: NDArray[np.int64]
    models: Mapping[str, Forecasts]
    won: NDArray[np.float64]
    won_within: NDArray[np.float64]
    took: NDArray[np.float64]
    total: Range


CHAIN = "Milepost"


def replay(
    log: Log,
    days: Sequence[int],
    *,
    scored_until: int,
    within: int = 28,
    rivals: Mapping[str, Rival] = RIVALS,
    half_life: float | None = None,
) -> list[Day]:
    """Forecast every opportunity that was open at the start of each day, and look up how it ended.

    Of each day only what was known at its start is used (`Log.as_of`). Outcomes after the day `scored_until`
    are taken as not known.
    """
    return [_day(log, day, scored_until, within, rivals, half_life) for day in days]


def _day(
    log: Log, day: int, scored_until: int, within: int, rivals: Mapping[str, Rival], half_life: float | None
) -> Day:
    then = log.as_of(day)
    known = attempts(then)
    now, past = states_on(known, day), states_before(known, day)
    learnt = learn(history_on(then, known, day), half_life=half_life)
    answers, soon = _chain(learnt, then, now, within)
    models = {CHAIN: Forecasts(_bounded([a.win for a in answers]), _bounded(soon.mean(1)))}
    lessons = [lesson(then, known, day, span, past, now) for span in (None, within)]
    for name, rival in rivals.items():
        models[name] = Forecasts(*(_bounded(rival(one)) for one in lessons))
    closed = log.closed[now.opportunity]
    ripe = day + within - 1 <= scored_until
    return Day(
        day=day,
        opportunity=now.opportunity,
        amount=now.amount,
        close_days=np.array([a.close_days for a in answers], int).reshape(-1, 3),
        models=models,
        won=log.won_by(scored_until)[now.opportunity],
        won_within=log.won_within(day, within, now.opportunity) if ripe else np.full(len(now), np.nan),
        took=np.where(closed <= scored_until, closed - day, np.nan),
        total=_count(soon),
    )


def _chain(learnt: Learnt, log: Log, now: States, within: int) -> tuple[list[StringForecast], NDArray[np.float64]]:
    """Forecast today's states, and whether they are won in time in every draw [rows, draws]; those alike once."""
    columns = np.column_stack([now.step, now.age, now.step_age, now.segment])
    alike, place = np.unique(columns, axis=0, return_inverse=True)
    cells = [
        Cell(log.steps[k:], int(age), None, log.segments[g] if g >= 0 else None, int(step_age))
        for k, age, step_age, g in alike.tolist()
    ]
    answers = forecast_cells(learnt, cells)
    soon = won_by(learnt, cells, [within - 1])[:, 0].astype(float)
    return [answers[i] for i in place.ravel()], soon[place.ravel()]


def _count(soon: NDArray[np.float64]) -> Range:
    """Return how many will be won in time, and its limits."""
    alike, rows = np.unique(soon, axis=0, return_counts=True)
    return total(rows, rows, alike)


def _bounded(p: Sequence[float | None] | NDArray) -> NDArray[np.float64]:
    return np.clip(np.asarray(p, float), SURE, 1 - SURE)
