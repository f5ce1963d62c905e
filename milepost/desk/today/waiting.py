"""What of a person's own waits for whoever moves its string: it is no work of theirs, and still theirs to know."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.desk.today.needs import MOVED, mine
from milepost.opportunities.models import Standing
from milepost.opportunities.permissions import moved_by
from milepost.team.models import Person
from milepost.team.sight import Sight
from milepost.web.prepared import Prepared

SHOWN = 8
SAID: dict[str, Any] = {
    "lost": gettext_lazy("The client said no: %(who)s says whether it ends"),
    "done": gettext_lazy("All reached: %(who)s records how it ended"),
}
OTHERWISE = gettext_lazy("“%(step)s” was reached before it went back: %(who)s says whether that still holds")
SIGNS: dict[str, str] = {"lost": "x", "done": "check"}


class Waiting(NamedTuple):
    """An opportunity that waits for somebody else, and what for."""

    pk: int
    name: str
    sign: str
    said: str


def waiting_for_others(person: Person) -> tuple[list[Waiting], bool]:
    """Return what waits for a coordinator or manager, dearest wait first, and whether there is more; one query."""
    rows = WAITING.ask(person.sight)
    return [_told(row) for row in rows[:SHOWN]], len(rows) > SHOWN


def _waiting(sight: Sight) -> QuerySet[Standing]:
    rows = mine(Standing.objects.visible_to(sight), sight).filter(step_state__in=MOVED).exclude(moved_by(sight))
    rows = rows.select_related("coordinator").only("name", "step_name", "step_state", "coordinator__name",
                                                   "coordinator__is_active")  # fmt: skip
    return rows.order_by("-weekly_loss_minor", "entered_key", "opportunity_id")[: SHOWN + 1]


WAITING = Prepared[Standing](_waiting)


def _told(row: Standing) -> Waiting:
    who = row.coordinator
    name = who.name if who is not None and who.is_active else _("a coordinator or manager")
    said = SAID.get(row.step_state, OTHERWISE) % {"who": name, "step": row.step_name}
    return Waiting(row.pk, row.name, SIGNS.get(row.step_state, "rotate"), said)
