"""What a week of waiting costs each opportunity: the order of the Desk."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median_low
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from milepost.engine.waiting import weekly_loss
from milepost.opportunities.models.opportunity import Opportunity
from milepost.opportunities.models.outcome import Outcome
from milepost.opportunities.models.value import Offer, ValueLine
from milepost.team.models import Company

if TYPE_CHECKING:
    from milepost.opportunities.models.figures import Figure, FiguresRun, Standing

NEWEST = 50_000
ANY = ""


def usual_values() -> dict[str, int]:
    """Return the middle one of the newest known values, by playbook, and of all playbooks together."""
    known = Opportunity.objects.filter(company_value_minor__gt=0, merged_into=None).order_by("-id")
    values: dict[str, list[int]] = defaultdict(list)
    for playbook, value in known.values_list("playbook_version__playbook_id", "company_value_minor")[:NEWEST]:
        for place in (str(playbook), ANY):
            values[place].append(value or 0)
    return {playbook: median_low(some) for playbook, some in values.items()} | usual_by_offer()


def usual_by_offer() -> dict[str, int]:
    """Return what won opportunities of one offer alone were usually worth; its list price where none was won."""
    own = Company.the().currency
    priced = Offer.objects.filter(price_minor__gt=0, currency=own).values_list("pk", "price_minor")
    usual = {_of(pk): price or 0 for pk, price in priced}
    won = ValueLine.objects.filter(
        ~Exists(ValueLine.objects.filter(opportunity=OuterRef("opportunity")).exclude(pk=OuterRef("pk"))),
        offer__isnull=False,
        opportunity__company_value_minor__gt=0,
        opportunity__merged_into=None,
        opportunity__outcomes__kind=Outcome.Kind.WON,
        opportunity__outcomes__superseded_by=None,
    )
    values: dict[str, list[int]] = defaultdict(list)
    for pk, value in won.order_by("-id").values_list("offer_id", "opportunity__company_value_minor")[:NEWEST]:
        values[_of(pk)].append(value or 0)
    return usual | {offer: median_low(some) for offer, some in values.items()}


def _of(offer: int) -> str:
    return f"offer {offer}"


@dataclass(frozen=True)
class Waiting:
    """How waiting is valued: by what stands for unknown values, and what a year's delay costs."""

    usual: dict[str, int]
    delay: float

    @classmethod
    def of(cls, run: FiguresRun, company: Company) -> Waiting:
        """Return what counts while this run is the newest."""
        return cls(run.usual_values, company.delay_percent / 100)

    def put_into(self, row: Standing, figure: Figure, *, booked: bool, asked_for: int | None = None) -> None:
        """Write into a reading row what a week costs; one that is `booked` loses nothing by its date's distance."""
        row.assumed_minor, row.assumed_alike = self._assumed(row, asked_for)
        value = row.value_minor if row.assumed_minor is None else row.assumed_minor
        if value is not None:
            delay = 0.0 if booked else self.delay
            row.weekly_loss_minor = round(weekly_loss(value, figure.win, figure.win_in_week, delay=delay))

    def _assumed(self, row: Standing, asked_for: int | None) -> tuple[int | None, bool]:
        """Return what stands for an unknown value, and whether it comes from the same offer or playbook."""
        if row.value_minor is not None:
            return None, True
        for place in (_of(asked_for or 0), str(row.playbook_id)):
            if place in self.usual:
                return self.usual[place], True
        return self.usual.get(ANY), False
