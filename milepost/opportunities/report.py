"""Report an appointment: the debrief of one minute, and what it means for the step."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from milepost.opportunities import line
from milepost.opportunities.models.attempt import Attempt, instant
from milepost.opportunities.models.condition import Condition
from milepost.opportunities.models.step import NotAllowed, Step
from milepost.opportunities.models.work import Note, Task
from milepost.opportunities.unreport import keep as keep_before
from milepost.opportunities.unreport import picture_of
from milepost.team.models import Company, Person
from milepost.web.words import day


@dataclass(frozen=True)
class TaskAsked:
    """A task somebody took home from the appointment."""

    title: str
    owner: Person | None = None
    due_on: datetime.date | None = None


@transaction.atomic
def report(
    step: Step,
    *,
    by: Person,
    result: str,
    on: datetime.date,
    came: Mapping[int, bool] | None = None,
    notes: str = "",
    met: Iterable[Condition] = (),
    tasks: Iterable[TaskAsked] = (),
    agreed_in_room: bool | None = None,
    next_on: datetime.date | None = None,
    next_time: datetime.time | None = None,
) -> Attempt:
    """Record the result of a step's appointment: reached, client said no, meet again, or they did not come.

    With `next_on` the appointment that follows is booked at once, with the same people.

    `came` maps attendance ids to whether that person came. An appointment that was never booked is
    recorded as held on `on`. `met` are the step's conditions that are met by now.
    """
    if on > Company.the().today():
        raise NotAllowed(_("An appointment that is still to come cannot be reported."))
    step.must_be_alive()
    step.must_be_open()
    was = picture_of(step.opportunity)
    step.opportunity.moved_by_a_person(on)
    if result == Attempt.Result.MISSED:
        attempt = _missed(step, by=by, reason=notes)
    else:
        _must_follow_the_last_try(step, on)
        attempt = _held(step, by=by, result=result, on=on, came=came, met=met, agreed=agreed_in_room)
    wrote = _keep(step, attempt, by=by, notes=notes, tasks=tasks)
    if result != Attempt.Result.MISSED:
        _settle(step, attempt, by=by, result=result, on=on, notes=notes)
    if next_on is not None:
        _book_next(attempt, by=by, on=next_on, time=next_time)
    keep_before(step, by=by, was=was, wrote=wrote)
    return attempt


def _held(
    step: Step,
    *,
    by: Person,
    result: str,
    on: datetime.date,
    came: Mapping[int, bool] | None,
    met: Iterable[Condition],
    agreed: bool | None,
) -> Attempt:
    """Close the appointment that took place, booked or not, with its result and who came."""
    attempt = step.attempt or _unbooked(step, on=on)
    _held_on(attempt, on, by=by)
    if attempt.state == Attempt.State.SCHEDULED:
        attempt.hold(by=by)
        step.refresh_from_db()
    for attendance in attempt.attendances.all():
        if came and attendance.pk in came:
            attendance.came = came[attendance.pk]
            attendance.save(update_fields=["came"])
    for condition in met:
        condition.turn(Condition.State.MET, by=by)
    attempt.close(by=by, result=result, at=timezone.now(), agreed=agreed)
    return attempt


def _missed(step: Step, *, by: Person, reason: str) -> Attempt:
    """Note that nobody came for the client: it counts as no attempt."""
    attempt = step.attempt
    if attempt is None or attempt.on > Company.the().today():
        raise NotAllowed(_("No appointment was due that they could have missed."))
    attempt.step = step
    attempt.miss(by=by, at=timezone.now(), reason=reason)
    return attempt


def _book_next(attempt: Attempt, *, by: Person, on: datetime.date, time: datetime.time | None) -> None:
    """Give the step that is current now its appointment; who met goes on meeting, else whoever sells it."""
    opportunity = attempt.step.opportunity
    opportunity.__dict__.pop("steps_in_order", None)
    now = opportunity.current_step
    if now is None or now.state != line.PLANNED:
        raise NotAllowed(_("There is no step to book the next appointment for. Clear its date."), field="next_on")
    who = list(attempt.attendances.select_related("person", "contact"))
    ours = [a.person for a in who if a.person is not None]
    theirs = [a.contact for a in who if a.contact is not None]
    if not who and opportunity.salesperson is not None:
        ours = [opportunity.salesperson]
    now.opportunity = opportunity
    Attempt.schedule(now, by=by, on=on, time=time, zone=attempt.zone, ours=ours, theirs=theirs)


def _settle(step: Step, attempt: Attempt, *, by: Person, result: str, on: datetime.date, notes: str) -> None:
    if result == Attempt.Result.WON:
        step.win(by=by, on=on, reason=notes)
    elif result == Attempt.Result.LOST:
        step.lose(by=by, on=on, reason=notes)
    else:
        attempt.step = step
        attempt.try_again(by=by, on=on)


def _held_on(attempt: Attempt, on: datetime.date, *, by: Person) -> None:
    """Let an appointment booked for a later day have taken place on this one."""
    if attempt.on <= on:
        return
    was = attempt.on
    attempt.edit(by=by, verb="moved", on=on, time=None, starts_at=instant(on, None, attempt.zone))
    what = {"held_on": [None, on.isoformat()], "instead_of": [None, was.isoformat()]}
    attempt.step.tell("held earlier", by=by, what=what)


def _must_follow_the_last_try(step: Step, on: datetime.date) -> None:
    """Raise NotAllowed where the client was met for the step once more after the day that is reported."""
    rows = step.attempts.filter(state=Attempt.State.CLOSED).order_by("-number").values_list("result", "on")
    tries = takewhile(lambda row: row[0] == Attempt.Result.AGAIN, rows)  # since the step was last decided
    last = max((held for _result, held in tries), default=on)
    if last > on:
        said = _("The client was met for “%(step)s” on %(day)s too: what came of it cannot be of a day before that.")
        raise NotAllowed(said % {"step": step.name, "day": day(last)}, field="on", days_of=step)


def _unbooked(step: Step, *, on: datetime.date) -> Attempt:
    step.may_be_held()
    zone = Company.the().time_zone
    number = (step.attempts.aggregate(last=Max("number"))["last"] or 0) + 1
    attempt = Attempt.objects.create(step=step, number=number, on=on, zone=zone, starts_at=instant(on, None, zone))
    step.state = line.SCHEDULED
    step.save(update_fields=["state"])
    return attempt


def _keep(step: Step, attempt: Attempt, *, by: Person, notes: str, tasks: Iterable[TaskAsked]) -> list[Note | Task]:
    """Write down what was said and what is to be done; return the rows."""
    place = {"opportunity": step.opportunity, "step": step}
    wrote: list[Note | Task] = []
    if notes.strip():
        wrote.append(Note.write(by=by, text=notes.strip(), kind=Note.Kind.DEBRIEF, attempt=attempt, **place))
    for task in tasks:
        wrote.append(Task.add(by=by, title=task.title, owner=task.owner or by, due_on=task.due_on, **place))
    return wrote
