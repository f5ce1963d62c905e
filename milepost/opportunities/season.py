"""At what pace steps move in each month, as the newest learning tells it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from milepost.web import words

NOTABLE = 0.1
"""A month is spoken of when it is so far from an even year, and its range lies wholly on one side."""


@dataclass(frozen=True)
class Month:
    """One calendar month, 1 to 12: its pace with its range, the steps won in it, and those of an even year."""

    number: int
    pace: float
    low: float
    high: float
    moves: int
    expected: float

    @property
    def name(self) -> str:
        return words.month_named(self.number)

    @property
    def is_notable(self) -> bool:
        return abs(self.pace - 1) >= NOTABLE and (self.high < 1 or self.low > 1)

    def at(self, most: float) -> dict[str, str]:
        """Return where low, pace, high and an even year lie on a line that ends at `most`: "40.00%"."""
        places = {"low": self.low, "pace": self.pace, "high": self.high, "even": 1.0}
        return {name: f"{100 * min(x / most, 1):.2f}%" for name, x in places.items()}


def months_of(season: Mapping[str, Any]) -> list[Month]:
    """Return January to December; nothing where no season was learnt.

    >>> months_of({"pace": [[0.5, 0.4, 0.6]] * 12, "moves": [9] * 12, "expected": [18.0] * 12})[7].is_notable
    True
    """
    rows = zip(season.get("pace", ()), season.get("moves", ()), season.get("expected", ()), strict=True)
    return [Month(n, pace, low, high, *counts) for n, ((pace, low, high), *counts) in enumerate(rows, 1)]


def most_of(months: Iterable[Month]) -> float:
    """Return where the line of paces ends."""
    return max([1.25, *(month.high for month in months)])


def most_notable(months: Iterable[Month], first: datetime.date, last: datetime.date) -> Month | None:
    """Return which of the months from one day to another lies furthest from an even year, if any is worth a word."""
    ahead = {(first.month - 1 + n) % 12 + 1 for n in range(_months_between(first, last) + 1)}
    notable = [month for month in months if month.number in ahead and month.is_notable]
    return max(notable, key=lambda month: abs(month.pace - 1), default=None)


def _months_between(first: datetime.date, last: datetime.date) -> int:
    return 12 * (last.year - first.year) + last.month - first.month
