"""What the open opportunities of a forecast come to in each period, and what has come in already."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import CharField, Count, Func, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from milepost.forecasts import periods
from milepost.forecasts.asked import Asked
from milepost.forecasts.kept_ranges import Total, Whose, totals
from milepost.opportunities.figures import current_run
from milepost.opportunities.models import FiguresRun, Opportunity, Standing
from milepost.team.models import Company, Person
from milepost.web.words import exponent

if TYPE_CHECKING:
    from milepost.engine.fiscal import Period
    from milepost.engine.parts import Parts

OPEN = ("figure_id", "value_minor", "judged_category", "closes")


class IsoDay(Func):
    """A day as it is written, "2026-12-31": making ten thousand dates of them takes longer than all else here."""

    function, output_field = "to_char", CharField()
    template = "%(function)s(%(expressions)s, 'YYYY-MM-DD')"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(%(expressions)s AS TEXT)", **context)


class Row(NamedTuple):
    """An open opportunity, as far as its forecast goes; `closes` is the day as it is written, a person's word first."""

    pk: int
    figure: int | None
    value_minor: int | None
    judged_category: str
    closes: str


def written(period: Period) -> tuple[str, str]:
    """Return a period's first and last day as they are written: between them lies what closes in it."""
    return period.start.isoformat(), period.end.isoformat()


class Won(NamedTuple):
    """What has been won in a period already: how many, and what of it is known in minor units."""

    number: int
    value_minor: int


class Portfolio:
    """The open opportunities that a person asks about, read once, with their chances month by month."""

    def __init__(self, person: Person, company: Company, asked: Asked, periods: Sequence[Period]) -> None:
        self.person, self.company, self.asked, self.periods = person, company, asked, periods
        self.unit = 10 ** exponent(company.currency)
        self.run: FiguresRun = current_run(company.today())

    @property
    def seen(self) -> QuerySet[Standing]:
        """Return the question for the open ones."""
        seen = Standing.objects.visible_to(self.person).filter(self.asked.condition())
        return seen if self.asked.playbook is None else seen.filter(playbook_id=self.asked.playbook)

    @cached_property
    def rows(self) -> list[Row]:
        """Return the open ones by id, in one query over the narrow rows."""
        when = IsoDay(Coalesce("judged_close", "close_key"))
        told = self.seen.order_by("pk").annotate(closes=when).values_list("pk", *OPEN)
        return list(map(Row._make, told))

    @cached_property
    def won(self) -> dict[str, Won]:
        """Return what has been won in each period by its key, in one query."""
        seen = Opportunity.objects.visible_to(self.person).filter(self.asked.condition())
        if self.asked.playbook is not None:
            seen = seen.filter(playbook_version__playbook_id=self.asked.playbook)
        # The days of all periods together lead to a few rows by an index; without them all that was ever won is read.
        whole = (min(period.start for period in self.periods), max(period.end for period in self.periods))
        won = seen.filter(outcomes__superseded_by=None, outcomes__kind="won", outcomes__on__range=whole)
        days = {period.key: Q(outcomes__on__range=(period.start, period.end)) for period in self.periods}
        sums: dict[str, Any] = {
            f"{key}/v": Sum("company_value_minor", filter=Q(condition)) for key, condition in days.items()
        }
        sums |= {f"{key}/n": Count("pk", filter=condition) for key, condition in days.items()}
        found = won.order_by().aggregate(**sums)
        return {key: Won(found[f"{key}/n"], int(found[f"{key}/v"] or 0)) for key in days}

    @cached_property
    def numbers(self) -> array[int]:
        """Return the figures and values of all rows, which every period has in common."""
        return periods.numbers((row.figure, row.value_minor) for row in self.rows)

    def of_periods(self, targets: Mapping[str, int | None]) -> dict[str, Total | None]:
        """Return what each period that is not over comes to, what has come in included; None where it is too far."""
        ahead = [each for each in self.periods if periods.covers(self.run, each)]
        asked = [Whose(self.numbers, self.won[each.key].value_minor, targets[each.key], each) for each in ahead]
        found = totals(asked, self._parts, self.unit)
        return dict.fromkeys(each.key for each in self.periods) | {
            each.key: total for each, total in zip(ahead, found, strict=True)
        }

    def of_groups(self, period: Period, groups: Sequence[Sequence[Row]]) -> list[Total] | None:
        """Return what each of some groups of these open ones brings in a period; None where it is too far."""
        if not periods.covers(self.run, period):
            return None
        return totals(
            [Whose.of(((row.figure, row.value_minor) for row in rows), period) for rows in groups],
            self._parts,
            self.unit,
        )

    def _parts(self, whose: Whose) -> Parts:
        """Return what the engine adds up, in units of the company's currency."""
        return periods.parts(whose.numbers, self.run, whose.period, closed=whose.closed_minor, unit=self.unit)

    @cached_property
    def closing(self) -> Counter[str]:
        """Count the open ones by the day on which they are to close, as it is written."""
        return Counter(row.closes for row in self.rows)

    @property
    def late(self) -> int:
        """Count the open ones that were to close before today."""
        today = self.company.today().isoformat()
        return sum(number for day, number in self.closing.items() if day < today)

    def in_play(self, period: Period) -> int:
        """Count the open ones that are to close in a period."""
        first, last = written(period)
        return sum(number for day, number in self.closing.items() if first <= day <= last)

    @cached_property
    def _ahead(self) -> Counter[str]:
        """Count those that may be won by the day on which they are to close, from today on."""
        today = self.company.today().isoformat()
        return Counter(row.closes for row in self.rows if row.figure is not None and row.closes >= today)

    def elsewhere(self, period: Period) -> int:
        """Count the open ones that are to close outside a period, from today on, and may be won in it all the same."""
        first, last = written(period)
        return sum(number for day, number in self._ahead.items() if not first <= day <= last)
