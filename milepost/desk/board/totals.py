"""Totals over the whole filter, exact whatever page is shown: counts, value, and what is expected with its interval."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
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
from milepost.web import words

ALL = ""
BARE = re.compile(r"\d[\d.,\u2019\u00a0\u202f]*\d|\d")


@dataclass(frozen=True)
class Sums:
    """What can simply be added up; `value` is in minor units and leaves out what is unknown."""

    count: int = 0
    valued: int = 0
    stalled: int = 0
    undated: int = 0
    unreported: int = 0
    value: int = 0

    @property
    def unvalued(self) -> int:
        return self.count - self.valued


@dataclass(frozen=True)
class Expected:
    """What will be won, and the limits of its 80 % interval, in minor units."""

    value: int
    low: int
    high: int

    def spread(self, currency: str) -> tuple[str, str]:
        """Return the limits as they are read beside the value: without its sign and unit where they have the same.

        >>> Expected(720_000_000, 510_000_000, 950_000_000).spread("EUR")
        ('5.10', '9.50')
        """
        value, low, high = (words.money_short(amount, currency) for amount in (self.value, self.low, self.high))
        around = {BARE.sub("#", text) for text in (value, low, high)}
        return (low, high) if len(around) > 1 else (BARE.search(low)[0], BARE.search(high)[0])  # type: ignore[index]


class Totals:
    """The sums of a filter's rows by group, from one query that gathers them by group and figure.

    All rows of one figure share its draws, so their sums are all that any interval needs (`engine.portfolio`).
    """

    def __init__(self, rows: QuerySet[Standing], group: Group | None, known: Known) -> None:
        self.rows, self.unit = rows.order_by(), known.unit
        cells = _tuples(self._gathered(group, known)) or [(ALL, None, 0.0, 0, 0, 0, 0, 0, 0)]
        keys, self.figures, self.squares, *counts, values = zip(*cells, strict=True)
        self.values = [int(value or 0) for value in values]  # PostgreSQL adds integers up to a Decimal
        self.places = {key: at for at, key in enumerate(dict.fromkeys(map(str, keys)))}
        self.groups = [self.places[str(key)] for key in keys]
        self.by_group = dict(zip(self.places, self._sums(counts), strict=True))
        self.all = Sums(*[sum(each) for each in [*counts, self.values]])
        if not self.all.count:
            self.by_group.clear()

    def _sums(self, counts: list[Any]) -> list[Sums]:
        import numpy as np

        by_group = [np.bincount(self.groups, each).astype(int).tolist() for each in counts]
        values = [0] * len(self.places)
        for group, value in zip(self.groups, self.values, strict=True):
            values[group] += value
        return [Sums(*numbers) for numbers in zip(*by_group, values, strict=True)]

    def _gathered(self, group: Group | None, known: Known) -> QuerySet[Any, Any]:
        # The square of an amount in minor units overflows a database's integer: whole units, as floats, do not.
        amount = Cast(F("value_minor"), FloatField()) / float(self.unit)
        gathered = self.rows.values_list(group.key if group else Value(ALL), "figure_id")
        return gathered.annotate(
            square=Sum(amount * amount),
            count=Count("pk"),
            valued=Count("value_minor"),
            stalled=Count(Case(When(stalled(known), then=1))),
            undated=Count(Case(When(without_date(known), then=1))),
            unreported=Count(Case(When(result_missing(known), then=1))),
            value=Sum("value_minor"),
        )

    def expected(self, keys: Iterable[str] = ()) -> dict[str, Expected]:
        """Return what is expected of each of these groups, and under ALL of everything."""
        from milepost.engine.portfolio import totals

        asked = [*(key for key in keys if key != ALL), ALL]
        if not self.all.valued:
            return dict.fromkeys(asked, Expected(0, 0, 0))
        limits = ((each.mean, each.p10, each.p90) for each in totals(*self._amounts(asked)))
        return {k: Expected(*(round(x * self.unit) for x in three)) for k, three in zip(asked, limits, strict=True)}

    def _amounts(self, keys: list[str]) -> tuple[Any, Any, Any]:
        """Return A and Q [keys, figures] and the figures' draws; the last key is ALL."""
        import numpy as np

        places = {figure: at for at, figure in enumerate(dict.fromkeys(self.figures))}
        figures = np.array([places[figure] for figure in self.figures])
        groups, amounts = np.array(self.groups), np.array(self.values, float) / self.unit
        squares = np.array([square or 0.0 for square in self.squares])
        here = [groups == self.places.get(key, -1) for key in keys[:-1]] + [groups >= 0]
        A = np.stack([np.bincount(figures[at], amounts[at], len(places)) for at in here])
        Q = np.stack([np.bincount(figures[at], squares[at], len(places)) for at in here])
        return A, Q, self._draws(list(places))

    def _draws(self, figures: list[int | None]) -> Any:
        """Return the draws of each figure. Where a run is gone its rows still hold the chance, without draws."""
        import numpy as np

        known = DRAWS.of([pk for pk in figures if pk is not None])
        if None not in figures:
            return known
        lost = self.rows.filter(figure=None).aggregate(A=Sum("value_minor"), E=Sum("expected_minor"))
        chance = float(lost["E"] or 0) / float(lost["A"]) if lost["A"] else 0.0
        return np.insert(known, figures.index(None), chance, axis=0)


def _tuples(query: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """Run a query and return its rows as the database gives them: thousands of floats need no conversion."""
    try:
        sql, params = query.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
