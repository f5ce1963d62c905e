"""Say how a published plan stands, from what is late on either side: values in, values out."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from milepost.plans.live import Shown

STALLED = 7
"""Days late from which a plan no longer moves by itself."""


@dataclass(frozen=True)
class Late:
    """One thing that is late: whose, and by how many days."""

    name: str
    is_theirs: bool
    days: int


@dataclass(frozen=True)
class Health:
    """What is late, the latest first."""

    late: tuple[Late, ...]

    @property
    def days(self) -> int:
        return max((each.days for each in self.late), default=0)

    @property
    def state(self) -> str:
        """Return "on track", "at risk" (one to six days late) or "stalled" (seven or more)."""
        return "stalled" if self.days >= STALLED else "at risk" if self.days else "on track"


def health(shown: Shown, today: datetime.date) -> Health:
    """Return how a plan stands on a day; what a client says is done waits for us, and is not late on their side.

    A step is late on our side: we make the appointments.
    """
    duties = [(each.name, each.is_theirs, each.due) for each in shown.all_duties if each.late and not each.claimed]
    steps = [(each.name, False, each.on) for each in shown.steps if each.late and not each.claimed]
    late = [Late(name, theirs, (today - due).days) for name, theirs, due in duties + steps if due is not None]
    return Health(tuple(sorted(late, key=lambda each: -each.days)))
