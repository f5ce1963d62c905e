"""Turn the stages an opportunity has been in into the states of its steps, and the stays that learning counts.

Pure: places are numbers of steps from 0, days are days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from milepost.opportunities import line

WON = "won"
BACK, LOST = "back", "lost"


class Visit(NamedTuple):
    """Say that an opportunity came to a step, and when if that is known."""

    place: int
    entered: dt.date | None


class StepState(NamedTuple):
    """Say how one step of a string stands."""

    state: str = line.NOT_RECORDED
    ended_on: dt.date | None = None
    to_confirm: bool = False


class StayPlan(NamedTuple):
    """Say how long an opportunity was in a step and how it left; `end` is "" while it lasts."""

    place: int
    entered: dt.date | None
    left: dt.date | None
    end: str


class Line(NamedTuple):
    """Hold a whole string: the state of every step, the stays, and where it ended if that is known."""

    steps: list[StepState]
    stays: list[StayPlan]
    last: int | None


def tidy(visits: Iterable[Visit], ended_on: dt.date | None) -> list[Visit]:
    """Put visits in order of their days and leave out repetitions and what comes after the end."""
    tidied: list[Visit] = []
    for visit in sorted(visits, key=lambda visit: visit.entered or dt.date.min):
        late = ended_on is not None and visit.entered is not None and visit.entered > ended_on
        if not late and (not tidied or tidied[-1].place != visit.place):
            tidied.append(visit)
    return tidied


def line_up(count: int, visits: Sequence[Visit], outcome: str | None, ended_on: dt.date | None) -> Line:
    """Build the string of an opportunity from its visits in order; without any, an open one is at the first step."""
    visits = list(visits) or ([Visit(0, None)] if outcome is None else [])
    steps = [StepState() for _n in range(count)]
    stays: list[StayPlan] = []
    for visit, later in pairwise(visits):
        _leave(steps, stays, visit, later)
    if not visits:
        return Line(steps, stays, None)
    last = visits[-1]
    _settle_others(steps, last.place, going_on=outcome != WON)
    _settle_last(steps, stays, last, outcome, ended_on)
    return Line(steps, stays, last.place)


def _leave(steps: list[StepState], stays: list[StayPlan], visit: Visit, later: Visit) -> None:
    """Record that a step was left for another: reached when the other comes later, gone back from when earlier."""
    forward = later.place > visit.place
    steps[visit.place] = StepState(line.WON, later.entered) if forward and visit.entered else StepState()
    _stay(stays, visit, later.entered, WON if forward else BACK)


def _settle_others(steps: list[StepState], here: int, *, going_on: bool) -> None:
    """Let what lies ahead be planned; what had been reached there before going back is to be confirmed."""
    if not going_on:
        return
    for place in range(here + 1, len(steps)):
        reached = steps[place].state == line.WON
        steps[place] = steps[place]._replace(to_confirm=True) if reached else StepState(line.PLANNED)


def _settle_last(
    steps: list[StepState], stays: list[StayPlan], last: Visit, outcome: str | None, ended_on: dt.date | None
) -> None:
    """Record how the step ended in which the opportunity was last seen."""
    if outcome is None:
        steps[last.place] = StepState(line.PLANNED)
        stays.append(StayPlan(last.place, last.entered, None, ""))
    elif outcome == WON:
        if last.entered is not None:
            steps[last.place] = StepState(line.WON, ended_on)
        _stay(stays, last, ended_on, WON)
    else:
        # No decision and stopping leave the step open, as they do here; only a no is a lost step.
        steps[last.place] = StepState(line.LOST, ended_on) if outcome == LOST else StepState(line.PLANNED)
        _stay(stays, last, ended_on, LOST)


def _stay(stays: list[StayPlan], visit: Visit, left: dt.date | None, end: str) -> None:
    """Keep a stay if both its days are known and in order: only such a one can teach."""
    if visit.entered is not None and left is not None and left >= visit.entered:
        stays.append(StayPlan(visit.place, visit.entered, left, end))
