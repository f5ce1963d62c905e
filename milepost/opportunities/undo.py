"""Take a skip, an added step, or that an appointment is called off, back, while nothing newer stands on it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.opportunities import line
from milepost.opportunities.models.attempt import Attempt
from milepost.opportunities.models.stay import Stay, Tailoring
from milepost.opportunities.models.step import NotAllowed, Step
from milepost.opportunities.tailor import arrange
from milepost.team.models import Person
from milepost.web.history import changes_of

SKIPPED, ADDED, CALLED_OFF = "step skipped", "step added", "appointment called off"
MADE_BY_ADDING = (Stay, Tailoring)
"""What adding a step writes about it besides."""


@transaction.atomic
def undo_skip(step: Step, *, by: Person) -> None:
    """Let the step be as it was before `by` skipped it."""
    step.must_be_alive()
    skip = changes_of(step.opportunity).first()
    if skip is None or skip.verb != SKIPPED or not is_of(skip, step) or skip.by_id != by.pk:
        raise NotAllowed(_("Something has happened since: this can no longer be undone. Go back to the step instead."))
    if step.state != line.SKIPPED:
        raise NotAllowed(_("“%s” is not skipped.") % step.name)
    was = skip.what["state"][0]
    _take_up_stay(step)
    _take_up_attempt(step, was)
    why = step.tailorings.filter(kind__in=[Tailoring.Kind.SKIPPED, Tailoring.Kind.OVERRIDDEN])
    step.tailorings.filter(pk__in=list(why.values_list("pk", flat=True)[:1])).delete()
    step.state, step.ended_on = was, None
    step.save(update_fields=["state", "ended_on"])
    step.tell("skip undone", by=by)
    step.opportunity.restand()


@transaction.atomic
def undo_adding(step: Step, *, by: Person) -> None:
    """Take the step off the line that `by` added, as long as nothing has been done with it."""
    step.must_be_alive()
    newest = changes_of(step.opportunity).first()
    if newest is None or newest.verb != ADDED or not is_of(newest, step) or newest.by_id != by.pk:
        raise NotAllowed(_("Something has happened since: this can no longer be undone. Skip the step instead."))
    if _bears_something(step):
        raise NotAllowed(
            _("Something hangs on “%s” by now: it can no longer be taken out. Skip it instead.") % step.name
        )
    opportunity = step.opportunity
    _take_up_what_it_came_before(step)
    step.tell("adding undone", by=by)
    step.delete()
    arrange(list(opportunity.steps.order_by("position")))
    opportunity.restand()


@transaction.atomic
def undo_call_off(step: Step, *, by: Person) -> None:
    """Let the appointment that `by` called off stand as it stood."""
    step.must_be_alive()
    newest = changes_of(step.opportunity).first()
    if newest is None or newest.verb != CALLED_OFF or not is_of(newest, step) or newest.by_id != by.pk:
        raise NotAllowed(_("Something has happened since: this can no longer be undone. Set a new date instead."))
    last = step.attempts.filter(state=Attempt.State.CANCELLED, result="").order_by("-number").first()
    if step.state != line.PLANNED or last is None:
        raise NotAllowed(_("“%s” has no appointment that was called off.") % step.name)
    last.state = Attempt.State.SCHEDULED
    last.save(update_fields=["state"])
    step.state = line.SCHEDULED
    step.save(update_fields=["state"])
    step.tell("appointment kept", by=by)
    step.opportunity.restand()


def is_of(change: Any, step: Step) -> bool:
    """Tell whether a line of history is about a step; lines of before its id was kept have its name alone."""
    pair = change.what.get("step_id")
    return bool(pair[1] == step.pk if pair else change.part == step.name)


def _bears_something(step: Step) -> bool:
    """Tell whether any row leads to the step that adding it did not make."""
    others: list[Any] = [one for one in Step._meta.get_fields(include_hidden=True) if one.auto_created]
    kinds = [(one.related_model, one.field.name) for one in others if not one.concrete]
    return any(kind.objects.filter(**{name: step}).exists() for kind, name in kinds if kind not in MADE_BY_ADDING)


def _take_up_what_it_came_before(step: Step) -> None:
    """Let the stay go on that ended because the added step came first."""
    own = step.stays.order_by("-id").first()
    if own is None:  # it was added further ahead
        return
    before = step.opportunity.stays.filter(end=Stay.End.MOVED, left_on=own.entered_on, pk__lt=own.pk)
    was = list(before.order_by("-pk").values_list("pk", flat=True)[:1])
    step.stays.all().delete()
    Stay.objects.filter(pk__in=was).update(left_on=None, end="")


def _take_up_stay(step: Step) -> None:
    """Let the step's stay go on; the one that the skip began has not been."""
    own = step.stays.filter(end=Stay.End.SKIPPED, left_on=step.ended_on).order_by("-id").first()
    if own is None:  # it was still ahead when it was skipped
        return
    step.opportunity.stays.filter(left_on=None, end="").delete()
    Stay.objects.filter(pk=own.pk).update(left_on=None, end="")


def _take_up_attempt(step: Step, was: str) -> None:
    states: dict[str, Any] = {
        line.SCHEDULED: (Attempt.State.CANCELLED, Attempt.State.SCHEDULED),
        line.HELD: (Attempt.State.CLOSED, Attempt.State.HELD),
    }
    if was in states:
        ended, before = states[was]
        last = step.attempts.filter(state=ended, result="").order_by("-number").values_list("pk", flat=True)[:1]
        Attempt.objects.filter(pk__in=list(last)).update(state=before)
