"""Go back to a step so that it can be undone: for when the wrong step was gone back to, or none should have been."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.opportunities import line
from milepost.opportunities.models.before import BeforeReport
from milepost.opportunities.models.step import NotAllowed, Step
from milepost.opportunities.unreport import keep, picture_of, put_back
from milepost.team.models import Person

UNDONE = "going back undone"


@transaction.atomic
def go_back(step: Step, *, by: Person, on: datetime.date, reason: str) -> None:
    """Go back to a step, and keep how the line stood before."""
    step.must_be_alive()
    was = picture_of(step.opportunity)
    step.reopen(by=by, on=on, reason=reason)
    keep(step, by=by, was=was, wrote=step.tailorings.order_by("-pk")[:1])


@transaction.atomic
def undo_going_back(step: Step, *, by: Person) -> None:
    """Let the line be as it was before `by` went back to the step, unless something stands on that by now."""
    step.must_be_alive()
    before = BeforeReport.objects.filter(step=step, by=by).first()
    if before is None or not before.is_of_going_back:
        raise NotAllowed(_("There is no going back of yours here that could be undone."))
    put_back(before, step, by=by, verb=UNDONE)


def to_confirm(step: Step) -> list[str]:
    """Return the names of the later steps whose win has to be confirmed once more."""
    return [each.name for each in line.still_to_win(step.opportunity.steps_in_order) if each.to_confirm]
