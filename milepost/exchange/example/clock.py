"""The calendar by which the example company's clients move: no weekends, slow Augusts, pushes before a quarter ends."""

from __future__ import annotations

import datetime
from bisect import bisect_left

WORKING = 7 / 5
AUGUST, CHRISTMAS = 0.45, 0.18
PUSH, HANGOVER = 1.9, 0.6


class Clock:
    """Adds working pace to a day: `after(day, 10)` is when ten ordinary days' worth of progress has been made.

    Days are ordinals. The closing clock runs faster in the last three weeks of a quarter and slower in its first two.
    """

    def __init__(self, first: int, last: int, *, closing: bool) -> None:
        self._first = first
        self._sums = [0.0]
        for day in range(first, last + 1):
            self._sums.append(self._sums[-1] + pace(datetime.date.fromordinal(day), closing=closing))

    def after(self, day: int, pace_days: float) -> int:
        """Return the day by which so much progress has been made; the last day known when it is beyond that."""
        at = min(max(day - self._first, 0), len(self._sums) - 1)
        return self._first + bisect_left(self._sums, self._sums[at] + pace_days, at) - 1


def pace(day: datetime.date, *, closing: bool) -> float:
    """Return how much of an ordinary day's progress is made on a day."""
    if day.weekday() >= 5:
        return 0.0
    if (day.month, day.day) >= (12, 19) or (day.month, day.day) <= (1, 5):
        return CHRISTMAS
    if day.month == 8:
        return AUGUST
    if closing:
        left = (_quarter_ends(day) - day).days
        return WORKING * (PUSH if left < 21 else HANGOVER if left > 76 else 1.0)
    return WORKING


def _quarter_ends(day: datetime.date) -> datetime.date:
    month = (day.month - 1) // 3 * 3 + 4
    following = datetime.date(day.year + (month > 12), month if month <= 12 else 1, 1)
    return following - datetime.timedelta(days=1)
