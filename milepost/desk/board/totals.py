"""Totals over the whole filter, exact whatever page is shown: counts, value, and what is expected with its interval."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Aggregate, Case, Count, F, Func, QuerySet, Sum, TextField, Value, When
from django.db.models.functions import Coalesce

from milepost.desk import large
from milepost.desk.board.draws import DRAWS
from milepost.desk.board.filters import result_missing, stalled, without_date
from milepost.desk.board.groups import Group
from milepost.desk.board.known import Known
from milepost.forecasts.kept_answers import kept, key_of
from milepost.opportunities.models import Standing
from milepost.web import words

ALL = ""
NO_FIGURE = 0
FEW = 10
"""Of so many all that can come of them is gone through: a bell would lie."""
SMALL = 1000  # of the currency: amounts below are read with their decimals where whole figures would be alike
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
    def numbers(self) -> tuple[int, ...]:
        return self.count, self.valued, self.stalled, self.undated, self.unreported, self.value

    @property
    def unvalued(self) -> int:
        return self.count - self.valued


@dataclass(frozen=True)
class Expected:
    """What will be won, and the limits of its 80 % interval, in minor units."""

    value: int
    low: int
    high: int

    @property
    def has_one_outcome(self) -> bool:
        """Tell whether one sum of a few, nothing perhaps, comes about at least eight times in ten."""
        return self.low == self.high != self.value

    def limits(self, currency: str) -> tuple[str, ...]:
        """Return the limits as they are read in a sentence.

        Limits that read alike are one figure, "about" which it is; small ones are told apart by their decimals.

        >>> Expected(720_000_000, 510_000_000, 950_000_000).limits("EUR")
        ('€5.10\xa0M', '€9.50\xa0M')
        >>> Expected(12_00, 11_60, 12_40).limits("EUR"), Expected(720_000_000, 719_900_000, 720_100_000).limits("EUR")
        (('€11.60', '€12.40'), ('€7.20\xa0M',))
        """
        low, high = (words.money_short(amount, currency) for amount in (self.low, self.high))
        if low != high:
            return low, high
        small = self.low != self.high and abs(self.high) < SMALL * 10 ** words.exponent(currency)
        return (words.money(self.low, currency), words.money(self.high, currency)) if small else (low,)

    def spread(self, currency: str) -> tuple[str, ...]:
        """Return the limits as they are read right behind the value: without sign and unit where those are the same.

        >>> Expected(720_000_000, 510_000_000, 950_000_000).spread("EUR")
        ('5.10', '9.50')
        >>> Expected(12_00, 11_60, 12_40).spread("EUR")
        ('€11.60', '€12.40')
        """
        value, low, high = (words.money_short(amount, currency) for amount in (self.value, self.low, self.high))
        if low == high:
            return self.limits(currency)
        around = {BARE.sub("#", text) for text in (value, low, high)}
        return (low, high) if len(around) > 1 else (BARE.search(low)[0], BARE.search(high)[0])  # type: ignore[index]


def added_up(parts: Iterable[Sums]) -> Sums:
    """Return the sums of all parts together."""
    return Sums(*map(sum, zip(*(each.numbers for each in parts), strict=True)))


class Joined(Aggregate):
    """Texts one behind the other; one long text reaches Python in a fifth of the time of thousands of rows."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s, ' ')"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="STRING_AGG", **context)


def _figure_and_value() -> Func:
    """Return "figure value" of a row; nothing where its value is unknown, and so left out of the join."""
    both = Coalesce(F("figure_id"), Value(NO_FIGURE)), F("value_minor")
    return Func(*both, template="%(expressions)s", arg_joiner=" || ' ' || ", output_field=TextField())


class Totals:
    """The sums of a filter's rows by group, from one query that returns one row a group."""

    def __init__(self, rows: QuerySet[Standing], group: Group | None, known: Known) -> None:
        self.rows, self.unit = rows.order_by(), known.unit
        self.by_group: dict[str, Sums] = {}
        self._portfolios: dict[str, str] = {}
        for key, portfolio, *numbers in self._gathered(group, known):
            # PostgreSQL adds integers up to a Decimal. A sum over no rows at all comes back as one empty row.
            sums = Sums(*(int(each or 0) for each in numbers))
            if sums.count:
                self.by_group[str(key)] = sums
                self._portfolios[str(key)] = portfolio or ""
        self.all = added_up(self.by_group.values())

    def _gathered(self, group: Group | None, known: Known) -> QuerySet[Any, Any]:
        """Return each group's key, its figures with their values, and its sums in the order of `Sums`."""
        return self.rows.values_list(group.key if group else Value(ALL)).annotate(
            portfolio=Joined(_figure_and_value()),
            count=Count("pk"),
            valued=Count("value_minor"),
            stalled=Count(Case(When(stalled(known), then=1))),
            undated=Count(Case(When(without_date(known), then=1))),
            unreported=Count(Case(When(result_missing(known), then=1))),
            value=Sum("value_minor"),
        )

    def expected(self, keys: Iterable[str] = ()) -> dict[str, Expected]:
        """Return what is expected of each of these groups, and under ALL of everything."""
        asked = [*(key for key in keys if key != ALL), ALL]
        if not self.all.valued:
            return dict.fromkeys(asked, Expected(0, 0, 0))
        whole = " ".join(filter(None, self._portfolios.values()))
        portfolios = (*(self._portfolios.get(key, "") for key in asked[:-1]), whole)
        # A value of 0 looks the same, and costs a question whose answer is not needed.
        chance_without = self._chance_without() if f" {NO_FIGURE} " in f" {whole}" else 0.0
        asked_for = portfolios, self.unit, chance_without
        limits = kept_ranges(*asked_for) if self.all.count > large.MANY else quick_ranges(*asked_for)
        return {k: Expected(*(round(x * self.unit) for x in three)) for k, three in zip(asked, limits, strict=True)}

    def _chance_without(self) -> float:
        """Return the chance of rows without a figure: where its run is gone they still hold what it said."""
        lost = self.rows.filter(figure=None).aggregate(A=Sum("value_minor"), E=Sum("expected_minor"))
        return float(lost["E"] or 0) / float(lost["A"]) if lost["A"] else 0.0


def kept_ranges(portfolios: tuple[str, ...], unit: int, chance_without: float) -> list[list[float]]:
    """Return the same as `quick_ranges`, kept in the database: the figures of so many fill no memory."""
    key = key_of("board", *portfolios, unit, chance_without)
    found: list[list[float]] = kept(key, lambda: ranges(portfolios, unit, chance_without))
    return found


@lru_cache(maxsize=24)
def quick_ranges(portfolios: tuple[str, ...], unit: int, chance_without: float) -> list[tuple[float, float, float]]:
    """Return the same as `ranges`, out of memory where the look before found the same."""
    return ranges(portfolios, unit, chance_without)


def ranges(portfolios: tuple[str, ...], unit: int, chance_without: float) -> list[tuple[float, float, float]]:
    """Return the mean, P10 and P90 of each portfolio: "figure value figure value …"; the last one holds all others.

    Most looks at a Board find its figures and values as the look before did, and a figure's draws never change.
    All rows of one figure share its draws, so their sums are all that an interval needs (`engine.portfolio`).
    """
    import numpy as np

    from milepost.engine.portfolio import total_of_few, totals

    pairs = [np.fromstring(text, np.int64, sep=" ").reshape(-1, 2) for text in portfolios]
    figures = np.unique(pairs[-1][:, 0])
    places = [np.searchsorted(figures, each[:, 0]) for each in pairs]
    amounts = [each[:, 1] / unit for each in pairs]
    A = np.stack([np.bincount(*each, len(figures)) for each in zip(places, amounts, strict=True)])
    squares = (each**2 for each in amounts)
    Q = np.stack([np.bincount(*each, len(figures)) for each in zip(places, squares, strict=True)])
    draws = _draws(figures.tolist(), chance_without)
    found = totals(A, Q, draws)
    for n, (place, amount) in enumerate(zip(places, amounts, strict=True)):
        worth = np.flatnonzero(amount)
        if 0 < len(worth) <= FEW:
            found[n] = total_of_few(amount[worth], draws[place[worth]])
    return [(each.mean, each.p10, each.p90) for each in found]


def _draws(figures: list[int], chance_without: float) -> Any:
    """Return the draws of each figure, in order; NO_FIGURE would be the first."""
    import numpy as np

    known = DRAWS.of([pk for pk in figures if pk != NO_FIGURE])
    return np.insert(known, 0, chance_without, axis=0) if NO_FIGURE in figures else known
