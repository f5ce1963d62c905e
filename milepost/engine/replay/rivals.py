"""What a sales team would use instead, given the same knowledge on the same day.

Rivals learn from the states that past days began with: every opportunity open then, labelled by how it
ended. For "won in the end" only opportunities that are over count, for "within T days" only states T days
old or older. Open ones teach them nothing: that is what the engine can use and they cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.engine.replay.known import Attempts, States
from milepost.engine.replay.log import ENDED_WON, NEVER, Log
from milepost.engine.ridge import fit_ridge


@dataclass(frozen=True, eq=False)
class Lesson:
    """Hold what a rival learns from: states [rows] with their answers y [rows], and what it is asked about.

    log, known  what is known today
    within      days within which to be won, or None for "in the end"
    """

    log: Log
    known: Attempts
    day: int
    within: int | None
    past: States
    y: NDArray[np.float64]
    asked: States

    @property
    def share(self) -> float:
        """Return the share of past states that were won, half an answer added on either side."""
        return float((self.y.sum() + 0.5) / (len(self.y) + 1))


Rival = Callable[[Lesson], NDArray[np.float64]]
"""Answers with a chance for each state of today [rows]."""


def lesson(log: Log, known: Attempts, day: int, within: int | None, past: States, now: States) -> Lesson:
    """Keep the past states whose answers are known today."""
    if within is None:
        use = log.closed[past.opportunity] < day
        y = (log.outcome[past.opportunity] == ENDED_WON).astype(float)
    else:
        use = past.day <= day - within
        y = log.won_within(past.day, within, past.opportunity)
    return Lesson(log, known, day, within, past.rows(use), y[use], now)


def base_rate(lesson: Lesson) -> NDArray[np.float64]:
    """Answer with the share of past states that were won."""
    return np.full(len(lesson.asked), lesson.share)


def stage_weighted(lesson: Lesson) -> NDArray[np.float64]:
    """Answer with the share won of all past opportunities that reached the step: the classic pipeline report.

    In the end: of those that are over. Within T days: of those that entered it T days ago or longer.
    """
    known, log = lesson.known, lesson.log
    entered = known.entered == known.began
    if lesson.within is None:
        use = entered & (log.closed[known.opportunity] < NEVER)
        won = log.outcome[known.opportunity] == ENDED_WON
    else:
        use = entered & (known.entered <= lesson.day - lesson.within)
        won = log.won_within(known.entered, lesson.within, known.opportunity) > 0
    K = len(log.steps)
    reached, wins = np.bincount(known.step[use], minlength=K), np.bincount(known.step[use & won], minlength=K)
    return ((wins + lesson.share) / (reached + 1))[lesson.asked.step]


def naive_bayes(lesson: Lesson) -> NDArray[np.float64]:
    """Answer by step and segment as if they were independent, 0.1 added to every count."""
    odds = np.full(len(lesson.asked), np.log(lesson.share / (1 - lesson.share)))
    sizes = {"step": len(lesson.log.steps), "segment": len(lesson.log.segments) + 1}
    for name, size in sizes.items():
        past, now = getattr(lesson.past, name) % size, getattr(lesson.asked, name) % size
        won = np.bincount(past, lesson.y, size) + 0.1
        lost = np.bincount(past, 1 - lesson.y, size) + 0.1
        odds += (np.log(won / won.sum()) - np.log(lost / lost.sum()))[now]
    return 1 / (1 + np.exp(-np.clip(odds, -30, 30)))


def ridge_logistic(lesson: Lesson) -> NDArray[np.float64]:
    """Answer by ridge logistic regression on step, amount, ages and attempts (lambda = 10)."""
    K = len(lesson.log.steps)
    model = fit_ridge(features(lesson.past, K), lesson.y, penalty=10.0)
    return model.chance(features(lesson.asked, K))


def features(states: States, steps: int) -> NDArray[np.float64]:
    """Put states into columns: steps, ln amount, ln(1 + age) and age in the step and in all, attempts."""
    unknown = ~(states.amount > 0)
    amount = np.log(np.where(unknown, 1.0, states.amount))
    middle = float(np.median(amount[~unknown])) if (~unknown).any() else 0.0
    ages = [np.log1p(states.step_age), states.step_age, np.log1p(states.total_age), states.total_age]
    columns = [np.where(unknown, middle, amount), unknown, *ages, states.repeats]
    return np.column_stack([np.eye(steps)[states.step], *columns]).astype(float)


RIVALS: dict[str, Rival] = {
    "base rate": base_rate,
    "stage-weighted": stage_weighted,
    "naive Bayes": naive_bayes,
    "ridge logistic": ridge_logistic,
}
