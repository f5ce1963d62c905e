"""Keep how a line stood before a report or a going back, and bring it back when that was a mistake."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from milepost.opportunities.models.attempt import Attempt, Attendance
from milepost.opportunities.models.before import BeforeReport
from milepost.opportunities.models.condition import Condition
from milepost.opportunities.models.opportunity import Opportunity
from milepost.opportunities.models.stay import Stay, Tailoring
from milepost.opportunities.models.step import NotAllowed, Step
from milepost.opportunities.models.work import Note, Task
from milepost.team.models import Person
from milepost.web.history import changes_of, plain
from milepost.web.history_words import sentence
from milepost.web.models import Change

UNDONE = "report undone"
NOTED = ("note", "call", "debrief")
WROTE = ("written", "changed", "removed")
BESIDE = ("file attached", "task added", *(f"{kind} {done}" for kind in NOTED for done in WROTE))
"""What may be written after a report without standing on it."""
SHORT = 500  # so much of a note stands in the history by itself
KINDS: dict[type[models.Model], tuple[str, tuple[str, ...]]] = {
    Step: ("opportunity", ("state", "ended_on", "to_confirm")),
    Stay: ("opportunity", ("entered_on", "left_on", "end")),
    Attempt: (
        "step__opportunity",
        ("on", "time", "starts_at", "state", "result", "agreed_in_room", "reported_by_id", "reported_at"),
    ),
    Attendance: ("attempt__step__opportunity", ("came",)),
    Condition: ("step__opportunity", ("state", "because")),
}
"""What a report changes, by the way to its opportunity and the columns."""
MADE = (Stay, Attempt)
"""What a report makes besides."""
WROTE_WITH = (Note, Task, Tailoring)
"""What is written with a report, or with a going back."""
Picture = dict[str, Any]


def picture_of(opportunity: Opportunity) -> Picture:
    """Return the line's rows as they stand, by kind and id, in values that JSON can keep."""
    found: Picture = {_name(model): _rows(model, opportunity) for model in KINDS}
    return {**found, "as_of": plain(opportunity.as_of), "first_told": plain(opportunity.first_told)}


def keep(step: Step, *, by: Person, was: Picture, wrote: Iterable[Note | Task | Tailoring]) -> None:
    """Keep what stood before a deed of `by`, in place of what stood before the last one."""
    newest = changes_of(step.opportunity).values_list("pk", flat=True).first() or 0
    made = {_name(model): [row.pk for row in wrote if isinstance(row, model)] for model in WROTE_WITH}
    values = {"step": step, "by": by, "was": was, "wrote": made, "last_change": newest}
    BeforeReport.objects.update_or_create(opportunity=step.opportunity, defaults=values)


@transaction.atomic
def undo_report(step: Step, *, by: Person) -> None:
    """Let the line be as it was before `by` reported the step, unless something stands on the report by now."""
    step.must_be_alive()
    before = BeforeReport.objects.filter(step=step).first()
    if before is not None and before.is_of_going_back:
        _must_bear_nothing(step, went_back(before))
    if before is None or before.by_id != by.pk:
        raise NotAllowed(_("There is no report of yours here that could be undone."))
    put_back(before, step, by=by, verb=UNDONE)


def put_back(before: BeforeReport, step: Step, *, by: Person, verb: str) -> None:
    """Bring back what was kept, and say so by `verb`. Raises NotAllowed, with what was done, where it is built on."""
    _must_bear_nothing(step, _built_on(before, step.opportunity))
    opportunity, stood = step.opportunity, step.state
    what, reason = _take_out(before)
    _bring_back(opportunity, before.was)
    step.refresh_from_db()
    if before.was["as_of"] is not None:
        for name in ("as_of", "first_told"):
            said = before.was.get(name)
            setattr(opportunity, name, datetime.date.fromisoformat(said) if said else None)
        opportunity.save(update_fields=["as_of", "first_told"])
        what["still_since"] = [None, before.was["as_of"]]
    what["state"] = [stood, step.state]
    step.tell(verb, by=by, what=what, reason=reason)
    _turn_back(opportunity, before.was, by=by)
    before.delete()
    opportunity.restand()


def undoable(opportunity: Opportunity, *, by: Person) -> BeforeReport | None:
    """Return what is kept of the line from before the last report or going back, if `by` may still take that back."""
    before = BeforeReport.objects.filter(opportunity=opportunity, by=by).first()
    return before if before is not None and _built_on(before, opportunity) is None else None


def went_back(before: BeforeReport) -> Change:
    """Return the line of history that says of a going back, which is kept here, who did it."""
    return Change.objects.select_related("by", "on_behalf_of").get(pk=before.last_change)


def _built_on(before: BeforeReport, opportunity: Opportunity) -> Change | None:
    """Return the newest change that stands on what was done."""
    return changes_of(opportunity).filter(pk__gt=before.last_change).exclude(verb__in=BESIDE).first()


def _must_bear_nothing(step: Step, newer: Change | None) -> None:
    """Raise NotAllowed, with what was done, when there is something newer."""
    if newer is None:
        return
    instead = "" if step.is_open else _("Go back to the step instead.")
    said = _("This can no longer be undone. Since then: %(what)s.") % {"what": sentence(newer)}
    raise NotAllowed(f"{said} {instead}".strip())


def _take_out(before: BeforeReport) -> tuple[dict[str, Any], str]:
    """Remove what was written with the deed; return what the history is to say of its notes and tasks."""
    notes = Note.objects.filter(pk__in=before.wrote[_name(Note)])
    tasks = Task.objects.filter(pk__in=before.wrote[_name(Task)])
    text = "\n".join(notes.values_list("text", flat=True))
    titles = ", ".join(tasks.order_by("pk").values_list("title", flat=True))
    notes.delete()
    tasks.delete()
    Tailoring.objects.filter(pk__in=before.wrote.get(_name(Tailoring), ())).delete()
    return {"tasks": [titles, None]} if titles else {}, text if len(text) > SHORT else ""


def _bring_back(opportunity: Opportunity, was: Picture) -> None:
    """Take out the rows that are new, then give the others what they held; conditions turn by their own verb."""
    for made in MADE:
        way, _columns = KINDS[made]
        made._default_manager.filter(**{way: opportunity}).exclude(pk__in=was[_name(made)]).delete()
    for model in (Step, Stay, Attempt, Attendance):
        for pk, values in _changed(model, opportunity, was):
            model._default_manager.filter(pk=pk).update(**dict(zip(KINDS[model][1], values, strict=True)))
    opportunity.__dict__.pop("steps_in_order", None)


def _turn_back(opportunity: Opportunity, was: Picture, *, by: Person) -> None:
    """Say of each condition that was met only in the report how it stands: what is known of it follows the history."""
    turned = {int(pk): values for pk, values in _changed(Condition, opportunity, was)}
    for condition in Condition.objects.filter(pk__in=turned).select_related("step__opportunity").order_by("pk"):
        state, because = turned[condition.pk]
        condition.turn(state, by=by, reason=because)


def _changed(model: type[models.Model], opportunity: Opportunity, was: Picture) -> list[tuple[str, list[Any]]]:
    """Return id and earlier values of the rows of a kind that are not as they were."""
    kept, now = was[_name(model)], _rows(model, opportunity)
    return [(pk, values) for pk, values in kept.items() if pk in now and now[pk] != values]


def _rows(model: type[models.Model], opportunity: Opportunity) -> dict[str, list[Any]]:
    way, columns = KINDS[model]
    rows = model._default_manager.filter(**{way: opportunity}).order_by("pk").values_list("pk", *columns)
    return {str(pk): [plain(value) for value in values] for pk, *values in rows}


def _name(model: type[models.Model]) -> str:
    return str(model._meta.model_name)
