"""What stopping early has come to, of the opportunities that Learn is asked about."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, Sum

from milepost.forecasts.learnt.asked import Scope
from milepost.gates.models import Afterwards, FreedUse
from milepost.gates.overview import refusals
from milepost.team.models import Person


@dataclass(frozen=True)
class Stopped:
    """How many were stopped at a gate, what that freed, what became of it, and what those clients did afterwards."""

    number: int
    hours: float
    money_minor: int
    given: float
    looked_at: float
    nothing: int
    rival: int
    us: int

    @property
    def judged(self) -> int:
        """Count those of which it is known what the client did."""
        return self.nothing + self.rival + self.us


def stopped_early(scope: Scope, person: Person) -> Stopped:
    """Add it up in two questions to the database, one where nothing was stopped."""
    rows = refusals(person).filter(scope.condition("gate__opportunity__")).order_by()
    since = scope.since
    if since is not None:
        rows = rows.filter(on__gte=since)
    freed = list(rows.values_list("hours", "money_minor", "afterwards__kind"))
    kinds = [kind for _hours, _money, kind in freed]
    uses = FreedUse.objects.filter(decision__in=rows)
    sums = {"given": Sum("hours"), "looked_at": Sum("hours", filter=Q(looked_on__isnull=False))}
    told = uses.aggregate(**sums) if freed else dict.fromkeys(sums)
    return Stopped(
        number=len(freed),
        hours=sum(float(n) for hours, _money, _kind in freed for n in hours.values()),
        money_minor=sum(money or 0 for _hours, money, _kind in freed),
        given=told["given"] or 0,
        looked_at=told["looked_at"] or 0,
        nothing=kinds.count(Afterwards.Kind.NOTHING),
        rival=kinds.count(Afterwards.Kind.RIVAL),
        us=kinds.count(Afterwards.Kind.US),
    )
