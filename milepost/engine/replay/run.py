"""Forecast past days as they would have been forecast then, and score what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.engine.drift import Drift, Gone, learn_drift, long_enough, moved
from milepost.engine.learn import learn
from milepost.engine.learnt import Learnt
from milepost.engine.portfolio import Range, total
from milepost.engine.replay.known import Attempts, States, attempts, states_before, states_on
from milepost.engine.replay.landmark import landmark
from milepost.engine.replay.log import NEVER, UNDATED, Log
from milepost.engine.replay.past import history_on
from milepost.engine.replay.rivals import RIVALS, Rival, lesson
from milepost.engine.replay.stack import Said, earned, in_time, mixed
from milepost.engine.string_forecast import Cell, StringForecast, forecast_cells
from milepost.engine.won_by import won_by

SURE = 1e-6
"""No forecast is nearer to 0 or 1 than this."""

PERIODS = 6
"""So many earlier periods are looked at, at most, for how much periods move as a whole."""


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
    models       by model, Milepost's own first
    won          1 won, 0 not, nan not known by the day the scores end [rows]
    won_within   1 won within so many days, 0 not; nan when the scores end earlier [rows]
    took         days until it was closed; nan when not known [rows]
    total        how many will be won within so many days
    share        omega: how far the chain is followed, the challenger having the rest
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
    share: float = 1.0


MILEPOST, CHAIN, CHALLENGER = "Milepost", "its steps alone", "its challenger alone"


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
    look = _Look(log, within, half_life)
    return [_day(look, day, scored_until, rivals) for day in days]


@dataclass(frozen=True, eq=False)
class _Then:
    """Hold what was known on a day, and what chain and challenger made of it; `soon` is [rows, draws]."""

    log: Log
    known: Attempts
    states: States
    past: States
    answers: list[StringForecast]
    soon: NDArray[np.float64]
    said: Said


class _Look:
    """Look at days of a log; what was said on a day is worked out once."""

    def __init__(self, log: Log, within: int, half_life: float | None) -> None:
        self.log, self.span, self.half_life = log, within, half_life
        self.first = int(log.entered[log.entered != UNDATED].min(initial=NEVER))
        self._said: dict[int, Said | None] = {}
        self._gone: dict[int, Gone] = {}

    def then(self, day: int) -> _Then:
        """Return everything about a day."""
        log = self.log.as_of(day)
        known = attempts(log)
        now, past = states_on(known, day), states_before(known, day)
        answers, soon = _chain(learn(history_on(log, known, day), half_life=self.half_life), log, now, self.span, day)
        other = _bounded(landmark(lesson(log, known, day, None, past, now)))
        said = Said(now.opportunity, _bounded([a.win for a in answers]), other)
        self._said[day] = said
        came = self.log.won_within(day, self.span, now.opportunity)
        self._gone[day] = _gone(float(came.sum()), soon)
        return _Then(log, known, now, past, answers, soon, said)

    def said(self, day: int) -> Said | None:
        """Return what both said on a day; None where nothing was known yet, or nothing open."""
        if day not in self._said:
            then = self.log.as_of(day)
            self._said[day] = self.then(day).said if len(then) and (then.closed == NEVER).any() else None
        return self._said[day]

    def drift(self, day: int) -> Drift:
        """Learn by how much such periods move as a whole, from those that were over by a day, one after the other."""
        before = [day - self.span * n for n in range(1, PERIODS + 1)]
        known = [one for one in before if long_enough(one - self.first, self.span) and self.said(one) is not None]
        return learn_drift(self._gone[one] for one in known)


def _day(look: _Look, day: int, scored_until: int, rivals: Mapping[str, Rival]) -> Day:
    then, log = look.then(day), look.log
    now, said = then.states, then.said
    share = earned(day, look.said, log.won_by(day - 1))
    lessons = [lesson(then.log, then.known, day, span, then.past, now) for span in (None, look.span)]
    models, soon = _own(then, share)
    for name, rival in rivals.items():
        models[name] = Forecasts(*(_bounded(rival(one)) for one in lessons))
    closed = log.closed[now.opportunity]
    ripe = day + look.span - 1 <= scored_until
    return Day(
        day=day,
        opportunity=said.opportunity,
        amount=now.amount,
        close_days=np.array([a.close_days for a in then.answers], int).reshape(-1, 3),
        models=models,
        won=log.won_by(scored_until)[now.opportunity],
        won_within=log.won_within(day, look.span, now.opportunity) if ripe else np.full(len(now), np.nan),
        took=np.where(closed <= scored_until, closed - day, np.nan),
        total=_count(soon, look.drift(day)),
        share=share,
    )


def _own(then: _Then, share: float) -> tuple[dict[str, Forecasts], NDArray[np.float64]]:
    """Return the stack, the chain and the challenger, and the stack's chances to be won in time in every draw."""
    said = then.said
    ends = {MILEPOST: mixed(said.chain, said.landmark, share), CHAIN: said.chain, CHALLENGER: said.landmark}
    soon = {name: in_time(then.soon, said.chain, p) for name, p in ends.items()}
    models = {name: Forecasts(_bounded(p), _bounded(soon[name].mean(1))) for name, p in ends.items()}
    return models, soon[MILEPOST]


def _chain(
    learnt: Learnt, log: Log, now: States, within: int, day: int
) -> tuple[list[StringForecast], NDArray[np.float64]]:
    """Forecast today's states, and whether they are won in time in every draw [rows, draws]; those alike once."""
    columns = np.column_stack([now.step, now.age, now.step_age, now.segment])
    alike, place = np.unique(columns, axis=0, return_inverse=True)
    cells = [
        Cell(log.steps[k:], int(age), None, log.segments[g] if g >= 0 else None, int(step_age))
        for k, age, step_age, g in alike.tolist()
    ]
    answers = forecast_cells(learnt, cells, day=day)
    soon = won_by(learnt, cells, [within - 1], day=day)[:, 0].astype(float)
    return [answers[i] for i in place.ravel()], soon[place.ravel()]


def _count(soon: NDArray[np.float64], drift: Drift) -> Range:
    """Return how many will be won in time, and its limits."""
    alike, rows = np.unique(soon, axis=0, return_counts=True)
    return total(rows, rows, moved(alike, drift.shocks(soon.shape[1])))


def _gone(came: float, soon: NDArray[np.float64]) -> Gone:
    ones = np.ones(len(soon))
    return Gone.of(came, ones, ones, soon)


def _bounded(p: Sequence[float | None] | NDArray) -> NDArray[np.float64]:
    return np.clip(np.asarray(p, float), SURE, 1 - SURE)
