"""How each system wants to be told what has changed: its columns by their names, and how its cells are written.

Data Loader and HubSpot leave alone what a cell leaves empty: there a row has cells for what has changed. Dynamics takes
a row as a whole, and refuses one that was changed there since the file it was imported from: its rows are full, carry
the two columns by which it tells, and say of what cannot be told in them what the source has said itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from milepost.exchange.back.accounts import OPTED_OUT
from milepost.exchange.back.differences import Difference
from milepost.exchange.back.kinds import ID, KINDS, BackKind
from milepost.exchange.back.opportunities import STAGE
from milepost.exchange.back.source import Source, is_id
from milepost.exchange.fields import key
from milepost.exchange.mapping import in_full
from milepost.exchange.prepare import incoming
from milepost.exchange.reading import UnreadableFile
from milepost.web.text import FORMULA, harmless
from milepost.web.words import major

CHECKS = ("(Do Not Modify) Row Checksum", "(Do Not Modify) Modified On")
"""By these Dynamics tells whether a row has changed there since the file."""
PHONE = re.compile(r"^\+[0-9 ()/.\-]+$")
"""What begins like a formula and can be none: it has no letters, and so neither functions nor cells."""
OPT_OUTS = {"marketingstatus": "unsubscribed", "emailsubscriptionstatus": "unsubscribed"}


@dataclass(frozen=True)
class Shape:
    """The columns of one system's file by our fields; `by_id` names people and accounts by their ids."""

    kind: BackKind
    heads: dict[str, str]
    by_id: bool = False
    whole_rows: bool = False

    @property
    def names(self) -> list[str]:
        return [name for name in self.kind.fields if name in self.heads]


class Cell(NamedTuple):
    """What a cell says, and whether it tells what stands here."""

    text: str
    tells: bool


def shape_of(source: Source) -> Shape:
    """Return the shape for a source: as the system itself asks for it, else by the names its own file had."""
    kind, own = KINDS[source.kind], _own_heads(source)
    labels = kind.heads.get(source.name)
    if labels is None:
        return Shape(kind, {ID: own.get(ID, "Id")} | {name: own[name] for name in kind.fields if name in own})
    if_had = kind.only_if_had.get(source.name, ())
    heads = {name: head for name, head in labels.items() if name not in if_had or name in own}
    if source.name == "salesforce":
        return Shape(kind, heads, by_id=True)
    return Shape(
        kind, {name: own.get(name, head) for name, head in heads.items()}, whole_rows=source.name == "dynamics"
    )


def _own_heads(source: Source) -> dict[str, str]:
    """Return what the columns were called in the source's own file."""
    mapped = {ID: ("external_id",)} | KINDS[source.kind].fields
    found = {
        name: next((source.columns[one] for one in ones if one in source.columns), "") for name, ones in mapped.items()
    }
    return {name: head for name, head in found.items() if head}


def lines(source: Source, found: Iterable[Difference]) -> Iterator[list[Any]]:
    """Yield the file, its head first. What cannot be told in it is in `told` alone."""
    shape = shape_of(source)
    checks = Checks(source, shape.heads[ID]) if shape.whole_rows else None
    beside = CHECKS if checks else ()
    yield [shape.heads[ID], *beside, *(shape.heads[name] for name in shape.names)]
    for one in found:
        cells = [cell_of(source, shape, one, name) for name in shape.names]
        if is_id(one.external_id) and any(cell.tells for cell in cells):
            own = in_full(one.external_id) if source.name == "salesforce" else one.external_id
            yield [own, *(checks.of(one.external_id) if checks else ()), *(cell.text for cell in cells)]


def cell_of(source: Source, shape: Shape, one: Difference, name: str) -> Cell:
    """Return a cell; in whole rows what has not changed, and what the file cannot tell, is as the source said."""
    text = _harmless(name, in_source(source, shape, one, name)) if name in one.changed and _may_go(one, name) else ""
    emptied = shape.whole_rows and name in one.changed and name != STAGE and one.now[name] in (None, "")
    if text or emptied:
        return Cell(text, tells=True)
    before = in_source(source, shape, one, name, before=True) if shape.whole_rows else ""
    return Cell(_harmless(name, before), tells=False)


def _may_go(one: Difference, name: str) -> bool:
    """Tell whether a value may be written back: that somebody may be written to again, only the source may say."""
    return name != OPTED_OUT or bool(one.now[name])


def _harmless(name: str, text: str) -> str:
    """Return a text that is no formula, else nothing."""
    if name == "value_minor" or (name == "phone" and PHONE.match(text)):
        return text
    return "" if text.lstrip(" ").startswith(FORMULA) else text


def in_source(source: Source, shape: Shape, one: Difference, name: str, *, before: bool = False) -> str:
    """Write a value as the source has it."""
    values = one.was if before else one.now
    value = values.get(name)
    if name == OPTED_OUT:
        return _opted_out(shape.heads.get(name, ""), value)
    if value in (None, ""):
        return ""
    if name == "value_minor":
        return major(int(value), values.get("currency") or one.row.currency)
    if name == "website" and "domain" in key(shape.heads.get(name, "")):
        return str(value).partition("://")[2].rstrip("/")
    if name not in shape.kind.links:
        return str(value)
    kind, _model = shape.kind.links[name]
    by_id = shape.by_id or _names_by_id(source, shape, name)
    return source.id_of(kind, value) if by_id else source.named(kind, value)


def _names_by_id(source: Source, shape: Shape, name: str) -> bool:
    """Tell whether the file had a column of ids alone for a field that names another row."""
    ids = {source.columns.get(one) for one in ("account_id", "owner_id")} - {None}
    return shape.heads.get(name) in ids


def _opted_out(head: str, value: Any) -> str:
    """Say whether somebody wants no messages, in the words of the column."""
    bare = key(head)
    if bare.startswith("donot"):
        return "Do Not Allow" if value else "Allow"
    return OPT_OUTS.get(bare, "true") if value else ""


class Checks:
    """What Dynamics wrote beside each row in the file that was imported last."""

    def __init__(self, source: Source, head: str) -> None:
        self.kept: dict[str, tuple[str, str]] = {}
        files = source.batch.files if source.batch else []
        try:
            for file in incoming(files):
                for table in file.tables():
                    self._read(source, table, head)
        except (UnreadableFile, FileNotFoundError):
            return  # the files of an import may be gone: Dynamics will ask for its own export then

    def _read(self, source: Source, table: Any, head: str) -> None:
        at = [table.index(name) for name in (head, *CHECKS)]
        if None in at:
            return
        for row in table.rows():
            own, checksum, modified = (row.cells[place] for place in at)
            self.kept[source.mapping.id_of(own)] = (checksum, modified)

    def of(self, external_id: str) -> tuple[str, str]:
        return self.kept.get(external_id, ("", ""))


def told(source: Source, found: Iterable[Difference]) -> Iterator[list[Any]]:
    """Yield each difference for people to read: id, name, field, both values, and whether the file has it."""
    shape = shape_of(source)
    words = Shape(shape.kind, {})
    for one in found:
        for name in one.changed:
            was, now = (_in_words(source, words, one, name, before=before) for before in (True, False))
            is_in_file = _is_told(source, shape, one, name)
            texts = [harmless(text) for text in (one.row.name, shape.heads.get(name, name), was, now)]
            yield [one.external_id, *texts, _("yes") if is_in_file else _why_not(shape, one, name)]


def _is_told(source: Source, shape: Shape, one: Difference, name: str) -> bool:
    return is_id(one.external_id) and name in shape.heads and cell_of(source, shape, one, name).tells


def _in_words(source: Source, shape: Shape, one: Difference, name: str, *, before: bool) -> str:
    if name == OPTED_OUT:
        return _("wants no messages") if (one.was if before else one.now)[name] else _("may be written to")
    return in_source(source, shape, one, name, before=before)


def _why_not(shape: Shape, one: Difference, name: str) -> str:
    if not is_id(one.external_id):
        return _("no: the source gave it no id")
    if name == "name" and name not in shape.heads:
        return _("no: which of it is the first name, and which the last, would be a guess")
    if name == OPTED_OUT and not _may_go(one, name):
        return _("no: only the source itself lets somebody be written to again")
    return _("no")
