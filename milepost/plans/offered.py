"""Read which times are offered for the steps of a plan, and which were picked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import Q

from milepost.plans.models import OfferedTime, SharedPlan, TimeOffer


@dataclass
class Offered:
    """The times of one step: those that can be picked now, and the one that was picked last."""

    times: list[OfferedTime] = field(default_factory=list)
    picked: OfferedTime | None = None

    @property
    def offer(self) -> TimeOffer:
        """Return what the times have in common."""
        return self.times[0].offer

    def place_of(self, attempt: Any) -> str:
        """Return where an appointment takes place, as far as the client was told: as long as it is the one picked."""
        picked = self.picked
        if picked is None or (attempt.on, attempt.time, attempt.place) != (picked.on, picked.time, picked.offer.place):
            return ""
        return picked.offer.place


def offered_on(plan: SharedPlan) -> dict[int, Offered]:
    """Return what is offered or was picked, by part: one question."""
    own = OfferedTime.objects.filter(offer__part__plan=plan)
    rows = own.filter(Q(pk__in=own.open().values("pk")) | Q(picked_at__isnull=False))
    return by_part(rows.select_related("offer", "picked_by__contact").order_by("offer", "starts_at", "pk"))


def by_part(rows: Iterable[OfferedTime]) -> dict[int, Offered]:
    found: dict[int, Offered] = {}
    for row in rows:
        one = found.setdefault(row.offer.part_id, Offered())
        if row.picked_at is None:
            one.times.append(row)
        else:
            one.picked = row
    return found


def standing_on(plan: SharedPlan) -> list[list[OfferedTime]]:
    """Return the times of each offer that stands, with those that have passed."""
    rows = OfferedTime.objects.filter(offer__part__plan=plan).standing()
    rows = rows.select_related("offer__part__step", "offer__part__plan__opportunity").order_by(
        "offer__part__step__position", "starts_at", "pk"
    )
    return [list(times) for _offer, times in groupby(rows, key=attrgetter("offer_id"))]
