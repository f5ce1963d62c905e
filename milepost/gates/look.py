"""What is stored about opportunities, read in bulk: a fixed number of queries for one or for a thousand."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Sum

from milepost.buyers.models import ClientRequest, Lists, Question, Stakeholder
from milepost.buyers.rows import understood
from milepost.buyers.visions import VisionKnown, visions_known
from milepost.engine.net_value import NetValue, net_value
from milepost.gates.models.contender import Contender
from milepost.gates.models.cost import HourCost, cost_of
from milepost.gates.models.spent import Expense, Spent
from milepost.opportunities.models import Attempt, Condition, Opportunity, Standing, Step
from milepost.team.models import Company


@dataclass
class Look:
    """Everything that facts are read from, of these opportunities; each table is asked once, when first needed."""

    ids: Sequence[int]

    @classmethod
    def at(cls, opportunity: Opportunity, company: Company | None = None) -> Look:
        """Look at one opportunity whose page is being shown: what is read already is not asked again."""
        look = cls([opportunity.pk])
        if company is not None:
            look.company = company
        standing = getattr(opportunity, "standing", None)
        look.opportunities = {opportunity.pk: opportunity}
        look.standings = {opportunity.pk: standing} if standing is not None else {}
        look.steps = {opportunity.pk: list(opportunity.steps_in_order)}
        return look

    @cached_property
    def opportunities(self) -> dict[int, Opportunity]:
        return Opportunity.objects.in_bulk(list(self.ids))

    @cached_property
    def standings(self) -> dict[int, Standing]:
        rows = Standing.objects.filter(pk__in=self.ids).select_related("figure")
        return {row.pk: row for row in rows.defer("figure__win_draws", "figure__won_by")}

    @cached_property
    def stakeholders(self) -> dict[int, list[Stakeholder]]:
        found = self._by_opportunity(Stakeholder.objects.select_related("contact"))
        understood([one for people in found.values() for one in people], Lists.read())
        return found

    @cached_property
    def visions(self) -> dict[int, VisionKnown]:
        return visions_known(self.ids)

    @cached_property
    def steps(self) -> dict[int, list[Step]]:
        return self._by_opportunity(Step.objects.order_by("position"))

    @cached_property
    def conditions(self) -> dict[int, list[Condition]]:
        found: dict[int, list[Condition]] = defaultdict(list)
        for condition in Condition.objects.filter(step__opportunity__in=self.ids).select_related("step"):
            found[condition.step.opportunity_id].append(condition)
        return found

    @cached_property
    def held(self) -> dict[int, list[datetime.date]]:
        """Return the days of the appointments that have been held."""
        found: dict[int, list[datetime.date]] = defaultdict(list)
        for pk, _step, on in self._attempts:
            found[pk].append(on)
        return found

    @cached_property
    def tries(self) -> Counter[int]:
        """Return how often each step has been met for."""
        return Counter(step for _pk, step, _on in self._attempts)

    @cached_property
    def questions(self) -> dict[int, list[Question]]:
        return self._by_opportunity(Question.objects.order_by("id"))

    @cached_property
    def requests(self) -> dict[int, list[ClientRequest]]:
        return self._by_opportunity(ClientRequest.objects.order_by("id").defer("text"))

    @cached_property
    def contenders(self) -> dict[int, list[Contender]]:
        return self._by_opportunity(Contender.objects.select_related("rival").prefetch_related("supporters"))

    @cached_property
    def hours(self) -> dict[int, float]:
        """Return the hours logged."""
        return defaultdict(float, self._summed(Spent, "hours"))

    @cached_property
    def paid(self) -> dict[int, int]:
        """Return the money logged, in minor units of the company's currency."""
        return defaultdict(int, self._summed(Expense, "minor"))

    @cached_property
    def company(self) -> Company:
        return Company.the()

    @cached_property
    def today(self) -> datetime.date:
        return self.company.today()

    @property
    def currency(self) -> str:
        return self.company.currency

    @cached_property
    def costs(self) -> dict[str, int]:
        return HourCost.now()

    def margin(self, pk: int) -> int | None:
        """Return the margin in minor units of the company's currency; None where it is not known."""
        one = self.opportunities[pk]
        if one.margin_minor is None or not one.value_minor or one.company_value_minor is None:
            return None
        return round(one.company_value_minor * one.margin_minor / one.value_minor)

    def parts(self, pk: int) -> list[dict[str, Any]]:
        """Return the steps still to win with their conversions, as the figures of the opportunity have them."""
        standing = self.standings.get(pk)
        return [] if standing is None or standing.figure is None else list(standing.figure.steps)

    def going_on(self, pk: int) -> NetValue | None:
        """Return what going on is worth; None where the margin or what an hour costs is not known."""
        parts, margin = self.parts(pk), self.margin(pk)
        if not parts or margin is None or not self.costs:
            return None
        hours = {step.key: step.hours or {} for step in self.steps[pk]}
        costs = [cost_of(hours.get(part["key"], {}), self.costs) for part in parts]
        return net_value([part["conversion"] for part in parts], costs, margin)

    @cached_property
    def _attempts(self) -> list[tuple[int, int, datetime.date]]:
        """Return the appointments that took place, with opportunity, step and day: whoever did not come was not met."""
        states = (Attempt.State.HELD, Attempt.State.CLOSED)
        rows = Attempt.objects.filter(step__opportunity__in=self.ids, state__in=states)
        rows = rows.exclude(result=Attempt.Result.MISSED)
        return list(rows.values_list("step__opportunity_id", "step_id", "on"))

    def _summed(self, kind: Any, what: str) -> Any:
        rows = kind.objects.filter(opportunity__in=self.ids).order_by().values("opportunity")
        return rows.annotate(sum=Sum(what)).values_list("opportunity", "sum")

    def _by_opportunity(self, rows: Any) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        for row in rows.filter(opportunity__in=self.ids):
            found[row.opportunity_id].append(row)
        return found
