"""What people call, beside what the model says of the same opportunities; what decides a period, and what covers it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import TYPE_CHECKING, Any

from milepost.forecasts.kept_ranges import Total
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


def calls(portfolio: Portfolio, period: Period) -> tuple[list[Call], Call | None]:
    """Return a line for each category that people have called of what closes in the period, and one of their sum.

    The sum's range is computed, never added; what is omitted is not in it.
    """
    called = [row for row in portfolio.rows if row.judged_category and row.closes_on in period]
    each = {str(name): [row for row in called if row.judged_category == name] for name in CALLED}
    groups = {name: rows for name, rows in each.items() if rows}
    groups[""] = [row for name, rows in groups.items() if name != Category.OMITTED for row in rows]
    found = portfolio.of_groups(period, list(groups.values())) if called else None
    if found is None:
        return [], None
    lines = [_call(portfolio, period, name, groups[name], total) for name, total in zip(groups, found, strict=True)]
    return lines[:-1], lines[-1] if groups[""] else None


def _call(portfolio: Portfolio, period: Period, category: str, rows: Sequence[Row], total: Total) -> Call:
    unit = portfolio.unit
    said = 0 if category == Category.OMITTED else sum(row.value_minor or 0 for row in rows)
    low, middle, high = (round(limit * unit) for limit in total.limits)
    off = None if low <= said <= high or not rows else _furthest_off(rows, portfolio.chances(period), category)
    return Call(category, rows, said, (low, middle, high), round(total.mean * unit), off)


def _furthest_off(rows: Sequence[Row], chances: Mapping[int | None, float], category: str) -> Row:
    """Return the opportunity whose call is furthest from what the model expects of it."""
    said = 0 if category == Category.OMITTED else 1
    return max(rows, key=lambda row: abs(said - chances.get(row.figure, 0.0)) * (row.value_minor or 0))


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
    known = portfolio.chances(period)
    chances = {row.pk: known[row.figure] for row in portfolio.rows if row.value_minor and row.figure in known}
    luck = {
        row.pk: row.value_minor**2 * p * (1 - p)
        for row in portfolio.rows
        if row.value_minor and (p := chances.get(row.pk))
    }
    whole = sum(luck.values())
    if not whole:
        return []
    first = nsmallest(
        MOST_DECIDING, (row for row in portfolio.rows if luck.get(row.pk)), key=lambda row: (-luck[row.pk], row.pk)
    )
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
