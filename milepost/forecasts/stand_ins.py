"""What stands for an unknown value where knowing one gives the end away.

An export may say of the won alone what they were worth. Looked back on, the known values of a past quarter are then
those of its wins: totals of them compare what was expected of the won with what the won brought, and any method looks
timid. There an unknown value counts as what such are won for on average: of that offer, else of that playbook, else of
all; a list price where none of an offer was won. Where values are known of the others as often as of the won, what is
not known counts in no total, as in the forecast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Avg, QuerySet

from milepost.forecasts.about import UNEVEN, About
from milepost.opportunities.models import Offer, Outcome, ValueLine
from milepost.opportunities.models.opportunity import Opportunity
from milepost.team.models import Company

if TYPE_CHECKING:
    from milepost.forecasts.past import Past


@dataclass(frozen=True)
class StandIns:
    """Hold means in the company's minor units, by offer and by playbook, and that of all; without any there is none."""

    offers: Mapping[int, float] = field(default_factory=dict)
    playbooks: Mapping[int, float] = field(default_factory=dict)
    all: float | None = None

    def of(self, past: Past) -> int | None:
        """Return what stands for the value of an opportunity of which it is not known."""
        found = self.offers.get(past.asked_for or 0, self.playbooks.get(past.playbook, self.all))
        return None if found is None else round(found)


def read_stand_ins(about: About) -> StandIns:
    """Return what stands for unknown values; nothing where they are known evenly."""
    if _is_even(about):
        return StandIns()
    won = Opportunity.objects.filter(
        merged_into=None, company_value_minor__gt=0, outcomes__kind=Outcome.Kind.WON, outcomes__superseded_by=None
    ).order_by()
    playbooks = dict(won.values_list("playbook_version__playbook").annotate(Avg("company_value_minor")))
    return StandIns(_offers(won), playbooks, won.aggregate(mean=Avg("company_value_minor"))["mean"])


def _offers(won: QuerySet[Opportunity]) -> dict[int, float]:
    """Return what each offer was won for, where opportunities had a line of it; its list price where it never was."""
    priced = Offer.objects.filter(price_minor__gt=0, currency=Company.the().currency)
    found = {pk: float(price or 0) for pk, price in priced.values_list("pk", "price_minor")}
    sold = ValueLine.objects.filter(opportunity__in=won, offer__isnull=False).order_by()
    return found | dict(sold.values_list("offer").annotate(Avg("opportunity__company_value_minor")))


def _is_even(about: About) -> bool:
    """Tell whether values are known of the others that have ended about as often as of the won."""
    from milepost.engine.history import LOST, WON

    known = [about.value[about.end == end] > 0 for end in (WON, LOST)]
    return not all(map(len, known)) or abs(float(known[0].mean()) - float(known[1].mean())) < UNEVEN
