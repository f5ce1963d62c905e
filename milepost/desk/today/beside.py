"""What stands beside the Desk: today's appointments, overdue tasks, and what was done today.

A large company's coordinator has dozens of appointments a day: they are read as a few columns and drawn in Python.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from html import escape
from typing import Any, NamedTuple

from django.db.models import CharField, Q, QuerySet, TimeField, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from milepost.buyers.models import ClientRequest, Question, VisionAlarm
from milepost.opportunities.models import Attempt, Opportunity, Task
from milepost.opportunities.models.opportunity import seen_by
from milepost.plans.models import ClientWord
from milepost.team.models import Person
from milepost.team.sight import Sees, Sight
from milepost.web.history_words import sentence
from milepost.web.models import Change
from milepost.web.paths import path
from milepost.web.prepared import Prepared, given_day, given_id, given_time

MOST = 100
BESIDE, SHORT = 12, 5
# Done to many at once: one deed would be told as often as there are opportunities, and hide what was done by hand.
WITH_OTHERS = (
    *("imported", "updated by import", "left by import", "import taken back"),
    *("reassigned", "assigned back", "priced from the list", "list price taken back"),
)
LOOKED_AT = 2000  # so many of the newest at most: an import may have changed a million
OF = "step__opportunity__"
COLUMNS = (f"{OF}id", "step__name", f"{OF}name", f"{OF}account__name", "starts_at", "time")


class Meeting(NamedTuple):
    """An appointment, as far as a line of it goes."""

    opportunity: int
    step: str
    name: str
    account: str | None
    starts_at: datetime.datetime
    time: datetime.time | None
    said: int = 0  # how much clients said on the shared plan, where the line is about that


def beside(person: Person, today: datetime.date) -> dict[str, Any]:
    """Return what stands beside the Desk."""
    tasks, lines = DUE.ask(person.sight, until=today), meetings(person, today)
    return {
        "meetings": draw(line for line in lines if not line.said),
        "said": [line for line in lines if line.said],
        "tasks": tasks[:BESIDE],
        "more_tasks": len(tasks) > BESIDE,
        "questions": questions_of(person, today),
        **requests_of(person),
        "done": done(person, today),
    }


def meetings(person: Person, today: datetime.date) -> list[Meeting]:
    """Return today's appointments of what the person coordinates or sells, or somebody they stand in for.

    Beside them, in the same question, stand the shared plans on which clients said what waits for an answer.
    """
    return list(map(Meeting._make, MEETINGS.ask(person.sight, today=today)))


def _meetings(sight: Sight) -> QuerySet[Any, Any]:
    people = sight.people
    own = Q((f"{OF}standing__coordinator_id__in", people)) | Q((f"{OF}standing__salesperson_id__in", people))
    rows = appointments(sight).filter(own, on=given_day("today")).order_by()
    nothing, no_time = Value("", CharField()), Cast(Value(None), TimeField())
    words = ClientWord.objects.by_plan(sight).annotate(step=nothing, hour=no_time)
    named = ("plan__opportunity__id", "step", "plan__opportunity__name", "plan__opportunity__account__name")
    lines = rows.annotate(said=Value(0)).values_list(*COLUMNS, "said")
    return lines.union(words.values_list(*named, "since", "hour", "n"), all=True).order_by("starts_at")[:MOST]


MEETINGS = Prepared(_meetings)


def draw(found: Iterable[Meeting]) -> SafeString:
    """Return the appointments as items of a list."""
    return mark_safe("".join(map(_line, found)))  # noqa: S308 - every text is escaped


def _line(each: Meeting) -> str:
    at = timezone.localtime(each.starts_at)
    when = f"{at:%H:%M}" if each.time else escape(_("today"))
    title = escape(f"{each.step}, {each.account or each.name}")
    return (
        f'<li><time datetime="{at.isoformat()}">{when}</time><span>'
        f'<a href="{path("opportunities:page", each.opportunity)}">{title}</a>'
        f'<span class="sub">{escape(each.name)}</span></span></li>'
    )


def appointments(person: Sees) -> QuerySet[Attempt]:
    """Return the appointments to come or to report that the person may see."""
    # Only what is open has a standing: nobody reports on what has ended.
    return Attempt.objects.filter(
        seen_by(person, OF), state__in=["scheduled", "held"], step__opportunity__standing__isnull=False
    )


def tasks_of(person: Sees) -> QuerySet[Any]:
    """Return the person's open tasks, and those of people they stand in for, by date."""
    open_ones = Task.objects.visible_to(person).filter(owner_id__in=person.sight.people, done_at=None)
    return (
        open_ones.select_related("opportunity", "account")
        .only("title", "due_on", "done_at", "opportunity__name", "account__name")
        .order_by("due_on", "id")
    )


DUE = Prepared[Any](lambda sight: tasks_of(sight).filter(due_on__lte=given_day("until"))[: BESIDE + 1])


def alarms_of(person: Person) -> list[VisionAlarm]:
    """Return the changed visions that the person has not seen, the newest first."""
    return ALARMS.ask(person.sight)


def _alarms(sight: Sight) -> QuerySet[VisionAlarm]:
    return VisionAlarm.objects.waiting_for(sight).select_related("opportunity__account", "version", "by")[:BESIDE]


ALARMS = Prepared[VisionAlarm](_alarms)


def questions_of(person: Person, today: datetime.date) -> list[Question]:
    """Return what the person should have found out by now, the oldest debt first."""
    return OVERDUE.ask(person.sight, today=today)


def _overdue(sight: Sight) -> QuerySet[Question]:
    rows = Question.objects.waiting_for(sight, given_day("today"))
    rows = rows.select_related("opportunity").only("text", "due_on", "opportunity__name")
    return rows.order_by("due_on", "id")[:BESIDE]


OVERDUE = Prepared[Question](_overdue)


def requests_of(person: Person) -> dict[str, Any]:
    """Return the requests that wait for the person: for a word of theirs, or for the answer they are to give."""
    rows = REQUESTS.ask(person.sight)
    triage = [row for row in rows if not row.verdict]
    answering = [row for row in rows if row.verdict]
    return {"triage": triage[:SHORT], "more_triage": len(triage) > SHORT, "answering": answering[:BESIDE]}


def _requests(sight: Sight) -> QuerySet[ClientRequest]:
    rows = ClientRequest.objects.waiting_for(sight).select_related("opportunity")
    return rows.only("title", "asked_on", "due_on", "verdict", "opportunity__name")[:MOST]


REQUESTS = Prepared[ClientRequest](_requests)


def done(person: Person, today: datetime.date) -> list[tuple[str, Opportunity]]:
    """Return what the person did to opportunities today, one by one, in words, the newest first."""
    midnight = datetime.datetime.combine(today, datetime.time.min, timezone.get_current_timezone())
    changes = CHANGES.ask(by=person.pk, since=midnight)
    ids = {change.subject_id for change in changes}
    seen = Opportunity.objects.visible_to(person).only("name").in_bulk(ids) if ids else {}
    told = [(sentence(change, who=_("You")), seen.get(change.subject_id)) for change in changes]
    return [(said, opportunity) for said, opportunity in told if opportunity]


def _changes() -> QuerySet[Change]:
    own = Change.objects.filter(by=given_id("by"), at__gte=given_time("since"), subject_kind="opportunity")
    # In the order of their index: by id, SQLite would go through all that the person has ever done.
    newest = own.order_by("-at", "-id").values("pk")[:LOOKED_AT]
    one_by_one = Change.objects.filter(pk__in=newest).exclude(verb__in=WITH_OTHERS)
    return one_by_one.select_related("on_behalf_of").order_by("-at", "-id")[:BESIDE]


CHANGES = Prepared[Change](_changes)
