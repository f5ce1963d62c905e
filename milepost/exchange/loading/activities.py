"""Take over the tasks and events of a CRM: what is open is a task here, what has been is a note on its day."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from milepost.exchange.loading.ledger import Ledger, Links, readable, write_in_chunks
from milepost.exchange.loading.people import People
from milepost.exchange.mapping import TableMapping
from milepost.exchange.models import SourceLink
from milepost.exchange.reading import Table
from milepost.exchange.rows import Reading
from milepost.opportunities.models import Note, Opportunity, Task
from milepost.team.models import Person

NOTE, TASK = "activity_note", "activity_task"
LONGEST = 5_000
DONE = {"completed", "done", "held", "abgeschlossen", "erledigt", "terminé", "completada"}


class ActivityBook:
    """Write notes and tasks of opportunities that are known; nothing is told of others."""

    def __init__(self, ledger: Ledger, people: People) -> None:
        self.ledger, self.people = ledger, people
        self.notes, self.tasks = Links(ledger, NOTE), Links(ledger, TASK)
        self.opportunities = Links(ledger, "opportunity")

    def load(self, tables: list[tuple[TableMapping, Table]]) -> None:
        """Take over the tables of tasks and events."""
        for mapping, table in tables:
            rows = readable(self.ledger, "activity", mapping, table)
            write_in_chunks(self.ledger, rows, partial(self._take, table.name))

    def _take(self, table: str, chunk: list[Reading]) -> None:
        about = {self.ledger.id_of(r.values["opportunity_id"]) for r in chunk if r.values.get("opportunity_id")}
        links = {own: link.object_id for own, link in self.opportunities.of(about).items()}
        # What belongs to a territory the importer does not look after is left alone.
        rows = Opportunity.objects.filter(pk__in=links.values(), merged_into=None).in_bulk()
        here = {pk: row for pk, row in rows.items() if self.ledger.seen_by_importer(row.territory_id)}
        ids = [r.values["external_id"] for r in chunk if r.values.get("external_id")]
        notes, tasks = self.notes.of(ids), self.tasks.of(ids)
        for reading in chunk:
            values = reading.values
            own = values.get("external_id") or ""
            opportunity = here.get(links.get(self.ledger.id_of(values.get("opportunity_id") or ""), 0))
            if opportunity is None:
                self.ledger.leave_out(_("Tasks and events that belong to no opportunity here, left out: %(n)s."))
            elif not own or not values.get("subject"):
                self.ledger.leave_out(_("Tasks and events without an id or a subject, left out: %(n)s."))
            elif own in notes:
                self.ledger.count_same("activity", notes[own])
            elif own in tasks:
                self._tick(tasks[own], values)
            elif not self.notes.twice(own, reading.line, table):
                self._add(own, opportunity, values)

    def _add(self, own: str, opportunity: Opportunity, values: dict[str, Any]) -> None:
        owner = self.people.find_or_make(values.get("owner"), values.get("owner_id"))
        if self._is_open(values):
            task = Task.objects.create(
                opportunity=opportunity, title=values["subject"][:300], owner_id=owner, due_on=_day(values)
            )
            self.tasks.make([(own, task.pk, {})])
        else:
            by = Person.objects.filter(pk=owner or 0).first() or self.ledger.by
            if by is None:
                self.ledger.leave_out(_("Tasks and events of nobody, left out: %(n)s."))
                return
            text = "\n\n".join(filter(None, [values["subject"], values.get("description")]))[:LONGEST]
            kind = Note.Kind.CALL if (values.get("type") or "").casefold() == "call" else Note.Kind.NOTE
            note = Note.objects.create(opportunity=opportunity, text=text, by=by, kind=kind, at=self._at(values))
            self.notes.make([(own, note.pk, {})])
        self.ledger.count("activity", "created")

    def _at(self, values: dict[str, Any]) -> dt.datetime:
        at: dt.datetime = (
            values.get("on") or values.get("created_on") or dt.datetime.combine(self.ledger.as_of, dt.time.min)
        )
        return timezone.make_aware(at)

    def _tick(self, link: SourceLink, values: dict[str, Any]) -> None:
        """Tick a task off that the source says is done; one that somebody ticked here stays as it is."""
        task = None if self._is_open(values) else Task.objects.filter(pk=link.object_id, done_at=None).first()
        if task is not None:
            stood = self.ledger.before.picture("task", task)
            Task.objects.filter(pk=task.pk).update(done_at=self._at(values), done_by=self.ledger.by)
            self.tasks.saw([link])
            self.ledger.before.keep("task", task.pk, stood, link)
            self.ledger.count("activity", "changed")
        else:
            self.ledger.count_same("activity", link)

    def _is_open(self, values: dict[str, Any]) -> bool:
        """Tell whether something is still to come: a task by its status, an event by its day."""
        if values.get("is_closed") is not None:
            return values["is_closed"] is False
        if values.get("status"):
            return values["status"].casefold() not in DONE
        day = _day(values)
        return day is not None and day > self.ledger.as_of


def _day(values: dict[str, Any]) -> dt.date | None:
    on = values.get("on")
    return on.date() if isinstance(on, dt.datetime) else None
