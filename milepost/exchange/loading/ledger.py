"""Keep the book of one import: what is counted, refused and noted, and the links to the source's rows."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from milepost.exchange.loading.in_words import otherwise
from milepost.exchange.loading.keeping import Keeping
from milepost.exchange.loading.scratch import Met
from milepost.exchange.mapping import Mapping, TableMapping, in_full
from milepost.exchange.models import MAY_IMPORT, ImportBatch, RefusedRow, SourceLink
from milepost.exchange.reading import Table
from milepost.exchange.rows import Problem, Reading, read_rows
from milepost.team.models import Company, Person
from milepost.web.beside import Beside, Write
from milepost.web.many import Lot, Row, Rows
from milepost.web.turns import in_turns
from milepost.web.words import count

MOST_REFUSED = 10_000
MOST_KEPT = 500
T = TypeVar("T")
LINKS = Rows(SourceLink, "source", "kind", "external_id", "object_id", "given", "fingerprint", "seen_id", "made_by_id")


@dataclass
class Ledger:
    """Hold what all parts of one import share."""

    batch: ImportBatch
    mapping: Mapping
    company: Company
    as_of: dt.date
    by: Person | None
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    noted: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    same: list[int] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    kept: list[dict[str, str]] = field(default_factory=list)
    written_refusals: int = 0
    stayed: int = 0
    progress: Callable[[int], None] = lambda done: None
    done: int = 0
    beside: Beside = field(default_factory=Beside)
    waiting: list[Write] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.before = Keeping(self.batch)

    def id_of(self, own: str) -> str:
        """Return an id as it is kept."""
        return self.mapping.id_of(own)

    def go_on(self) -> None:
        """Take up an import that was interrupted: what it wrote counts, what it refused or left out is met again."""
        for kind, told in self.batch.counts.items():
            self.counts[kind].update({what: number for what, number in told.items() if what != "refused"})
        self.noted.update(self.batch.noted)
        self.kept = list(self.batch.kept)
        self.batch.refused_rows.all().delete()

    @property
    def source(self) -> str:
        return self.mapping.source

    def count(self, kind: str, what: str, number: int = 1) -> None:
        if number:
            self.counts[kind][what] += number

    def count_same(self, kind: str, link: SourceLink) -> None:
        """Count a row that says nothing new, unless this very import counted it before it was interrupted."""
        if link.seen_id != self.batch.pk:
            self.count(kind, "unchanged")
            self.same.append(link.pk)
            self.before.saw([link])

    def made(self, kind: str, pk: int) -> None:
        """Keep the number of something made that is linked to no row, so that the import can be undone."""
        self.batch.made.setdefault(kind, []).append(pk)

    def keep(self, kind: str, row: models.Model, names: Iterable[str], given: dict[str, Any]) -> None:
        """List, field by field, what stays as people here have made it although the source says otherwise."""
        for name in names:
            self.keep_said(kind, row, otherwise(row, name, given[name]))

    def keep_said(self, kind: str, row: models.Model, said: dict[str, str]) -> None:
        """List one thing that stays as people here have made it; count it, too, where there are too many to list."""
        self.stayed += 1
        if len(self.kept) < MOST_KEPT:
            self.kept.append({"kind": kind, "id": str(row.pk), "name": str(row)} | said)

    def note(self, text: str, number: int = 1) -> None:
        """Note something that was done to rows; `text` has a place for their number."""
        self.noted[text] += number

    def leave_out(self, text: str) -> None:
        """Note a row that is left out, as it will be whenever it is met again."""
        self.met[text] += 1

    def refuse(self, kind: str, table: str, problem: Problem) -> None:
        """Write down a cell that cannot be taken over; it stops nothing else."""
        if problem.whole_row:
            self.count(kind, "refused")
        if self.written_refusals + len(self.refused) < MOST_REFUSED:
            kept = problem._asdict() | {"column": problem.column[:200]}
            self.refused.append(RefusedRow(batch=self.batch, table=table[:200], **kept))

    def write(self, lot: Lot, *, then: Write | None, beside: bool) -> None:
        """Write rows now, or with what this turn counts, `beside` what is done next."""
        writes = [*(rows.ready(some) for rows, some in lot), *([then] if then else [])]
        if beside:
            self.waiting += writes
        else:
            self.beside.settle()
            _do(writes)

    def end_turn(self) -> None:
        """Store what a turn has gathered: in its own transaction, or in that of the rows that wait to be written."""
        if self.waiting:
            writes, self.waiting = self.waiting, []
            self.beside.hand_over(partial(_do, writes), partial(_do, self._counted()))
        else:
            self.flush()

    def flush(self) -> None:
        """Store the refusals and counts gathered so far, after all that has been handed over."""
        self.beside.settle()
        if self.same:
            SourceLink.objects.filter(pk__in=self.same).update(seen=self.batch)
            self.same.clear()
        self.before.flush()
        _do(self._counted())

    def _counted(self) -> list[Write]:
        """Return how to store the refusals and counts as they are now."""
        refused, self.refused = self.refused, []
        self.written_refusals += len(refused)
        self.batch.counts, self.batch.noted, self.batch.kept = self.totals(), dict(self.noted), self.kept
        made = {kind: list(own) for kind, own in self.batch.made.items()}
        said = {"counts": self.batch.counts, "made": made, "noted": self.batch.noted, "kept": list(self.kept)}
        stored = partial(ImportBatch.objects.filter(pk=self.batch.pk).update, **said)
        return [partial(RefusedRow.objects.bulk_create, refused), stored]

    def written(self, done: int) -> None:
        """Tell how many rows the import has done; may raise to stop it."""
        self.done = done
        self.progress(done)

    def notes(self) -> list[str]:
        return [text % {"n": count(number)} for text, number in [*self.noted.items(), *self.met.items()]]

    def totals(self) -> dict[str, dict[str, int]]:
        return {kind: dict(counts) for kind, counts in self.counts.items()}

    def seen_by_importer(self, territory_id: int | None) -> bool:
        """Tell whether the importer looks after a territory; the command line looks after all."""
        return self.by is None or self.by.sight.holds(*MAY_IMPORT, territory=territory_id or 0)


def readable(ledger: Ledger, kind: str, mapping: TableMapping, table: Table) -> Iterator[Reading]:
    """Give the rows that can be taken over; write down the others and what is deleted in the source.

    What an opportunity arrives without is written down with it, once it is known to arrive.
    """
    ids = ledger.mapping.kept_in_full(mapping)
    for reading in read_rows(table, mapping):
        if reading.problems:
            _write_down(ledger, kind, table, reading)
            if reading.refused:
                continue
        if reading.values.get("deleted"):
            ledger.leave_out(_("Rows deleted in the source, left out: %(n)s."))
        else:
            for name in filter(reading.values.get, ids):
                reading.values[name] = in_full(reading.values[name])
            yield reading


def _write_down(ledger: Ledger, kind: str, table: Table, reading: Reading) -> None:
    cells = [] if kind == "opportunity" else reading.problems
    for problem in reading.problems[:1] if reading.refused else cells:
        ledger.refuse(kind, table.name, problem)


def write_in_chunks(
    ledger: Ledger, rows: Iterable[T], write: Callable[[list[T]], None], *, again: bool = False
) -> None:
    """Write rows in short transactions, each with what is counted and refused; `again` if they are done already."""
    before = ledger.done

    def keep(some: list[T]) -> None:
        write(some)
        ledger.end_turn()

    told = lambda done: ledger.written(before if again else before + done)  # noqa: E731
    in_turns(rows, keep, told=told, beside=lambda: ledger.beside.took)


def _do(writes: Iterable[Write]) -> None:
    for write in writes:
        write()


def fingerprint(given: dict[str, Any]) -> str:
    """Give a short name for what the source says of a row; the same words, the same name."""
    return _short(json.dumps(given, sort_keys=True))


def _short(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def plain(value: Any) -> Any:
    """Write a value as JSON keeps it."""
    return value.isoformat() if isinstance(value, dt.date) else value


class Links:
    """Find and keep the links of one kind of one source's rows to what they became here."""

    def __init__(self, ledger: Ledger, kind: str) -> None:
        self.ledger = ledger
        self.kind = kind
        self.met = Met()

    def of(self, ids: Iterable[str]) -> dict[str, SourceLink]:
        """Load the links of some rows."""
        rows = SourceLink.objects.filter(source=self.ledger.source, kind=self.kind, external_id__in=list(ids))
        return {link.external_id: link for link in rows}

    def all(self) -> Iterator[SourceLink]:
        return SourceLink.objects.filter(source=self.ledger.source, kind=self.kind).iterator()

    def twice(self, external_id: str, line: int, table: str) -> bool:
        """Tell, and write down, that the files hold a row already."""
        first = self.met.first(external_id, table, line)
        if first == (table, line):
            return False
        reason = _("The same row stands on line %(line)d of %(table)s already.") % {"line": first[1], "table": first[0]}
        self.ledger.refuse(self.kind, table, Problem(line, "", external_id[:200], reason))
        return True

    def make(self, rows: Iterable[tuple[str, int, dict[str, Any]]], *, new: bool = True) -> None:
        """Link rows: external id, id here, what the source said; `new` unless they were here already."""
        links = [
            SourceLink(
                source=self.ledger.source,
                kind=self.kind,
                external_id=external_id,
                object_id=object_id,
                given=given,
                fingerprint=fingerprint(given),
                seen=self.ledger.batch,
                made_by=self.ledger.batch if new else None,
            )
            for external_id, object_id, given in rows
        ]
        SourceLink.objects.bulk_create(links, ignore_conflicts=True)
        if not new:
            self.ledger.before.links_what_was_here(self.kind, [link.external_id for link in links])

    def rows(self, rows: Iterable[tuple[str, int, dict[str, Any]]]) -> tuple[Rows, list[Row]]:
        """Give links of rows that this import makes, none of which has one; external id, id here, what was said."""
        batch, named = self.ledger.batch.pk, (self.ledger.source, self.kind)
        said = ((own, pk, json.dumps(given, sort_keys=True)) for own, pk, given in rows)
        return LINKS, [(*named, own, pk, text, _short(text), batch, batch) for own, pk, text in said]

    def renew(self, link: SourceLink, given: dict[str, Any]) -> None:
        """Keep what the source says now."""
        self.ledger.before.renews(link)
        link.given, link.fingerprint, link.seen = given, fingerprint(given), self.ledger.batch
        link.save(update_fields=["given", "fingerprint", "seen"])

    def saw(self, links: Iterable[SourceLink]) -> None:
        """Mark links whose rows said nothing new."""
        links = list(links)
        self.ledger.before.saw(links)
        SourceLink.objects.filter(pk__in=[link.pk for link in links]).update(seen=self.ledger.batch)
