"""Let people of the example company have written lessons after opportunities that ended."""

from __future__ import annotations

import datetime
import random

from milepost.exchange.example.setting import Setting
from milepost.exchange.example.tables import Table, count_on
from milepost.exchange.example.words.lessons import LESSONS, RETIRED
from milepost.opportunities.models import Lesson, Outcome
from milepost.playbooks.models import PlaybookStep
from milepost.web.history import kind_of
from milepost.web.models import Change

NEWEST = 12
AFTER = datetime.timedelta(days=1)
FORMER = datetime.timedelta(days=400)


def write_lessons(setting: Setting, rng: random.Random) -> None:
    """Write each lesson after an opportunity that ended at its step, and archive the one that no longer holds."""
    lessons = Table(Lesson, "playbook_id", "key", "text", "opportunity_id", "by_id", "at", "archived_at")
    changes = Table(Change, "at", "by_id", "verb", "subject_kind", "subject_id", "part", "what")
    steps = PlaybookStep.objects.filter(version_of__published_at__isnull=False).order_by("version_of__number")
    books = {step.key: (step.version_of.playbook_id, step.name) for step in steps.select_related("version_of")}
    for key, text in LESSONS:
        _write(lessons, changes, rng, setting, key, text, books[key])
    _write(lessons, changes, rng, setting, *RETIRED, books[RETIRED[0]], is_retired=True)
    for table in (lessons, changes):
        table.flush()
    count_on([lessons, changes])


def _write(
    lessons: Table,
    changes: Table,
    rng: random.Random,
    setting: Setting,
    key: str,
    text: str,
    book: tuple[int, str],
    *,
    is_retired: bool = False,
) -> None:
    playbook, name = book
    ended = Outcome.objects.standing().filter(step__key=key, opportunity__coordinator__isnull=False, on__isnull=False)
    newest = ended.exclude(kind=Outcome.Kind.WON).select_related("opportunity").order_by("-on", "pk")[:NEWEST]
    chosen = rng.choice(list(newest)) if newest else None
    by = chosen.opportunity.coordinator_id if chosen else next(iter(setting.people.values())).pk
    day = (chosen.on if chosen else None) or setting.today - FORMER
    at = datetime.datetime.combine(min(day + AFTER, setting.today - AFTER), datetime.time(9, 30), datetime.UTC)
    archived = at + AFTER / 2 if is_retired else None
    told = lessons.add(playbook, key, text, chosen.opportunity_id if chosen else None, by, at, archived)
    kind = kind_of(Lesson())
    changes.add(at, by, "added", kind, told, name, {"text": [None, text]})
    if archived:
        changes.add(archived, by, "archived", kind, told, "", {"archived_at": [None, archived.isoformat()]})
