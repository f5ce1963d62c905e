"""Split a step of a draft in two, and merge two into one: the line gets finer or coarser, and loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.web.history import record

if TYPE_CHECKING:
    from milepost.playbooks.models.playbook import PlaybookStep
    from milepost.team.models import Person


@transaction.atomic
def split(step: PlaybookStep, *, by: Person, name: str, milestone: str = "") -> PlaybookStep:
    """Put a new step before this one, for the first part of what it was; days and hours are halved between them.

    The step keeps its key and its milestone: what was learnt of reaching that milestone stays with it. The gate stays
    where it was on the line, which is before the first of the two. Raises ValueError for a published version.
    """
    version = step.version_of
    version.must_be_draft()
    step.refresh_from_db()
    first = max(1, step.usual_days // 2)
    values: dict[str, Any] = {"milestone": milestone, "required": step.required, "usual_days": first}
    halves = {role: round(hours / 2, 2) for role, hours in step.hours.items()}
    values |= {"theirs": step.theirs, "their_hours": step.their_hours and round(step.their_hours / 2, 2)}
    new = version.add_step(by=by, at=step.position, name=name, hours=halves, **values)
    step.refresh_from_db()
    rest = {role: round(hours - halves[role], 2) for role, hours in step.hours.items()}
    theirs = step.their_hours and round(step.their_hours - (new.their_hours or 0), 2)
    step.revise(by=by, usual_days=max(1, step.usual_days - first), hours=rest, their_hours=theirs)
    _give_gate(step, new)
    record(version.playbook, "step split", by=by, part=step.name, what={"step": [step.name, f"{name}, {step.name}"]})
    return new


@transaction.atomic
def merge(step: PlaybookStep, *, by: Person) -> PlaybookStep:
    """Make one step of this one and the next; raises ValueError for the last, or of a published version.

    The next one's key, name and milestone stay: whoever reaches them has reached both. The first one's milestone
    goes into the call plan; days and hours add up; a gate before either stands before the one that is left,
    and two gates are one too many to decide for people.
    """
    version = step.version_of
    version.must_be_draft()
    step.refresh_from_db()
    last = version.steps.filter(position=step.position + 1).first()
    if last is None:
        raise ValueError(_("“%s” is the last step: there is none to merge it with.") % step.name)
    if version.gates.filter(step__in=[step, last]).count() > 1:
        raise ValueError(
            _("A gate stands before “%(first)s” and before “%(second)s”. Take one of them out first.")
            % {"first": step.name, "second": last.name}
        )
    last.revise(by=by, **_together(step, last))
    _give_gate(step, last)
    names = f"{step.name}, {last.name}"
    step.refresh_from_db()
    step.remove(by=by)
    record(version.playbook, "steps merged", by=by, part=last.name, what={"step": [names, last.name]})
    return last


def _together(first: PlaybookStep, last: PlaybookStep) -> dict[str, Any]:
    """Return what the second step says once the first is part of it; raises ValueError where it does not fit."""
    on_the_way = _("On the way: %(milestone)s") % {"milestone": first.milestone} if first.milestone else ""
    roles = {**first.hours, **last.hours}
    return {
        "activity": _joined("activity", first, last, " "),
        "evidence": _joined("evidence", first, last, "; "),
        "call_plan": "\n".join(filter(None, [first.call_plan, on_the_way, last.call_plan])),
        "required": first.required or last.required,
        "usual_days": first.usual_days + last.usual_days,
        "theirs": last.theirs if first.theirs == last.theirs else _joined("theirs", first, last, ", "),
        "their_hours": None
        if first.their_hours is last.their_hours is None
        else _sum(first.their_hours, last.their_hours),
        "hours": {role: first.hours.get(role, 0) + last.hours.get(role, 0) for role in roles},
    }


def _sum(*hours: float | None) -> float:
    return round(sum(each or 0 for each in hours), 2)


def _joined(name: str, first: PlaybookStep, last: PlaybookStep, between: str) -> str:
    """Return the texts of both in one; nothing is cut off in silence."""
    field = last._meta.get_field(name)
    text = between.join(filter(None, [getattr(first, name), getattr(last, name)]))
    most = getattr(field, "max_length", None) or len(text)
    if len(text) > most:
        words = {"field": getattr(field, "verbose_name", name), "n": most}
        raise ValueError(_("Together, %(field)s would be longer than %(n)s characters. Shorten one first.") % words)
    return text


def _give_gate(of: PlaybookStep, to: PlaybookStep) -> None:
    of.version_of.gates.filter(step=of).update(step=to)
