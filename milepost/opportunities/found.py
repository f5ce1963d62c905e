"""What was found in the company's past, and is kept until it is gone through anew: what its figures hang on."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

TERRITORY, SIZE = "territory", "size"
SIZES = ("small", "middle", "large")
MOST_DAYS = 60
"""So many days on which the past was gone through are remembered: once a month, and after imports, that is years."""


@dataclass(frozen=True)
class Found:
    """Hold when the past was gone through, and what came of it.

    by        what opportunities are told apart by: TERRITORY, SIZE, or "" for nothing
    cuts      two values by playbook, in minor units: below the first is small, from the second on large
    clocks    what the age of each step counts, by its key, as `engine/ages.py` numbers it
    days      when the past was gone through until now, the last of them this time: figures may jump then
    """

    on: datetime.date | None = None
    stays: int = 0
    by: str = ""
    cuts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    clocks: Mapping[str, int] = field(default_factory=dict)
    days: tuple[datetime.date, ...] = ()

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Found:
        """Read what `to_json` wrote; nothing was found by a version that did not look."""
        if not kept:
            return cls()
        cuts = {playbook: (low, high) for playbook, (low, high) in kept["cuts"].items()}
        on = datetime.date.fromisoformat(kept["on"])
        days = map(datetime.date.fromisoformat, kept.get("days", [kept["on"]]))  # older runs know their own day alone
        clocks = kept.get("clocks", dict.fromkeys(kept.get("by_entry", ()), 1))  # older runs know two clocks
        return cls(on, kept["stays"], kept["by"], cuts, clocks, tuple(days))

    def to_json(self) -> dict[str, Any]:
        """Write it as plain values."""
        on = self.on.isoformat() if self.on else None
        told = {"stays": self.stays, "by": self.by, "cuts": self.cuts, "clocks": dict(self.clocks)}
        return {"on": on, **told, "days": [day.isoformat() for day in self.days]}

    def after(self, earlier: Found) -> Found:
        """Return the same, knowing when the past was gone through before."""
        days = dict.fromkeys((*earlier.days, self.on))
        return replace(self, days=tuple(day for day in days if day is not None)[-MOST_DAYS:])

    def clock(self, key: str) -> int:
        """Return what the age of a step counts; of a step that nothing is known of, half of the days between tries."""
        from milepost.engine.ages import BETWEEN

        return self.clocks.get(key, BETWEEN)

    def age(self, key: str, days: int, in_all: int) -> int:
        """Return the age that counts of a step, from the days since its last try and those `in_all`."""
        from milepost.engine.ages import ahead

        return days + int(ahead(max(in_all - days, 0), self.clock(key)))

    def segment(self, *, path: str, playbook: int, value: int | None) -> str | None:
        """Return the name of an opportunity's segment; None where nothing is told apart, or its place is not known."""
        if self.by == TERRITORY:
            return branch(path)
        if self.by == SIZE:
            return size(self.cuts, playbook, value)
        return None


def branch(path: str) -> str | None:
    """Return which territory right below the whole company a territory's path leads through.

    >>> branch("/1/4/17/"), branch("/1/")
    ('4', None)
    """
    parts = path.strip("/").split("/")
    return parts[1] if len(parts) > 1 else None


def size(cuts: Mapping[str, tuple[int, int]], playbook: int, value: int | None) -> str | None:
    """Return the size band of a value among those of its playbook; nothing and the unknown have none.

    >>> [size({"7": (10, 50)}, 7, value) for value in (9, 10, 50, 0, None)]
    ['small', 'middle', 'large', None, None]
    """
    of_playbook = cuts.get(str(playbook))
    return SIZES[bisect_right(of_playbook, value)] if of_playbook and value else None
