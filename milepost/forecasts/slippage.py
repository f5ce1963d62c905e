"""What slips: how much has been pushed out of a period, and how often each was."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from milepost.engine.fiscal import Period
from milepost.engine.flow import pushes
from milepost.forecasts.asked import Asked
from milepost.forecasts.looks import usual_since
from milepost.forecasts.models import Snapshot
from milepost.team.models import Person


@dataclass(frozen=True)
class Slipped:
    """What of the amount that was to close in a period is to close after it now. Money is in minor units."""

    since: datetime.date
    whole_minor: int
    out_minor: int

    @property
    def share(self) -> float:
        return self.out_minor / self.whole_minor


def slipped(person: Person, asked: Asked, period: Period, today: datetime.date) -> Slipped | None:
    """Return what has been pushed out within a week or so; None where no day is kept or nothing was to close."""
    since = usual_since(today)
    if since is None:
        return None
    seen = Snapshot.objects.on(since).open().visible_to(person).filter(asked.condition("opportunity__"))
    if asked.playbook is not None:
        seen = seen.filter(playbook=asked.playbook)
    closing = seen.alias(was=Coalesce("judged_close", "close_on")).filter(was__range=(period.start, period.end))
    later = closing.alias(now=Coalesce("opportunity__standing__judged_close", "opportunity__standing__close_on"))
    sums = later.aggregate(whole=Sum("value_minor"), out=Sum("value_minor", filter=Q(now__gt=period.end)))
    return Slipped(since, int(sums["whole"]), int(sums["out"] or 0)) if sums["whole"] else None


def push_counts(ids: Iterable[int]) -> dict[int, int]:
    """Return how often the closing day of each moved into a later month between kept days; in one query."""
    months: dict[int, list[int | None]] = defaultdict(list)
    rows = Snapshot.objects.filter(opportunity__in=list(ids)).open().order_by("opportunity", "valid_from")
    for pk, said, model in rows.values_list("opportunity", "judged_close", "close_on"):
        months[pk].append(_month(said or model))
    return {pk: pushes(each)[0] for pk, each in months.items()}


def _month(day: datetime.date | None) -> int | None:
    return day.year * 12 + day.month if day else None
