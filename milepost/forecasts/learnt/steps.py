"""How the steps of a playbook go: who came, who went on, where it ended, how long it took."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Q

from milepost.forecasts.learnt.asked import Asked
from milepost.opportunities.models import Stay
from milepost.opportunities.models.opportunity import seen_by
from milepost.playbooks.models import PlaybookStep, PlaybookVersion
from milepost.team.models import Person

if TYPE_CHECKING:
    from milepost.engine.shares import Share

NEWEST = 4_000  # won stays whose days are looked at
COUNTED = {
    "won": Q(end=Stay.End.WON),
    "no": Q(end=Stay.End.LOST, cause__in=["", Stay.Cause.LOST]),
    "no_decision": Q(end=Stay.End.LOST, cause=Stay.Cause.NO_DECISION),
    "stopped": Q(end=Stay.End.LOST, cause=Stay.Cause.WITHDRAWN),
    "open": Q(end=""),
    "again": Q(end=Stay.End.AGAIN),
}


@dataclass(frozen=True)
class StepLine:
    """One step: what became of those that came to it."""

    step: PlaybookStep
    counts: dict[str, int]
    share: Share
    days: tuple[int, int] | None
    is_weakest: bool = False

    @property
    def came(self) -> int:
        """Count the tries that came to an end, and those that are there now; meeting again is no end."""
        return sum(self.counts[name] for name in ("won", "no", "no_decision", "stopped", "open"))

    @property
    def parts(self) -> list[tuple[str, float, float]]:
        """Return the bar's parts: kind, where it begins and how wide it is, in percent of those that came."""
        found, at = [], 0.0
        for kind in ("won", "open", "no_decision", "stopped", "no"):
            width = 100 * self.counts[kind] / self.came if self.came else 0.0
            found.append((kind, round(at, 2), round(width, 2)))
            at += width
        return [part for part in found if part[2]]

    @property
    def is_slow(self) -> bool:
        return self.days is not None and self.days[0] > self.step.usual_days


def lines(asked: Asked, person: Person, today: datetime.date) -> list[StepLine]:
    """Return the steps of the playbook's newest version in their order, each with what became of it."""
    from milepost.engine.shares import share

    version = PlaybookVersion.objects.filter(playbook_id=asked.playbook or 0, published_at__isnull=False)
    newest = version.order_by("-number").first()
    steps = list(newest.steps.order_by("position")) if newest else []
    stays = _stays(asked, person, today).filter(key__in=[step.key for step in steps])
    counted = {row["key"]: row for row in _counts(stays)}
    took = _days(stays)
    nothing = dict.fromkeys(COUNTED, 0)
    rows = [(step, {name: counted.get(step.key, nothing)[name] for name in COUNTED}) for step in steps]
    whole = share(*_ended(row for _step, row in rows)).mean
    found = [StepLine(s, c, share(*_ended([c]), believed=whole), took.get(s.key)) for s, c in rows]
    weakest = min((f for f in found if f.step.required and f.came), key=lambda f: f.share.mean, default=None)
    return [StepLine(f.step, f.counts, f.share, f.days, f is weakest) for f in found]


def _ended(rows: Iterable[dict[str, int]]) -> tuple[int, int]:
    counts = list(rows)
    won = sum(row["won"] for row in counts)
    return won, won + sum(row["no"] + row["no_decision"] + row["stopped"] for row in counts)


def _stays(asked: Asked, person: Person, today: datetime.date) -> Any:
    """Return the stays that count: of opportunities the person sees, entered since the day that is asked."""
    seen = seen_by(person, "opportunity__") & Q(opportunity__merged_into=None)
    stays = Stay.objects.filter(seen, asked.condition("opportunity__"), entered_on__isnull=False)
    since = asked.since(today)
    return stays if since is None else stays.filter(entered_on__gte=since)


def _counts(stays: Any) -> Any:
    return (
        stays.order_by()
        .values("key")
        .annotate(
            **{name: Count("opportunity_id", filter=condition, distinct=True) for name, condition in COUNTED.items()}
        )
    )


def _days(stays: Any) -> dict[str, tuple[int, int]]:
    """Return the median of the days that won stays took by step, and the day by which nine in ten were won."""
    found: dict[str, list[int]] = {}
    won = stays.filter(COUNTED["won"], left_on__isnull=False).order_by("-pk")
    for key, entered, left in won.values_list("key", "entered_on", "left_on")[:NEWEST]:
        found.setdefault(key, []).append((left - entered).days)
    return {key: _middle(sorted(days)) for key, days in found.items()}


def _middle(days: list[int]) -> tuple[int, int]:
    return days[(len(days) - 1) // 2], days[min(len(days) - 1, int(0.9 * len(days)))]


def busiest(person: Person) -> int | None:
    """Return the playbook that most of what the person sees has gone through."""
    seen = Stay.objects.filter(seen_by(person, "opportunity__"))
    rows = seen.values("opportunity__playbook_version__playbook").annotate(n=Count("pk"), last=Max("pk"))
    first = rows.order_by("-n", "last").first()
    return first["opportunity__playbook_version__playbook"] if first else None
