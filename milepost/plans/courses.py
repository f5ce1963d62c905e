"""Read from history which days a plan's client was told, when and at whose wish, for counting what was lost."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from milepost.plans.content import Document
from milepost.plans.draft import Draft
from milepost.plans.live import is_done
from milepost.plans.lost import AGAIN, OURS, STEP, THEIRS, UNSAID, Course, StepLost, Told, at_step
from milepost.plans.models import ClientWord, PlanPart
from milepost.plans.models.plan import FOR_THE_CLIENT
from milepost.web.models import Change

SIDES = {"by_them": THEIRS, "by_us": OURS}
SET, MOVED, OFF, MISSED = "step scheduled", "appointment moved", "appointment called off", "client did not come"
EARLIER = "held earlier"
BACK = ("appointment kept", "report undone", "going back undone")
"""What lets the day told before stand again, as if it had never fallen away."""
OTHER_TRY = ("to meet again", "step reopened")
Event = tuple[datetime.datetime, Told]


def lost_on(draft: Draft, today: datetime.date) -> list[StepLost]:
    """Return the days lost at each step of the newest version, and beside them, from when it was first published.

    Four questions, however long the plan is. A step's history is found by its id; lines of before ids were kept, by its
    name and by those it had before.
    """
    assert draft.published is not None
    past, newest = Past.of(draft), draft.published.content
    rows = [at_step(row["name"], past.step(row), past.duties(row["duties"]), today) for row in newest["steps"]]
    beside = at_step(_("Besides"), None, past.duties(newest["duties"]), today)
    return [*rows, beside] if beside.any else rows


@dataclass
class Past:
    """What was published, written down and said, in the order in which it happened."""

    parts: Mapping[int, PlanPart]
    days: Mapping[int, list[tuple[datetime.datetime, Document]]]
    appointments: Mapping[int | str, list[Change]]
    """By the step's id; what was written down without one, by its name."""
    names: Mapping[str, set[str]]
    wishes: Mapping[int, list[Change]]
    claims: Mapping[int, datetime.date] = field(default_factory=dict)

    @classmethod
    def of(cls, draft: Draft) -> Past:
        opportunity, parts = draft.plan.opportunity_id, {part.pk: part for part in draft.parts}
        days = defaultdict(list)
        for at, content in draft.plan.versions.order_by("number").values_list("at", "content"):
            for row in _rows(content):
                days[row["part"]].append((at, row))
        own = Change.objects.filter(subject_kind="opportunity", subject_id=opportunity)
        verbs = (SET, MOVED, EARLIER, OFF, MISSED, *BACK, *OTHER_TRY, "step tailored")
        changes = list(own.filter(verb__in=verbs).order_by("id"))
        moved = Change.objects.filter(subject_kind="planpart", subject_id__in=parts, what__has_key="on").order_by("id")
        claims = draft.plan.words.filter(kind=ClientWord.Kind.DONE, part__isnull=False).exclude(accepted=False)
        said = {pk: timezone.localdate(at) for pk, at in claims.order_by("-at").values_list("part_id", "at")}
        return cls(parts, days, _by_step(changes), _names(changes), _grouped(moved, "subject_id"), said)

    def duties(self, rows: Iterable[Document]) -> list[Course]:
        return [self._duty(row) for row in rows]

    def _duty(self, row: Document) -> Course:
        told = [told for _at, told in self._published(row["part"], "due")]
        return Course(told, self._earliest(row["part"], self._done(row["part"])), row["side"])

    def step(self, row: Document) -> Course:
        """Return a step's course: an appointment's day counts while there is one, else the published day."""
        part = self.parts.get(row["part"])
        published = self._published(row["part"], "on")
        if part is None or part.step is None or row["part"] not in self.days:
            return Course([told for _at, told in published], None, STEP)
        since = self.days[row["part"]][0][0]
        names = {part.step.name, *self.names.get(part.step.name, ())}
        own = [change for key in (part.step.pk, *names) for change in self.appointments.get(key, ())]
        told = _course(published, own)
        before = [each for at, each in told if at < since][-1:]
        held = getattr(part, "booked_on", None) if part.step.state == "held" else None
        done = self._earliest(row["part"], part.step.ended_on or held)
        return Course([*before, *(each for at, each in told if at >= since)], done, STEP)

    def _published(self, part: int, name: str) -> list[Event]:
        """Return the firm days that versions told of a part; one counts as the client's wish where we noted it so."""
        found, last = [], datetime.datetime.min.replace(tzinfo=datetime.UTC)
        for at, row in self.days.get(part, ()):
            wishes = [change for change in self.wishes.get(part, ()) if last < change.at <= at]
            by = THEIRS if wishes and wishes[-1].verb == FOR_THE_CLIENT else OURS
            if row[name] and not row.get("about"):
                found.append((at, Told(datetime.date.fromisoformat(row[name]), by)))
            last = at
        return found

    def _done(self, pk: int) -> datetime.date | None:
        """Return the day on which a condition was settled or a task ticked off."""
        part = self.parts.get(pk)
        if part is None or not is_done(part):
            return None
        row: Any = part.condition or part.task
        return timezone.localdate(row.changed_at if part.condition else row.done_at)

    def _earliest(self, pk: int, done: datetime.date | None) -> datetime.date | None:
        """Return the day of what is done, or on which the client said so before we took it up."""
        return min(filter(None, (done, self.claims.get(pk))), default=None)


def _course(published: list[Event], changes: list[Change]) -> list[Event]:
    """Put published days and appointments in one order: while there is an appointment, its day is what is told."""
    events: list[tuple[datetime.datetime, Any]] = [*published, *((change.at, change) for change in changes)]
    told, is_booked = list[Event](), False
    for at, event in sorted(events, key=lambda each: each[0]):
        if isinstance(event, Told):
            told += [] if is_booked else [(at, event)]
            continue
        is_booked = event.verb in (SET, MOVED, EARLIER, *BACK)
        if event.verb in BACK:
            told.append((at, Told(_last(told))))
        elif (one := _told(event)) is not None:
            told.append((at, one))
    return told


def _last(told: list[Event]) -> datetime.date | None:
    """Return the day that was told last."""
    return next((each.day for _at, each in reversed(told) if each.day), None)


def _told(change: Change) -> Told | None:
    """Return what a line of history says of the day; None where the day stays."""
    if change.verb in OTHER_TRY:
        return AGAIN
    if change.verb == MISSED:
        return Told(None, THEIRS)
    if change.verb == OFF:
        return Told(None, SIDES.get(_second(change, "called_off_by"), UNSAID))
    day = _second(change, "held_on" if change.verb == EARLIER else "on")
    by = OURS if change.verb == SET else SIDES.get(_second(change, "moved_by"), UNSAID)
    return Told(datetime.date.fromisoformat(day), by) if day else None


def _second(change: Change, name: str) -> str:
    pair = change.what.get(name)
    return str(pair[1] or "") if isinstance(pair, list) and len(pair) == 2 else ""


def _rows(content: Document) -> list[Document]:
    steps = content["steps"]
    return [*steps, *(duty for step in steps for duty in step["duties"]), *content["duties"]]


def _by_step(changes: Iterable[Change]) -> dict[int | str, list[Change]]:
    found: dict[int | str, list[Change]] = defaultdict(list)
    for change in changes:
        pair = change.what.get("step_id")
        found[pair[1] if pair else change.part].append(change)
    return found


def _grouped(changes: Iterable[Change], name: str) -> dict[Any, list[Change]]:
    found: dict[Any, list[Change]] = defaultdict(list)
    for change in changes:
        found[getattr(change, name)].append(change)
    return found


def _names(changes: Iterable[Change]) -> dict[str, set[str]]:
    """Return the names that a step had before its present one."""
    names: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        pair = change.what.get("name")
        if change.verb == "step tailored" and isinstance(pair, list):
            names[pair[1]] |= {pair[0], *names.pop(pair[0], set())}
    return names
