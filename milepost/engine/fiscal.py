"""Know a company's fiscal years, quarters and months, as a pure rule.

Two kinds of calendar:

    months               a year is twelve calendar months from `starts` on
    4-4-5, 4-5-4, 5-4-4  a year is whole weeks: it begins on the `week_starts` day nearest to the first
                         of `starts`, so it has 52 weeks or, every five or six years, 53; each quarter
                         is three months of so many weeks, and a 53rd week belongs to the last month

A fiscal year is named after the calendar year in which its last month lies: with a start in April,
2027 is April 2026 to March 2027. Its months keep the names of calendar months and carry the year of
these, so that "April 2026" belongs to Q1 2027.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["year", "quarter", "month"]
PATTERNS = {"4-4-5": (4, 4, 5), "4-5-4": (4, 5, 4), "5-4-4": (5, 4, 4)}
MONTHS = "months"
NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
IN_A_YEAR = {"year": 1, "quarter": 4, "month": 12}
DAY, WEEK = datetime.timedelta(days=1), datetime.timedelta(days=7)


@dataclass(frozen=True, order=True)
class Period:
    """Hold one fiscal year, quarter or month: `start` and `end` are its first and its last day.

    year    the fiscal year it belongs to
    number  1 to 4 of a quarter, 1 to 12 of a month in the fiscal year, 1 of a year
    month   calendar month (year, 1 to 12) whose name a fiscal month bears; of others that of the first
    """

    start: datetime.date
    end: datetime.date
    kind: Kind
    year: int
    number: int
    month: tuple[int, int]

    @property
    def key(self) -> str:
        """Return a short text that `Calendar.find` reads: "2027", "2027-Q2" or "2027-M05"."""
        return {"year": f"{self.year}", "quarter": f"{self.year}-Q{self.number}"}.get(
            self.kind, f"{self.year}-M{self.number:02}"
        )

    @property
    def days(self) -> int:
        """Count its days."""
        return (self.end - self.start).days + 1

    def __contains__(self, day: datetime.date) -> bool:
        return self.start <= day <= self.end

    def name(self, months: Sequence[str] = NAMES) -> str:
        """Return "2027", "Q2 2027" or "May 2027"; `months` are the twelve names in the reader's language."""
        if self.kind == "year":
            return str(self.year)
        if self.kind == "quarter":
            return f"Q{self.number} {self.year}"
        return f"{months[self.month[1] - 1]} {self.month[0]}"


@dataclass(frozen=True)
class Calendar:
    """State a company's rule; raises ValueError when it is none.

    starts       calendar month, 1 to 12, in which the fiscal year begins
    pattern      "months", "4-4-5", "4-5-4" or "5-4-4"
    week_starts  day on which weeks begin, 0 = Monday to 6 = Sunday; calendar months do not ask for it

    >>> april = Calendar(starts=4)
    >>> quarter = april.period("quarter", datetime.date(2026, 11, 25))
    >>> quarter.name(), str(quarter.start), str(quarter.end)
    ('Q3 2027', '2026-10-01', '2026-12-31')
    >>> april.period("month", quarter.start).name(), april.move(quarter, 2).key
    ('October 2026', '2028-Q1')
    """

    starts: int = 1
    pattern: str = MONTHS
    week_starts: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.starts <= 12:
            raise ValueError("starts: a month from 1 to 12 is needed.")
        if self.pattern != MONTHS and self.pattern not in PATTERNS:
            raise ValueError(f"pattern: “{self.pattern}” is not known.")
        if not 0 <= self.week_starts <= 6:
            raise ValueError("week_starts: a day from 0 (Monday) to 6 is needed.")

    def year_of(self, day: datetime.date) -> int:
        """Return the fiscal year in which a day lies."""
        year = day.year - 1  # whole weeks may begin up to three days off the first of the month
        while self._first_day(year + 1) <= day:
            year += 1
        return year

    def weeks(self, year: int) -> int:
        """Count the whole weeks of a fiscal year: 52 or 53 where it is made of weeks."""
        return (self._first_day(year + 1) - self._first_day(year)).days // 7

    def period(self, kind: Kind, day: datetime.date) -> Period:
        """Return the fiscal year, quarter or month in which a day lies."""
        year = self.year_of(day)
        number = sum(self._month_start(year, n) <= day for n in range(1, 13))
        return self._numbered(kind, year, (number - 1) * IN_A_YEAR[kind] // 12 + 1)

    def move(self, period: Period, by: int = 1) -> Period:
        """Return the period of the same kind that many later, or earlier when below 0."""
        count = IN_A_YEAR[period.kind]
        year, before = divmod(period.year * count + period.number - 1 + by, count)
        return self._numbered(period.kind, year, before + 1)

    def following(self, kind: Kind, day: datetime.date, count: int) -> list[Period]:
        """Return the period in which a day lies and those after it, `count` in all."""
        first = self.period(kind, day)
        return [self.move(first, n) for n in range(count)]

    def within(self, kind: Kind, period: Period) -> list[Period]:
        """Return the periods of a shorter kind that make up one."""
        first = self.period(kind, period.start)
        return [self.move(first, n) for n in range(max(1, IN_A_YEAR[kind] // IN_A_YEAR[period.kind]))]

    def find(self, key: str) -> Period:
        """Return the period a key names; raises ValueError when it names none."""
        year, _, rest = key.partition("-")
        kind: Kind | None = {"": "year", "Q": "quarter", "M": "month"}.get(rest[:1])  # type: ignore[assignment]
        number = int(rest[1:] or 1) if rest[1:].isdecimal() or not rest else 0
        if kind is None or not year.isdecimal() or not 1 <= number <= IN_A_YEAR[kind]:
            raise ValueError(f"“{key}” names no fiscal period.")
        return self._numbered(kind, int(year), number)

    def _numbered(self, kind: Kind, year: int, number: int) -> Period:
        months = 12 // IN_A_YEAR[kind]
        first = (number - 1) * months + 1
        start, after = self._month_start(year, first), self._month_start(year, first + months)
        return Period(start, after - DAY, kind, year, number, self._calendar_month(year, first))

    def _calendar_month(self, year: int, number: int) -> tuple[int, int]:
        """Return (year, month) of the calendar month that a fiscal month is named after; 13 is the next first."""
        began = year if self.starts == 1 else year - 1
        more, before = divmod(self.starts + number - 2, 12)
        return began + more, before + 1

    def _month_start(self, year: int, number: int) -> datetime.date:
        if number == 13:
            return self._first_day(year + 1)
        if self.pattern == MONTHS:
            return datetime.date(*self._calendar_month(year, number), 1)
        quarters, before = divmod(number - 1, 3)
        return self._first_day(year) + WEEK * (13 * quarters + sum(PATTERNS[self.pattern][:before]))

    def _first_day(self, year: int) -> datetime.date:
        first = datetime.date(*self._calendar_month(year, 1), 1)
        if self.pattern == MONTHS:
            return first
        over = (first.weekday() - self.week_starts) % 7  # days since a week began
        return first - DAY * over if over <= 3 else first + DAY * (7 - over)
