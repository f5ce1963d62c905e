"""The people of one opportunity as lines of a list, in the company's words."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.lookups import In
from django.utils import timezone

from milepost.buyers.models.lists import Lists, capital
from milepost.buyers.models.stakeholder import Stakeholder
from milepost.buyers.traits import LEVELS, TRAITS, WEIGHTS
from milepost.opportunities.models import Attempt, Attendance, Note, Opportunity
from milepost.web.prepared import Prepared, among, given_id, given_ids

FEW = 20
HELD = (Attempt.State.HELD, Attempt.State.CLOSED)


@dataclass
class Line:
    """One person: the row, its answers in words by trait, and what was last known of them elsewhere."""

    row: Stakeholder
    said: dict[str, str]
    means: dict[str, str]
    reports_to: Stakeholder | None = None
    last_known: list[Any] = field(default_factory=list)

    @property
    def side(self) -> str:
        return self.row.side

    @property
    def last_met(self) -> datetime.date | None:
        """Return when they were last met or spoken with, or will be: an appointment ahead is not quiet."""
        spoken = self.row.spoken_at and timezone.localdate(self.row.spoken_at)
        return max(filter(None, (self.row.met_on, spoken)), default=None)

    def was_met(self, today: datetime.date) -> bool:
        """Tell whether they have been met or spoken with by now; an appointment ahead does not take that back."""
        return bool(self.row.spoken_at or (self.row.first_met and self.row.first_met <= today))

    @property
    def level(self) -> int:
        """Return our access, 0 to 3."""
        return LEVELS.get(self.means.get("access", ""), 0)

    @property
    def weight(self) -> int:
        """Return how much their word counts, 1 to 3; 0 where it is not known."""
        return WEIGHTS.get(self.means.get("influence", ""), 0)


def people_of(opportunity: Opportunity) -> list[Stakeholder]:
    """Return who has a part, when they were last met or spoken with, and whether others of the client have come."""
    return PEOPLE.ask(opportunity=opportunity.pk)


def people_of_many(opportunities: Sequence[int]) -> dict[int, list[Stakeholder]]:
    """Return the same for many opportunities at once; one without anybody is left out."""
    found: dict[int, list[Stakeholder]] = defaultdict(list)
    for start in range(0, len(opportunities), FEW):
        for row in OF_MANY.ask(**among(opportunities[start : start + FEW], FEW)):
            found[row.opportunity_id].append(row)
    return dict(found)


def _people() -> QuerySet[Stakeholder]:
    found: QuerySet[Stakeholder] = _with_days(Stakeholder.objects.filter(opportunity=given_id("opportunity")))
    return found


def _with_days(rows: Any) -> Any:
    who, where = OuterRef("contact"), OuterRef("opportunity")
    came = Attendance.objects.filter(attempt__step__opportunity=where, contact=who).exclude(came=False)
    came = came.exclude(attempt__state="cancelled").order_by("-attempt__on")
    others = Attendance.objects.filter(attempt__step__opportunity=where, contact__isnull=False).exclude(contact=who)
    others = others.exclude(came=False).filter(attempt__state__in=HELD)
    notes = Note.objects.filter(opportunity=where, contact=who).order_by("-at")
    rows = rows.select_related("contact").order_by("id")
    first = came.order_by("attempt__on").values("attempt__on")[:1]
    last = came.values("attempt__on")[:1]
    spoken = Subquery(notes.values("at")[:1])
    return rows.annotate(met_on=Subquery(last), first_met=Subquery(first), spoken_at=spoken, others_came=Exists(others))


PEOPLE = Prepared[Stakeholder](_people)
OF_MANY = Prepared[Stakeholder](lambda: _with_days(Stakeholder.objects.filter(In(F("opportunity_id"), given_ids(FEW)))))


def lines_of(rows: list[Stakeholder], lists: Lists, offers: dict[int, Any] | None = None) -> list[Line]:
    """Put people into the company's words."""
    by_id = {row.pk: row for row in understood(rows, lists)}
    return [
        Line(row, row.said, row.means, by_id.get(row.reports_to_id or 0), (offers or {}).get(row.pk, []))
        for row in rows
    ]


def understood(rows: list[Stakeholder], lists: Lists) -> list[Stakeholder]:
    """Let each row know its answers, by trait: `means` as the usual ones, `said` in the company's words."""
    for row in rows:
        answers = {trait: value for trait in TRAITS if (value := getattr(row, trait))}
        row.means = {trait: lists.means(trait, value) for trait, value in answers.items()}
        row.said = {trait: capital(lists.text(trait, value)) for trait, value in answers.items()}
    return rows
