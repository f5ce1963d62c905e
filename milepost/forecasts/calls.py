"""What people call, beside what the model says of the same opportunities; what decides a period, and what covers it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from milepost.forecasts.page import PeriodView
from milepost.forecasts.portfolio import Portfolio, Row
from milepost.forecasts.slippage import paces, push_counts
from milepost.opportunities.models import Category

if TYPE_CHECKING:
    from milepost.engine.fiscal import Period

MOST_DECIDING = 6
CALLED = (Category.COMMIT, Category.BEST_CASE, Category.PIPELINE, Category.OMITTED)


@dataclass(frozen=True)
class Call:
    """What people called by one category in a period, beside what the model says of the same opportunities."""

    category: str
    rows: Sequence[Row]
    said_minor: int
    limits: tuple[int, int, int]
    expected_minor: int
    explained_by: Row | None

    @property
    def difference_minor(self) -> int:
        return self.limits[1] - self.said_minor


def calls(portfolio: Portfolio, period: Period) -> list[Call]:
    """Return a line for each category that people have called for opportunities that close in the period."""
    called = [row for row in portfolio.rows if row.judged_category and row.closes_on in period]
    by_category = {name: [row for row in called if row.judged_category == name] for name in CALLED}
    lines = (_call(portfolio, period, name, rows) for name, rows in by_category.items() if rows)
    return [line for line in lines if line is not None]


def together(portfolio: Portfolio, period: Period, lines: Iterable[Call]) -> Call | None:
    """Return the sum of the lines; its range is computed, never added."""
    rows = [row for line in lines if line.category != Category.OMITTED for row in line.rows]
    return _call(portfolio, period, "", rows) if rows else None


def _call(portfolio: Portfolio, period: Period, category: str, rows: Sequence[Row]) -> Call | None:
    found = portfolio.of_rows(period, rows)
    if found is None:
        return None
    unit = portfolio.unit
    said = 0 if category == Category.OMITTED else sum(row.value_minor or 0 for row in rows)
    low, middle, high = (round(limit * unit) for limit in found.limits)
    off = None if low <= said <= high else max(rows, key=lambda row: _off(portfolio, period, row, category))
    return Call(category, rows, said, (low, middle, high), round(found.mean * unit), off)


def _off(portfolio: Portfolio, period: Period, row: Row, category: str) -> float:
    """Return how far the call of one opportunity is from what the model expects of it."""
    said = 0 if category == Category.OMITTED else 1
    return abs(said - portfolio.chance(period, row)) * (row.value_minor or 0)


@dataclass(frozen=True)
class Deciding:
    """An opportunity that decides how a period ends: its part in all that is uncertain about the total."""

    row: Row
    chance: float
    share: float
    pushed: int = 0
    pace: dict[str, Any] = field(default_factory=dict)


def deciding(portfolio: Portfolio, period: Period) -> list[Deciding]:
    """Return the opportunities that carry most of the total's luck: x² p (1 - p), as shares of its sum."""
    chances = {row.pk: portfolio.chance(period, row) for row in portfolio.rows}
    luck = {row.pk: (row.value_minor or 0) ** 2 * chances[row.pk] * (1 - chances[row.pk]) for row in portfolio.rows}
    whole = sum(luck.values())
    if not whole:
        return []
    first = sorted(portfolio.rows, key=lambda row: (-luck[row.pk], row.pk))[:MOST_DECIDING]
    first = [row for row in first if luck[row.pk]]
    ids = [row.pk for row in first]
    pushed, pace = push_counts(ids), paces(ids, portfolio.company.today())
    return [
        Deciding(row, chances[row.pk], luck[row.pk] / whole, pushed.get(row.pk, 0), pace.get(row.pk, {}))
        for row in first
    ]


def coverage(view: PeriodView, rows: Iterable[Row]) -> dict[str, Any] | None:
    """Return how often what is open and to close in the period covers what the target still lacks."""
    if not view.gap_minor:
        return None
    open_minor = sum(row.value_minor or 0 for row in rows if row.closes_on in view.period)
    return {"open_minor": open_minor, "gap_minor": view.gap_minor, "times": open_minor / view.gap_minor}
