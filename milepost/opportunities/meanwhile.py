"""Notice what others did to an opportunity's line between the opening of a form and its sending."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from milepost.opportunities.models.opportunity import Opportunity
from milepost.opportunities.models.step import NotAllowed
from milepost.web.history import changes_of
from milepost.web.text import number

SHOWN = 10
MOVES = (
    "ended",
    "outcome corrected",
    "to meet again",
    "client did not come",
    "skip undone",
    "adding undone",
    "report undone",
    "going back undone",
    "people invited",
)
MOVES_OF = ("step ", "appointment ", "condition ")
"""The verbs, or their beginnings, that change what a form about the line was opened for."""


class Meanwhile(NotAllowed):
    """The line has been moved since the form was opened; `changes` tells how, the newest first."""

    def __init__(self, changes: list[Any]) -> None:
        super().__init__(
            _("This has moved on since you opened it. What you typed is still here; send it again if it still fits.")
        )
        self.changes = changes


def mark(opportunity: Opportunity) -> int:
    """Return the mark a form about the line carries: the newest change when it was opened."""
    newest = _moves(opportunity).values_list("pk", flat=True).first()
    return newest or 0


def must_be_undisturbed(opportunity: Opportunity, seen: str) -> None:
    """Hold the opportunity still, and raise Meanwhile when its line has been changed since the mark `seen`."""
    opportunity.hold_still()
    known = number(seen)
    if known is None:
        return
    newer = list(_moves(opportunity).filter(pk__gt=known)[:SHOWN])
    if newer:
        raise Meanwhile(newer)


def _moves(opportunity: Opportunity) -> Any:
    moving = Q(verb__in=MOVES)
    for beginning in MOVES_OF:
        moving |= Q(verb__startswith=beginning)
    return changes_of(opportunity).filter(moving)
