"""What was known at the start of a day, and the states that every earlier day began with.

Known on day t is what is dated before t. An opportunity is open at the start of t when it had entered a
step by then and its outcome, if any, is dated t or later. Its clock shows the days since its last
attempt at the step that is dated before t: on the day of a further attempt it still shows the old one.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from milepost.engine.replay.log import NEVER, UNDATED, Log


@dataclass(frozen=True, eq=False)
class Attempts:
    """Hold the dated attempts known on day t, one row each, in the order of the log.

    opportunity, step, entered  int, as in the log
    until    first day on which the next row or the outcome counts; NEVER without any before t
    began    day on which the opportunity entered the step it is in (its first attempt)
    first    day on which the opportunity entered its first step
    repeats  further attempts at any step so far, this one included
    next     step of the opportunity's next row before t; -1 when this is its latest
    amount, segment  as in the log
    blurred  whether an undated row hides when this step began or ended
    """

    opportunity: NDArray[np.int64]
    step: NDArray[np.int64]
    entered: NDArray[np.int64]
    until: NDArray[np.int64]
    began: NDArray[np.int64]
    first: NDArray[np.int64]
    repeats: NDArray[np.int64]
    next: NDArray[np.int64]
    amount: NDArray[np.float64]
    segment: NDArray[np.int64]
    blurred: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.opportunity)


def attempts(log: Log) -> Attempts:
    """Look at the attempts of a log that tells no more than was known then (`Log.as_of`)."""
    dated = log.entered != UNDATED
    case, step, entered = log.opportunity[dated], log.step[dated], log.entered[dated]
    new_case = _differs(case)
    last = np.append(new_case, True)[1:]
    closed = log.closed[case]
    again = np.cumsum(~(new_case | _differs(step)))
    following = np.where(last, -1, np.append(step, 0)[1:])
    return Attempts(
        opportunity=case,
        step=step,
        entered=entered,
        until=np.where(last, closed, np.append(entered, 0)[1:]),
        began=_carried(entered, new_case | _differs(step)),
        first=_carried(entered, new_case),
        repeats=again - _carried(again, new_case),
        next=following,
        amount=log.amount[dated],
        segment=log.segment[dated],
        blurred=_blurred(case, step, following, log.opportunity[~dated], log.step[~dated]),
    )


def _differs(values: NDArray) -> NDArray[np.bool_]:
    """Tell which rows differ from the one before; the first one does."""
    return np.append(True, values[1:] != values[:-1])[: len(values)]


def _carried(values: NDArray, new: NDArray) -> NDArray:
    """Carry the value of each group's first row through the group."""
    return values[np.maximum.accumulate(np.where(new, np.arange(len(values)), 0))]


def _blurred(case: NDArray, step: NDArray, following: NDArray, hidden_case: NDArray, hidden: NDArray) -> NDArray:
    """Tell for which rows an undated step lies between the row's own step and the next one's."""
    blurred = np.zeros(len(case), bool)
    starts, stops = np.searchsorted(case, hidden_case), np.searchsorted(case, hidden_case, side="right")
    for k, start, stop in zip(hidden, starts, stops, strict=True):
        rows = slice(start, stop)
        before_next = (following[rows] < 0) | (k <= following[rows])
        blurred[rows] |= (step[rows] <= k) & before_next
    return blurred


@dataclass(frozen=True, eq=False)
class States:
    """Hold opportunities as a day found them open, one row each [rows].

    day         the day, at whose start they are looked at
    opportunity, step  int, as in the log
    age         days since the last attempt at the step
    step_age    days since the step was entered
    total_age   days since the first step was entered
    repeats     further attempts so far
    amount, segment  as in the log
    """

    day: NDArray[np.int64]
    opportunity: NDArray[np.int64]
    step: NDArray[np.int64]
    age: NDArray[np.int64]
    step_age: NDArray[np.int64]
    total_age: NDArray[np.int64]
    repeats: NDArray[np.int64]
    amount: NDArray[np.float64]
    segment: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.day)

    def rows(self, which: NDArray) -> States:
        """Keep some rows."""
        return States(*(getattr(self, field.name)[which] for field in fields(self)))


def states_on(known: Attempts, day: int) -> States:
    """Look at every opportunity that is open at the start of the day whose knowledge this is."""
    rows = np.flatnonzero(known.until == NEVER)
    return _states(known, rows, np.full(len(rows), day))


def states_before(known: Attempts, day: int, *, most: int = 200_000) -> States:
    """Look at the opportunities open at the start of every day before this one, as the days found them.

    With more than `most` rows, at every second, third, … day, counted back from the day before.
    """
    # Row i is the latest one at the start of days entered + 1 to until; the n-th of them kept is day - 1 - stride n.
    until = np.minimum(known.until, day - 1)
    stride = 1 + int(np.maximum(until - known.entered, 0).sum() // most)
    nearest, furthest = -((until - day + 1) // stride), (day - 2 - known.entered) // stride
    many = np.maximum(furthest - nearest + 1, 0)
    rows = np.repeat(np.arange(len(many)), many)
    n = nearest[rows] + np.arange(len(rows)) - np.repeat(np.cumsum(many) - many, many)
    return _states(known, rows, day - 1 - stride * n)


def _states(known: Attempts, rows: NDArray, day: NDArray) -> States:
    return States(
        day=day,
        opportunity=known.opportunity[rows],
        step=known.step[rows],
        age=day - known.entered[rows],
        step_age=day - known.began[rows],
        total_age=day - known.first[rows],
        repeats=known.repeats[rows],
        amount=known.amount[rows],
        segment=known.segment[rows],
    )
