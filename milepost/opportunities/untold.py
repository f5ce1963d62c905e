"""Tell how far a closing date rests on steps like which nothing has ended yet, and what the playbook says instead."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from milepost.opportunities import line
from milepost.opportunities.models import Opportunity, Step
from milepost.opportunities.rows import ChanceRow


@dataclass(frozen=True)
class Untold:
    """Of `all` steps still to win, like `number` nothing has ended yet, and like `few` not enough for the playbook's
    days to count no more; `planned` is the date that those give, in `days`.

    `is_stated` where the days that the playbook states stand for all of those, else others of the company's do.
    """

    number: int
    all: int
    planned: datetime.date
    days: int
    few: int = 0
    is_stated: bool = False

    @property
    def is_all(self) -> bool:
        return self.number == self.all

    @property
    def is_few(self) -> bool:
        """Tell whether something has ended like each of its steps, and not enough like some."""
        return not self.number

    @property
    def is_half(self) -> bool:
        """Tell whether the date rests on what stands for others at least as much as on steps like its own."""
        return self.number * 2 >= self.all


def untold_of(
    opportunity: Opportunity, chances: Sequence[ChanceRow], steps: Sequence[Step], today: datetime.date
) -> Untold | None:
    """Count the steps still to win like which nothing, or little, has ended yet; None without any."""
    left = [row for row in chances if not row.is_end]
    thin = [row for row in left if row.thin]
    few = sum(row.stated and not row.thin for row in left)
    if not thin and not few:
        return None
    is_stated = all(row.stated for row in thin)
    days = sum(step.usual_days for step in line.still_to_win(steps))
    planned = opportunity.clock(today) + datetime.timedelta(days=days)
    return Untold(len(thin), len(left), planned, days, few, is_stated)
