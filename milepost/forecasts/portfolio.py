"""What the open opportunities of a forecast come to in each period, and what has come in already."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, Q, Sum

from milepost.forecasts import periods
from milepost.forecasts.asked import Asked
from milepost.opportunities.figures import current_run
from milepost.opportunities.models import FiguresRun, Opportunity, Standing
from milepost.team.models import Company, Person
from milepost.web.words import exponent

if TYPE_CHECKING:
    from milepost.engine.distribution import Distribution
    from milepost.engine.fiscal import Period
    from milepost.engine.parts import Parts

OPEN = (
    "opportunity_id",
    "name",
    "account_name",
    "figure_id",
    "value_minor",
    "judged_category",
    "category",
    "close_key",
    "judged_close",
    "territory_id",
    "salesperson_id",
)


class Row(NamedTuple):
    """An open opportunity, as far as its forecast goes."""

    pk: int
    name: str
    account: str
    figure: int | None
    value_minor: int | None
    judged_category: str
    category: str
    model_close: datetime.date
    judged_close: datetime.date | None
    territory: int
    salesperson: int | None

    @property
    def closes_on(self) -> datetime.date:
        """Return when it is to close: a person's word before the model's."""
        return self.judged_close or self.model_close


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

    @cached_property
    def rows(self) -> list[Row]:
        """Return the open ones, in one query over the narrow rows."""
        seen = Standing.objects.visible_to(self.person).filter(self.asked.condition())
        if self.asked.playbook is not None:
            seen = seen.filter(playbook_id=self.asked.playbook)
        return list(map(Row._make, seen.order_by("pk").values_list(*OPEN)))

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

    def of_period(self, period: Period) -> Distribution | None:
        """Return the distribution of what is won in a period, what has come in included; None where it is too far."""
        return self._distribution(period, self.rows, self.won[period.key].value_minor)

    def of_rows(self, period: Period, rows: Sequence[Row]) -> Distribution | None:
        """Return the distribution of what these open ones bring in a period."""
        return self._distribution(period, rows, 0)

    def _distribution(self, period: Period, rows: Sequence[Row], closed_minor: int) -> Distribution | None:
        from milepost.engine.period import period_total

        parts = self.parts(period, rows, closed_minor)
        return None if parts is None else period_total(parts)

    def parts(self, period: Period, rows: Sequence[Row], closed_minor: int = 0) -> Parts | None:
        """Return what the engine adds up, in units of the company's currency; None where the period is too far off."""
        if not periods.covers(self.run, period):
            return None
        pairs = [(row.figure, row.value_minor) for row in rows]
        return periods.parts(pairs, self.run, period, closed=closed_minor, unit=self.unit)

    def chance(self, period: Period, row: Row) -> float:
        """Return the chance of one opportunity to be won in the period; 0 where nothing is to be expected of it."""
        means = self._means.get(period.key)
        if means is None:
            means = self._means[period.key] = self._mean_chances(period)
        return means.get(row.figure, 0.0)

    def _mean_chances(self, period: Period) -> dict[int | None, float]:
        if not periods.covers(self.run, period):
            return {}
        figures = sorted({row.figure for row in self.rows if row.figure is not None})
        p = periods.chances(self.run.pk, self.run.made_at, period).of(figures)
        return dict(zip(figures, p.mean(axis=1).tolist(), strict=True))

    @cached_property
    def _means(self) -> dict[str, dict[int | None, float]]:
        return {}
