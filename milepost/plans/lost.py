"""Count the days that either side's lateness has cost so far: values in, values out."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

THEIRS, OURS, UNSAID = "theirs", "ours", ""
STEP = "step"
"""Stands for a step that is past its day: ours, unless something of the client's at it was overdue that day."""
ONE = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Told:
    """A day that was told, and who wanted it; without a day: the one told so far falls away, at whose wish."""

    day: datetime.date | None
    by: str = UNSAID


AGAIN = Told(None, "again")
"""Another try is agreed: what follows is compared with nothing that was told before."""


@dataclass(frozen=True)
class Course:
    """What was told of one thing, in order; the day it was done; and whose fault it is when its day passes."""

    told: Sequence[Told]
    done: datetime.date | None
    late: str


@dataclass(frozen=True)
class StepLost:
    """The days lost at one step."""

    name: str
    theirs: int
    ours: int
    unsaid: int = 0

    @property
    def any(self) -> int:
        return self.theirs + self.ours + self.unsaid


def days_lost(course: Course, today: datetime.date) -> dict[datetime.date, str]:
    """Return each day that was lost on one thing, with whose it is.

    A day told later than the one told before costs the days between, the later one included, and they are whose wish
    it was. A day told earlier gives back the lost days after it. Where the day fell away (called off, or they did not
    come), whoever let it fall away has the days until the next one. Once the last day has passed, each day until it is
    done, or until today, is lost by `late`, or by whoever let the day fall away. Done before its day, it gives back
    the days after.
    """
    lost: dict[datetime.date, str] = {}
    known, fell = None, None
    for told in course.told:
        if told is AGAIN:
            known, fell = None, None
        elif told.day is None:
            fell = told.by
        else:
            by = told.by if fell is None else fell
            lost = _moved(lost, known or told.day, told.day, by)
            known, fell = told.day, None
    if known is None:
        return lost
    end = course.done or max(today, known)
    return _moved(lost, known, end, course.late if fell is None else fell)


def _moved(lost: dict[datetime.date, str], was: datetime.date, now: datetime.date, by: str) -> dict[datetime.date, str]:
    kept = {day: whose for day, whose in lost.items() if day <= now}
    return kept | {was + ONE * n: by for n in range(1, (now - was).days + 1)}


def at_step(name: str, step: Course | None, duties: Iterable[Course], today: datetime.date) -> StepLost:
    """Return the days lost at a step: by its own days, and by the days of what each side has to do for it.

    A calendar day counts once for a side, however many of its things were late on it; it can count for both. A day on
    which the step itself was late is ours, since we make the appointments, but not while something of the client's at
    this step was overdue.
    """
    sides: dict[str, set[datetime.date]] = {THEIRS: set(), OURS: set(), UNSAID: set(), STEP: set()}
    for course in [*duties, *([step] if step else [])]:
        for day, whose in days_lost(course, today).items():
            sides[whose].add(day)
    ours = sides[OURS] | (sides[STEP] - sides[THEIRS])
    return StepLost(name, len(sides[THEIRS]), len(ours), len(sides[UNSAID]))


def total(steps: Iterable[StepLost]) -> StepLost:
    """Return the sum of the steps: a day lost at two of them counts at both."""
    rows = list(steps)
    return StepLost("", sum(r.theirs for r in rows), sum(r.ours for r in rows), sum(r.unsaid for r in rows))
