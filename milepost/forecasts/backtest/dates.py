"""Choose the days of a backtest, and refuse those that cannot be."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from milepost.engine.replay.log import UNDATED, Log
from milepost.forecasts.backtest.reading import BadFile

WEEK = 7
USUAL = 4
LONGEST = 1096


@dataclass(frozen=True)
class Dates:
    """Hold the days to forecast on, the last day whose outcomes count, and the days for “won within”."""

    as_of: tuple[datetime.date, ...]
    scored_until: datetime.date
    within: int

    @property
    def numbers(self) -> list[int]:
        """Return the days to forecast on as day numbers."""
        return [day.toordinal() for day in self.as_of]

    @property
    def until(self) -> int:
        """Return the last day whose outcomes count as a day number."""
        return self.scored_until.toordinal()


def choose_dates(log: Log, as_of: Sequence[datetime.date], scored_until: datetime.date | None, within: int) -> Dates:
    """Take the days that were asked for, else the last four weeks whose “won within” is known. Raises BadFile."""
    dated = log.entered[log.entered != UNDATED]
    if not len(dated):
        raise BadFile("No row has a date in entered_at.")
    if not 1 <= within <= LONGEST:
        raise BadFile(f"--within {within}: 1 to {LONGEST} days are possible.")
    first = datetime.date.fromordinal(int(dated.min()))
    until = scored_until or max([datetime.date.fromordinal(log.last_day), *as_of])
    last = until - datetime.timedelta(days=within - 1)
    days = sorted(set(as_of)) or [last - datetime.timedelta(days=WEEK * n) for n in range(USUAL)][::-1]
    for day in days:
        if day <= first:
            raise BadFile(f"--as-of {day}: nothing was known yet, the history begins on {first}.")
        if day > until:
            raise BadFile(f"--as-of {day}: lies after {until}, the last day whose outcomes count.")
    return Dates(tuple(days), until, within)
