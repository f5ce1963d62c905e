"""What people call, beside what the model says of the same opportunities; what decides a period, and what covers it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from milepost.forecasts.kept_ranges import Total
from milepost.forecasts.page import PeriodView
from milepost.forecasts.pointed import pointed
from milepost.forecasts.portfolio import Portfolio, Row, written
from milepost.forecasts.slippage import push_counts
from milepost.opportunities.models import Category, Standing
from milepost.opportunities.picture import pace

if TYPE_CHECKING:
    from milepost.engine.fiscal import Period

CALLED = (Category.COMMIT, Category.BEST_CASE, Category.PIPELINE, Category.OMITTED)


@dataclass(frozen=True)
class Call:
    """What people called by one category in a period, beside what the model says of the same opportunities."""

    category: str
    rows: Sequence[Row]
    said_minor: int
    limits: tuple[int, int, int]
    expected_minor: int
    explained_by: Standing | None

    @property
    def difference_minor(self) -> int:
        return self.limits[1] - self.said_minor


@dataclass(frozen=True)
class Deciding:
    """An opportunity that decides how a period ends: its part in all that is uncertain about the total."""

    row: Standing
    chance: float
    share: float
    pushed: int = 0
    pace: dict[str, Any] = field(default_factory=dict)


class Calls:
    """What is called of a portfolio in a period and what decides it, read together.

    `groups` are the places among its rows of what people call by each category, and by "" of all but what is omitted.
    """

    def __init__(self, portfolio: Portfolio, period: Period) -> None:
        self.portfolio, self.period = portfolio, period
        first, last = written(period)
        told = enumerate(portfolio.rows)
        called = [(at, row) for at, row in told if row.judged_category and first <= row.closes <= last]
        each = {str(name): [at for at, row in called if row.judged_category == name] for name in CALLED}
        self.groups = {name: places for name, places in each.items() if places}
        self.together = [at for name, places in self.groups.items() if name != Category.OMITTED for at in places]
        if self.together:
            self.groups[""] = self.together
        self.pointed = pointed(portfolio, period, self.groups)

    @cached_property
    def lines(self) -> list[Call]:
        """Return a line for each category that people have called of what closes in the period."""
        return [self._call(name, total) for name, total in self._totals.items() if name]

    @property
    def whole(self) -> Call | None:
        """Return the line of their sum: its range is computed, never added; what is omitted is not in it."""
        return self._call("", self._totals[""]) if "" in self._totals else None

    @cached_property
    def _totals(self) -> dict[str, Total]:
        rows = self.portfolio.rows
        found = self.portfolio.of_groups(self.period, [[rows[at] for at in each] for each in self.groups.values()])
        return dict(zip(self.groups, found or [], strict=False))

    def _call(self, category: str, total: Total) -> Call:
        rows, unit = [self.portfolio.rows[at] for at in self.groups[category]], self.portfolio.unit
        said = 0 if category == Category.OMITTED else sum(row.value_minor or 0 for row in rows)
        low, middle, high = (round(limit * unit) for limit in total.limits)
        off = None if low <= said <= high else self._named.get(self._pk(self.pointed.furthest[category]))
        return Call(category, rows, said, (low, middle, high), round(total.mean * unit), off)

    @cached_property
    def deciding(self) -> list[Deciding]:
        """Return the opportunities that carry most of the total's luck, as shares of its sum."""
        told = [(self._pk(at), chance, share) for at, chance, share in self.pointed.deciding]
        pushed, today = push_counts(pk for pk, _chance, _share in told), self.portfolio.company.today()
        return [
            Deciding(row, chance, share, pushed.get(pk, 0), _pace(row, today))
            for pk, chance, share in told
            if (row := self._named.get(pk)) is not None
        ]

    @cached_property
    def _named(self) -> dict[int, Standing]:
        """Return the rows of all that is pointed at, in one query."""
        places = {*(at for at, _chance, _share in self.pointed.deciding), *self.pointed.furthest.values()}
        rows = Standing.objects.filter(pk__in=map(self._pk, places))
        return {row.pk: row for row in rows.defer("beads", "answers")}

    def _pk(self, place: int) -> int:
        return self.portfolio.rows[place].pk


def _pace(row: Standing, today: datetime.date) -> dict[str, Any]:
    """Say how long it has been in its step, and what is usual there."""
    return {**pace(row, row.as_of or today), "step": row.step_name}


def coverage(view: PeriodView, rows: Iterable[Row]) -> dict[str, Any] | None:
    """Return how often what is open and to close in the period covers what the target still lacks."""
    if not view.gap_minor:
        return None
    first, last = written(view.period)
    open_minor = sum(row.value_minor or 0 for row in rows if first <= row.closes <= last)
    return {"open_minor": open_minor, "gap_minor": view.gap_minor, "times": open_minor / view.gap_minor}
