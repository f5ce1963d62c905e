"""Tailor a line that is under way: add a step, move a step. What has happened stays where it is (rules 2 and 9)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.opportunities import line
from milepost.opportunities.models.opportunity import Opportunity
from milepost.opportunities.models.stay import Stay, Tailoring
from milepost.opportunities.models.step import NotAllowed, Step
from milepost.team.models import Company, Person
from milepost.web.history import record

AHEAD = (line.PLANNED, line.SCHEDULED)
OUT_OF_THE_WAY = 10_000


def first_place(steps: Sequence[Any]) -> int:
    """Return the first place, from 0, at which the line may still be changed: behind all that has happened.

    That a step further ahead is skipped keeps nothing before it in its place.
    """
    happened = [at for at, step in enumerate(steps) if step.state not in (*AHEAD, line.SKIPPED)]
    return happened[-1] + 1 if happened else 0


@transaction.atomic
def add_step(after: Step, *, by: Person, name: str, reason: str, **values: Any) -> Step:
    """Add a step to this opportunity alone, behind `after`."""
    after.must_be_alive()
    _must_say_why(reason)
    opportunity = after.opportunity
    steps = list(opportunity.steps.order_by("position"))
    place = steps.index(after) + 1
    if place < first_place(steps):
        raise NotAllowed(_("What comes after “%(step)s” has happened already.") % {"step": after.name})
    last = steps[-1].position
    step = Step.objects.create(
        opportunity=opportunity, key=f"own-{secrets.token_hex(6)}", name=name, position=last + 1, **values
    )
    arrange([*steps[:place], step, *steps[place:]])
    _keep(step, Tailoring.Kind.ADDED, by=by, reason=reason)
    what = {"step": [None, name], "after": [None, after.name]}
    step.tell("step added", by=by, what=what, reason=reason)
    go_on(opportunity)
    return step


@transaction.atomic
def move_step(step: Step, *, by: Person, behind: Step | None, reason: str) -> None:
    """Put a step that is still ahead behind another one; without it, as early as the line allows."""
    step.must_be_alive()
    _must_say_why(reason)
    opportunity = step.opportunity
    steps = list(opportunity.steps.order_by("position"))
    if step.state not in AHEAD or steps.index(step) < first_place(steps):
        raise NotAllowed(_("“%s” has happened already: it keeps its place.") % step.name)
    rest = [s for s in steps if s != step]
    place = rest.index(behind) + 1 if behind is not None else first_place(rest)
    if place < first_place(rest):
        raise NotAllowed(_("It cannot come before what has happened already."))
    was = steps.index(step) + 1
    if place + 1 == was:
        return
    arrange([*rest[:place], step, *rest[place:]])
    step.refresh_from_db()
    _keep(step, Tailoring.Kind.MOVED, by=by, reason=reason)
    record(opportunity, "step moved", by=by, part=step.name, what={"place": [was, place + 1]}, reason=reason)
    go_on(opportunity)


def _must_say_why(reason: str) -> None:
    if not reason.strip():
        raise NotAllowed(_("Say why this step differs here."))


def arrange(steps: Sequence[Step]) -> None:
    """Number the steps in the order given."""
    # First out of the way, then into place: a place is unique within an opportunity.
    changed = [(place, step) for place, step in enumerate(steps, start=1) if step.position != place]
    for offset in (OUT_OF_THE_WAY, 0):
        for place, step in changed:
            Step.objects.filter(pk=step.pk).update(position=place + offset)


def _keep(step: Step, kind: str, *, by: Person, reason: str) -> None:
    Tailoring.objects.create(opportunity=step.opportunity, step=step, kind=kind, reason=reason, by=by)


def go_on(opportunity: Opportunity) -> None:
    """Let the step that is current now begin; one that is moved back has been no trial."""
    today = Company.the().today()
    opportunity.moved_by_a_person()
    opportunity.__dict__.pop("steps_in_order", None)
    now = opportunity.current_step
    if now is not None and now.is_open:
        here = opportunity.stays.filter(left_on=None, end="").exclude(step=now)
        here.update(left_on=today, end=Stay.End.MOVED)
        Stay.begin(now, on=today)
    opportunity.restand()
