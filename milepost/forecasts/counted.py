"""Count open opportunities by territory and seller, with two questions: ten thousand rows, and their sums.

What a range hangs on is read row by row, as plain numbers; what is called for the period is added up by the database.
"""

from __future__ import annotations

import datetime
from array import array
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, IntegerField, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from milepost.forecasts.periods import NOTHING, numbers
from milepost.opportunities.models import Category, Standing

if TYPE_CHECKING:
    from milepost.engine.fiscal import Period

Pair = tuple[int, int | None]
"""A territory and a seller; None where nobody sells it."""


@dataclass
class Called:
    """What is called by one category: of it what the model proposed where nobody has said anything.

    `valued` counts those whose value is known: only they are in the sums.
    """

    number: int = 0
    valued: int = 0
    minor: int = 0
    proposed_minor: int = 0

    @property
    def is_unknown(self) -> bool:
        """Tell whether there are some, none of them with a known value: what they come to is not nothing."""
        return self.number > 0 == self.valued

    @property
    def unvalued(self) -> int:
        return self.number - self.valued

    def add(self, number: int, minor: int, *, valued: int, is_said: bool) -> None:
        self.number += number
        self.valued += valued
        self.minor += minor
        self.proposed_minor += 0 if is_said else minor

    def join(self, other: Called) -> None:
        self.number += other.number
        self.valued += other.valued
        self.minor += other.minor
        self.proposed_minor += other.proposed_minor


@dataclass(eq=False)
class Counted:
    """Open opportunities of one seller in one territory, counted once for all the lines in which they count.

    numbers   their figures and values, as `periods.numbers` has them
    unvalued  those of which no value is known
    closing   those that are to close in the period, worth `closing_minor`; of them what is called commit and best case
    """

    numbers: array[int] = field(default_factory=numbers)
    unvalued: int = 0
    commit: Called = field(default_factory=Called)
    best_case: Called = field(default_factory=Called)
    closing: int = 0
    closing_minor: int = 0

    @property
    def count(self) -> int:
        """Count them."""
        return len(self.numbers) // 2

    def join(self, other: Counted) -> None:
        """Count others in."""
        self.numbers += other.numbers
        self.unvalued += other.unvalued
        self.closing += other.closing
        self.closing_minor += other.closing_minor
        self.commit.join(other.commit)
        self.best_case.join(other.best_case)


def count(seen: QuerySet[Standing], period: Period) -> dict[Pair, Counted]:
    """Count open opportunities by territory and seller."""
    found: dict[Pair, Counted] = defaultdict(Counted)
    rows = seen.order_by("pk").values_list("territory_id", "salesperson_id", "figure_id", "value_minor")
    for territory, seller, figure, value in rows:
        own = found[territory, seller]
        own.numbers.append(NOTHING if figure is None else figure)
        own.numbers.append(NOTHING if value is None else value)
        own.unvalued += value is None
    for pair, category, is_said, many, valued, minor in _closing(seen, period):
        own = found[pair]
        own.closing += many
        own.closing_minor += minor
        if category in (Category.COMMIT, Category.BEST_CASE):
            called = own.commit if category == Category.COMMIT else own.best_case
            called.add(many, minor, valued=valued, is_said=is_said)
    return found


def count_elsewhere(seen: QuerySet[Standing], period: Period, today: datetime.date) -> dict[str, tuple[int, int]]:
    """Count by category what is called but is to close outside the period, and how many of it before today."""
    called = _dated(seen).filter(category__in=(Category.COMMIT, Category.BEST_CASE))
    outside = called.exclude(closes__range=(period.start, period.end))
    found = outside.values_list("category").annotate(
        n=Count("pk"), late=Count(Case(When(closes__lt=today, then=Value(1)), output_field=IntegerField()))
    )
    return {category: (n, late) for category, n, late in found}


def _closing(seen: QuerySet[Standing], period: Period) -> list[tuple[Pair, str, bool, int, int, int]]:
    """Add up what is to close in the period: whose, called what and whether by a person, how many, worth how much.

    Before the worth stands how many of them have a known value.
    """
    is_said = Case(When(judged_category="", then=Value(0)), default=Value(1), output_field=IntegerField())
    inside = _dated(seen).filter(closes__range=(period.start, period.end)).annotate(is_said=is_said)
    sums = inside.values_list("territory_id", "salesperson_id", "category", "is_said")
    found = sums.annotate(n=Count("pk"), k=Count("value_minor"), v=Sum("value_minor"))
    return [((where, who), kind, bool(said), n, known, int(v or 0)) for where, who, kind, said, n, known, v in found]


def _dated(seen: QuerySet[Standing]) -> QuerySet[Any]:
    """Say when each is to close: a person's word before the model's."""
    return seen.order_by().annotate(closes=Coalesce("judged_close", "close_key"))
