"""How opportunities end: why, against whom, and quarter by quarter."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q, Sum

from milepost.forecasts.learnt.asked import Asked
from milepost.opportunities.models import Opportunity, Outcome
from milepost.team.models import Company, Person

if TYPE_CHECKING:
    from milepost.engine.shares import Share

KINDS = (Outcome.Kind.WON, Outcome.Kind.LOST, Outcome.Kind.NO_DECISION, Outcome.Kind.WITHDRAWN)
MOST = 8
QUARTERS = 8


@dataclass(frozen=True)
class Why:
    """A reason with how often it was given, its part of that outcome, and the value behind it in minor units."""

    text: str
    count: int
    part: float
    value_minor: int | None


@dataclass(frozen=True)
class Rival:
    """Somebody that opportunities were lost to."""

    name: str
    count: int
    value_minor: int | None


@dataclass(frozen=True)
class Quarter:
    """What ended in a fiscal quarter, and the share of it that was won."""

    name: str
    key: str
    counts: dict[str, int]
    share: Share
    value_minor: int


def outcomes(asked: Asked, person: Person, today: datetime.date) -> Any:
    """Return the outcomes that stand, of opportunities the person sees, since the day that is asked."""
    seen = Opportunity.objects.visible_to(person).filter(pk=OuterRef("opportunity_id"))
    rows = Outcome.objects.standing().filter(Exists(seen), asked.condition("opportunity__"), kind__in=KINDS)
    since = asked.since(today)
    return rows if since is None else rows.filter(on__gte=since)


def reasons(rows: Any) -> list[tuple[str, str, int, list[Why]]]:
    """Return for each outcome its name, how many ended so, and the reasons given most."""
    wholes = dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))
    told = rows.filter(reasons__isnull=False).order_by().values_list("kind", "reasons__text")
    found: dict[str, list[Why]] = {kind: [] for kind in KINDS}
    values = {"n": Count("pk"), "value": Sum("opportunity__company_value_minor")}
    for kind, text, count, value in told.annotate(**values).order_by("-n", "reasons__text"):
        found[kind].append(Why(text, count, count / wholes[kind], value))
    return [(kind, str(kind.label), wholes[kind], found[kind][:MOST]) for kind in KINDS if wholes.get(kind)]


def rivals(rows: Any) -> list[Rival]:
    """Return those that most was lost to."""
    lost = rows.filter(kind=Outcome.Kind.LOST).exclude(lost_to="").order_by().values_list("lost_to")
    values = {"n": Count("pk"), "value": Sum("opportunity__company_value_minor")}
    return [Rival(*row) for row in lost.annotate(**values).order_by("-n", "lost_to")[:MOST]]


def quarters(asked: Asked, person: Person, company: Company, names: list[str]) -> list[Quarter]:
    """Return the last fiscal quarters, the newest first, each with the share that was won of what ended in it."""
    from milepost.engine.shares import share

    calendar, today = company.fiscal, company.today()
    now = calendar.period("quarter", today)
    periods = [calendar.move(now, -n) for n in range(QUARTERS)]
    rows = outcomes(Asked(asked.playbook, asked.territory, None), person, today)
    asks: dict[str, Any] = {}
    for period in periods:
        inside = Q(on__range=(period.start, period.end))
        for kind in KINDS:
            asks[f"{period.key}/{kind}"] = Count("pk", filter=inside & Q(kind=kind))
        asks[f"{period.key}/value"] = Sum("opportunity__company_value_minor", filter=inside & Q(kind="won"))
    found = rows.order_by().aggregate(**asks)
    counts = {p.key: {str(kind): found[f"{p.key}/{kind}"] for kind in KINDS} for p in periods}
    won, all_of_it = (sum(each["won"] for each in counts.values()), sum(sum(each.values()) for each in counts.values()))
    believed = won / all_of_it if all_of_it else 0.5
    return [
        Quarter(
            period.name(names),
            period.key,
            counts[period.key],
            share(counts[period.key]["won"], sum(counts[period.key].values()), believed=believed),
            int(found[f"{period.key}/value"] or 0),
        )
        for period in periods
    ]
