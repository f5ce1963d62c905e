"""Ask the reading rows what needs doing, dearest wait first.

An opportunity needs somebody when its client said no, everything is reached, a win is to be confirmed, a result is
missing, a gate is to be decided, or its current step has no date. One that waits for a booked appointment, or is
paused at a gate, needs nobody.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from milepost.opportunities.models import Standing
from milepost.opportunities.permissions import moved_by
from milepost.team.sight import Sees
from milepost.web.prepared import Given


class Kind(models.TextChoices):
    """Why an opportunity is on the Desk."""

    SAID_NO = "said_no", _("client said no")
    REACHED = "reached", _("everything reached")
    CONFIRM = "confirm", _("to confirm")
    RESULT = "result", _("result missing")
    GATE = "gate", _("gate to decide")
    OVER = "over", _("over the usual time, no date")
    NO_DATE = "no_date", _("no date")
    IMPORTED = "imported", _("imported, no date yet")


PAGE = 20
MOVED = ("lost", "done", "won", "skipped")
"""What its current step is while an opportunity waits for whoever moves its string."""
# Nobody here has taken it in hand since it was imported: its days stand still, and all such are one question.
UNTOUCHED = Q(step_state="planned", as_of__isnull=False) & ~Q(gate_state="waiting")


@dataclass(frozen=True)
class Place:
    """Where a page of the Desk ended: the keyset of its last row."""

    loss: int | Given
    since: datetime.date | Given
    pk: int | Given

    def __str__(self) -> str:
        return f"{self.loss}_{self.since}_{self.pk}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        """Read a place from an address; None when it is not one."""
        try:
            loss, since, pk = text.split("_")
            return cls(int(loss), datetime.date.fromisoformat(since), int(pk))
        except ValueError:
            return None


def needing(rows: QuerySet[Standing], *, now: datetime.datetime | Given, today: datetime.date | Given) -> QuerySet[Any]:
    """Keep the rows that need somebody, with their `kind`, dearest wait first; ties by age, then id."""
    kind = Case(
        When(step_state="lost", then=Value(Kind.SAID_NO)),
        When(step_state="done", then=Value(Kind.REACHED)),
        When(step_state__in=["won", "skipped"], then=Value(Kind.CONFIRM)),
        When(Q(step_state="held") | Q(step_state="scheduled", next_at__lt=now), then=Value(Kind.RESULT)),
        When(gate_state="waiting", then=Value(Kind.GATE)),
        When(UNTOUCHED, then=Value(Kind.IMPORTED)),
        When(step_state="planned", over_from__lte=today, then=Value(Kind.OVER)),
        When(step_state="planned", then=Value(Kind.NO_DATE)),
        default=Value(""),
        output_field=models.CharField(),
    )
    waiting = Q(step_state="scheduled", next_at__gte=now)
    paused = Q(step_state="planned", gate_state="paused")  # somebody decided to wait: nothing to do before it ends
    return (
        rows.exclude(waiting | paused)
        .annotate(kind=kind)
        .order_by("-weekly_loss_minor", "entered_key", "opportunity_id")
    )


def after(rows: QuerySet[Any], place: Place | None) -> QuerySet[Any]:
    """Keep the rows behind a place, in the order of `needing`."""
    if place is None:
        return rows
    same_loss = Q(weekly_loss_minor=place.loss)
    later = Q(entered_key__gt=place.since) | Q(entered_key=place.since, opportunity_id__gt=place.pk)
    return rows.filter(Q(weekly_loss_minor__lt=place.loss) | (same_loss & later))


def place_of(row: Standing) -> Place:
    """Return the place of a row in the order of `needing`."""
    return Place(row.weekly_loss_minor, row.entered_key, row.pk)


def counted(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Count the needs by kind, over all rows; those of no kind need nobody."""
    return rows.order_by().values_list("kind").annotate(n=Count("pk"))


def mine(rows: QuerySet[Standing], person: Sees) -> QuerySet[Standing]:
    """Keep what the person coordinates or sells, or somebody they stand in for."""
    people = person.sight.people
    return rows.filter(Q(coordinator_id__in=people) | Q(salesperson_id__in=people))


def for_me(rows: QuerySet[Any], person: Sees) -> QuerySet[Any]:
    """Leave out what only others may do: who does not move a string neither ends it nor confirms a step of it."""
    return rows.exclude(Q(step_state__in=MOVED) & ~moved_by(person.sight))
