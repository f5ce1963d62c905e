"""Totals over the whole filter, exact whatever page is shown: counts, value, and what is expected with its interval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, Count, F, FloatField, QuerySet, Sum, Value, When
from django.db.models.functions import Cast

from milepost.desk.board.draws import DRAWS
from milepost.desk.board.filters import result_missing, stalled, without_date
from milepost.desk.board.groups import Group
from milepost.desk.board.known import Known
from milepost.opportunities.models import Standing

ALL = ""


@dataclass
class Sums:
    """What can simply be added up; `value` is in minor units and leaves out what is unknown."""

    count: int = 0
    valued: int = 0
    value: int = 0
    stalled: int = 0
    undated: int = 0
    unreported: int = 0

    @property
    def unvalued(self) -> int:
        return self.count - self.valued

    def add(self, other: Sums) -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


@dataclass(frozen=True)
class Expected:
    """What will be won, and the limits of its 80 % interval, in minor units."""

    value: int
    low: int
    high: int


def sums(rows: QuerySet[Standing], group: Group | None, known: Known) -> dict[str, Sums]:
    """Return the sums of every group by its key."""
    counted = rows.order_by().values(group=group.key if group else Value(ALL))
    found = counted.annotate(
        count=Count("pk"),
        valued=Count("value_minor"),
        value=Sum("value_minor"),
        stalled=Count(Case(When(stalled(known), then=1))),
        undated=Count(Case(When(without_date(known), then=1))),
        unreported=Count(Case(When(result_missing(known), then=1))),
    )
    names = [each.name for each in fields(Sums)]
    return {str(row["group"]): Sums(**{name: int(row[name] or 0) for name in names}) for row in found}


def all_of(groups: Iterable[Sums]) -> Sums:
    """Return the sums over all groups."""
    whole = Sums()
    for one in groups:
        whole.add(one)
    return whole


class Cells:
    """The amounts of a filter's rows gathered by group and figure: all that any interval needs.

    Amounts are whole units as floats, because the square of one in minor units overflows a database's integer.
    """

    def __init__(self, rows: QuerySet[Standing], group: Group | None, known: Known) -> None:
        self.unit = known.unit
        amount = Cast(F("value_minor"), FloatField()) / float(self.unit)
        self.valued = rows.order_by().filter(value_minor__isnull=False)
        gathered = self.valued.values_list(group.key if group else Value(ALL), "figure_id")
        self.cells = _tuples(gathered.annotate(A=Sum(amount), Q=Sum(amount * amount)))

    def expected(self, keys: Iterable[str] = ()) -> dict[str, Expected]:
        """Return what is expected of each of these groups, and under ALL of everything."""
        from milepost.engine.portfolio import totals

        keys = [*(key for key in keys if key != ALL), ALL]
        if not self.cells:
            return dict.fromkeys(keys, Expected(0, 0, 0))
        found = totals(*self._amounts(keys))
        limits = ((whole.mean, whole.p10, whole.p90) for whole in found)
        return {k: Expected(*(round(x * self.unit) for x in three)) for k, three in zip(keys, limits, strict=True)}

    def _amounts(self, keys: list[str]) -> tuple[Any, Any, Any]:
        """Return A and Q [keys, figures] and the figures' draws; the last key is ALL."""
        import numpy as np

        figures = {cell[1]: at for at, cell in enumerate({cell[1]: cell for cell in self.cells}.values())}
        rows = {key: at for at, key in enumerate(keys[:-1])}
        A, Q = np.zeros((2, len(keys), len(figures)))
        for group, figure, amount, square in self.cells:
            at = figures[figure]
            A[-1, at] += amount
            Q[-1, at] += square
            row = rows.get(str(group))
            if row is not None:
                A[row, at], Q[row, at] = amount, square
        return A, Q, self._draws(list(figures))

    def _draws(self, figures: list[int | None]) -> Any:
        """Return the draws of each figure. Where a run is gone its rows still hold the chance, without draws."""
        import numpy as np

        known = DRAWS.of([pk for pk in figures if pk is not None])
        if None not in figures:
            return known
        lost = self.valued.filter(figure=None).aggregate(A=Sum("value_minor"), E=Sum("expected_minor"))
        chance = (lost["E"] or 0) / lost["A"] if lost["A"] else 0.0
        return np.insert(known, figures.index(None), chance, axis=0)


def _tuples(query: QuerySet[Any]) -> list[tuple[Any, ...]]:
    """Run a query and return its rows as the database gives them: thousands of floats need no conversion."""
    try:
        sql, params = query.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
