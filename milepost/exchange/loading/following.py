"""Let the string of a known opportunity follow its source: work out what becomes of it, then write that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from milepost.exchange.loading.drafts import Draft
from milepost.exchange.loading.playbook import Steps, StepsToBe, bare_key
from milepost.exchange.loading.strings import Line, Visit, line_up, tidy
from milepost.opportunities import line
from milepost.opportunities.begin import step_from
from milepost.opportunities.close import CAUSES
from milepost.opportunities.models import Opportunity, Stay, Step
from milepost.opportunities.tailor import arrange
from milepost.team.models import Person
from milepost.web.history import record


class Course(NamedTuple):
    """Hold what a string becomes: its steps, how they stand and its stays, beside the stays that it has.

    A step without a number is one that the source has come to name since the string was begun.
    """

    steps: list[Step]
    line: Line
    was: list[Stay]

    @property
    def differs(self) -> bool:
        """Tell whether the string is another one than it was."""
        if any(step.pk is None for step in self.steps):
            return True
        stood = [(step.state, step.ended_on, step.to_confirm) for step in self.steps]
        stayed = [(stay.step_id, stay.entered_on, stay.left_on, stay.end) for stay in self.was]
        stays = [(self.steps[stay.place].pk, *stay[1:]) for stay in self.line.stays]
        return stood != list(map(tuple, self.line.steps)) or stayed != stays


def course_of(
    opportunity: Opportunity, draft: Draft, own: Sequence[Step], steps: Steps | StepsToBe, as_of: dt.date
) -> Course:
    """Work out what the source makes of a string that has the steps `own`; nothing is written."""
    named = {visit.place for visit in draft.visits} | ({draft.place} if draft.place is not None else set())
    string = with_steps(opportunity, own, named, steps)
    there = {bare_key(step.key): place for place, step in enumerate(string)}
    at = {place: there[bare_key(steps.keys[place])] for place in named}
    stays = list(opportunity.stays.order_by("id"))
    if draft.dated:
        visits = [Visit(at[place], entered) for place, entered in draft.visits]
    else:
        here = None if draft.place is None else at[draft.place]
        visits = _continued(string, stays, here, draft, as_of)
    return Course(string, line_up(len(string), visits, draft.outcome, draft.ended_on), stays)


def with_steps(opportunity: Opportunity, own: Sequence[Step], named: set[int], steps: Steps | StepsToBe) -> list[Step]:
    """Put the steps a string lacks behind those that come before them in the line that new ones are given.

    `named` are the places in that line which the source speaks of.
    """
    string, keys = list(own), [bare_key(key) for key in steps.keys]
    for place in sorted(named):
        here = [bare_key(step.key) for step in string]
        if keys[place] not in here:
            behind = max((here.index(one) + 1 for one in keys[:place] if one in here), default=0)
            string.insert(behind, Step(opportunity=opportunity, key=steps.keys[place], name=steps.names[place]))
    return string


def _continued(
    string: Sequence[Step], stays: Sequence[Stay], here: int | None, draft: Draft, as_of: dt.date
) -> list[Visit]:
    """Add the present step to those earlier imports have seen: so a history grows from file to file."""
    places = {step.pk: place for place, step in enumerate(string)}
    visits = [Visit(places[stay.step_id], stay.entered_on) for stay in stays]
    if here is None:
        return tidy(visits, draft.ended_on) if all(visit.entered for visit in visits) else visits
    if visits and visits[-1].place == here:
        return visits
    return [*visits, Visit(here, draft.values.get("stage_since") or as_of)]


def write_course(
    opportunity: Opportunity, course: Course, steps: Steps, outcome: str | None, *, by: Person | None
) -> list[Step]:
    """Write the string anew, and return its steps: the source alone has moved it so far."""
    string = _gain(opportunity, course.steps, steps, by)
    for step, stands in zip(string, course.line.steps, strict=True):
        if (step.state, step.ended_on, step.to_confirm) != tuple(stands):
            step.state, step.ended_on, step.to_confirm = stands
            step.save(update_fields=["state", "ended_on", "to_confirm"])
    opportunity.stays.all().delete()
    cause = CAUSES.get(outcome, "") if outcome else ""  # type: ignore[call-overload]
    Stay.objects.bulk_create(
        Stay(
            opportunity=opportunity,
            step=string[stay.place],
            key=string[stay.place].key,
            entered_on=stay.entered,
            left_on=stay.left,
            end=stay.end,
            cause=cause if stay.end == line.LOST else "",
        )
        for stay in course.line.stays
    )
    return string


def _gain(opportunity: Opportunity, wanted: Sequence[Step], steps: Steps, by: Person | None) -> list[Step]:
    """Give a string the steps it lacks, as the playbook has them by now; its history says why."""
    if all(step.pk for step in wanted):
        return list(wanted)
    of = {step.key: step for step in steps.all}
    last = max((step.position for step in wanted if step.pk), default=0)
    string: list[Step] = []
    for step in wanted:
        if not step.pk:
            step, last = step_from(of[step.key], opportunity), last + 1
            step.position = last
            step.save()
            after = string[-1].name if string else None
            what = {"step": [None, step.name], **({"after": [None, after]} if after else {})}
            record(
                opportunity, "step added", by=by, part=step.name, what=what, reason=_("The source has this stage now.")
            )
        string.append(step)
    arrange(string)
    opportunity.__dict__.pop("steps_in_order", None)
    return string
