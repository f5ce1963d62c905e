"""Totals over the whole filter, exact whatever page is shown: counts, value, and what is expected with its interval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

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
    """The amounts of a filter's rows gathered by figure: all that an interval of any of its groups needs.

    Amounts are whole units as floats, because the square of one in minor units overflows a database's integer.
    """

    def __init__(self, rows: QuerySet[Standing], group: Group | None, known: Known) -> None:
        self.unit = known.unit
        self.by_group: dict[str, list[tuple[Any, ...]]] = {}
        amount = Cast(F("value_minor"), FloatField()) / float(self.unit)
        valued = rows.order_by().filter(value_minor__isnull=False)
        gathered = valued.values_list(group.key if group else Value(ALL), "figure_id")
        for key, *cell in gathered.annotate(A=Sum(amount), Q=Sum(amount * amount), E=Sum(amount * F("win"))):
            self.by_group.setdefault(str(key), []).append(tuple(cell))

    def expected(self, key: str | None = None) -> Expected:
        """Return what is expected of one group, or of all."""
        from milepost.engine.portfolio import total

        cells = self.by_group.get(key, []) if key is not None else [c for some in self.by_group.values() for c in some]
        if not cells:
            return Expected(0, 0, 0)
        figures, A, Q, E = zip(*cells, strict=True)
        whole = total(A, Q, self._draws(figures, A, E))
        return Expected(*(round(amount * self.unit) for amount in (whole.mean, whole.p10, whole.p90)))

    def _draws(self, figures: tuple[int | None, ...], A: tuple[float, ...], E: tuple[float, ...]) -> Any:
        known = DRAWS.of([pk for pk in figures if pk is not None])
        if len(known) == len(figures):
            return known
        return _with_lost_figures(known, figures, A, E)


def _with_lost_figures(known: Any, figures: tuple[int | None, ...], A: Any, E: Any) -> Any:
    """Stand in for figures whose run is gone: their rows still hold the chance itself, without its draws."""
    import numpy as np

    whole = np.empty((len(figures), known.shape[1] if len(known) else 1))
    here = np.array([pk is not None for pk in figures])
    whole[here] = known
    whole[~here] = np.array([e / a if a else 0.0 for a, e in zip(A, E, strict=True)])[~here, None]
    return whole
