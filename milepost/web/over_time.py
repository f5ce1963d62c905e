"""Draw amounts or chances over time: a range, lines, a level to reach, and marks where something happened."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from milepost.web import words
from milepost.web.chart import tip
from milepost.web.dots import Scale

DAY_MS = 86_400_000
EPOCH = datetime.date(1970, 1, 1).toordinal()


class Ranged(NamedTuple):
    """A range on a day."""

    on: datetime.date
    low: float
    high: float


class At(NamedTuple):
    """A figure on a day."""

    on: datetime.date
    value: float


@dataclass(frozen=True)
class Line:
    """Figures on days; `stepped` ones hold until the next, `dotted` ones are marked each."""

    kind: str
    points: Sequence[At]
    stepped: bool = False
    dotted: bool = False


@dataclass(frozen=True)
class Mark:
    """Something that happened on a day, where it is drawn, and in words."""

    on: datetime.date
    value: float
    kind: str
    text: str


@dataclass(frozen=True)
class OverTime:
    """All that is drawn; `ahead` is a range of what is still to come.

    `say` writes a figure on the axis; `told` are the lines shown of a day beside the pointer.
    """

    first: datetime.date
    last: datetime.date
    say: Callable[[float], str]
    told: Sequence[tuple[datetime.date, float, Sequence[str]]]
    band: Sequence[Ranged] = ()
    ahead: Sequence[Ranged] = ()
    lines: Sequence[Line] = ()
    marks: Sequence[Mark] = ()
    level: float | None = None
    today: datetime.date | None = None
    scale: Scale = field(default_factory=lambda: Scale(0.0, 1.0))

    @property
    def plot(self) -> dict[str, Any]:
        """Return what the library draws."""
        return {
            "kind": "time",
            "from": moment(self.first),
            "to": moment(self.last),
            "ticks": [[value, self.say(value)] for value in self.scale.marks],
            "band": [[moment(each.on), each.low, each.high] for each in self.band],
            "ahead": [[moment(each.on), each.low, each.high] for each in self.ahead],
            "lines": [_line(line) for line in self.lines],
            "marks": [[moment(each.on), each.value, each.kind] for each in self.marks],
            "level": self.level,
            "today": self.today and self.first <= self.today < self.last and moment(self.today),
            "tips": [[moment(on), value, tip(words.day(on), *lines)] for on, value, lines in self.told],
        }


def _line(line: Line) -> dict[str, Any]:
    points = [[moment(each.on), each.value] for each in line.points]
    return {"kind": line.kind, "points": points, "stepped": line.stepped, "dotted": line.dotted}


def moment(day: datetime.date) -> int:
    """Return a day as a browser counts time.

    >>> moment(datetime.date(1970, 1, 2))
    86400000
    """
    return (day.toordinal() - EPOCH) * DAY_MS
