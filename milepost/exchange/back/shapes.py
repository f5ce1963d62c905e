"""How each system wants to be told what has changed: its columns by their names, and how its cells are written.

Data Loader and HubSpot leave alone what a cell leaves empty: there a row has cells for what has changed. Dynamics takes
a row as a whole, and refuses one that was changed there since the file it was imported from: its rows are full, and
carry the two columns by which it tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from milepost.accounts.models import Account
from milepost.exchange.back.differences import CLOSE, FIELDS, STAGE, Difference, Source
from milepost.exchange.mapping import in_full
from milepost.exchange.prepare import incoming
from milepost.exchange.reading import UnreadableFile
from milepost.team.models import Person
from milepost.web.text import FORMULA, harmless
from milepost.web.words import major

ID = "id"
SALESFORCE = {
    ID: "Id", "name": "Name", "account_id": "AccountId", "salesperson_id": "OwnerId", "value_minor": "Amount",
    "currency": "CurrencyIsoCode", "description": "Description", STAGE: "StageName", CLOSE: "CloseDate",
}  # fmt: skip
HUBSPOT = {
    ID: "Record ID", "name": "Deal Name", "salesperson_id": "Deal owner", "value_minor": "Amount",
    "currency": "Currency", "description": "Deal Description", STAGE: "Deal Stage", CLOSE: "Close Date",
}  # fmt: skip
DYNAMICS = {
    ID: "(Do Not Modify) Opportunity", "name": "Topic", "account_id": "Account", "salesperson_id": "Owner",
    "value_minor": "Est. Revenue", "currency": "Currency", "description": "Description", STAGE: "Pipeline Phase",
    CLOSE: "Est. Close Date",
}  # fmt: skip
LABELLED = {"hubspot": HUBSPOT, "dynamics": DYNAMICS}
CURRENCY = "currency"
"""Systems that keep but one have no column for it."""
CHECKS = ("(Do Not Modify) Row Checksum", "(Do Not Modify) Modified On")
"""By these Dynamics tells whether a row has changed there since the file."""

# Our fields, by the names under which a mapping knows their columns; of several, the first that the file had.
MAPPED = {
    ID: ("external_id",), "name": ("name",), "account_id": ("account",), "salesperson_id": ("owner", "owner_id"),
    "value_minor": ("value",), "currency": ("currency",), "description": ("description",), STAGE: ("stage",),
    CLOSE: ("close_date", "expected_close"),
}  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """The columns of one system's file by our fields; `by_id` names people and accounts by their ids."""

    heads: dict[str, str]
    by_id: bool = False
    whole_rows: bool = False


def shape_of(source: Source) -> Shape:
    """Return the shape for a source: as the system itself asks for it, else by the names its own file had."""
    own = _own_heads(source)
    if source.name == "salesforce":
        return Shape({name: head for name, head in SALESFORCE.items() if name != CURRENCY or name in own}, by_id=True)
    if source.name in LABELLED:
        labels = LABELLED[source.name]
        heads = {name: own.get(name, head) for name, head in labels.items() if name != CURRENCY or name in own}
        return Shape(heads, whole_rows=labels is DYNAMICS)
    return Shape({ID: own.get(ID, "Id")} | {name: own[name] for name in FIELDS if name in own})


def _own_heads(source: Source) -> dict[str, str]:
    """Return what the columns were called in the source's own file."""
    tables = source.mapping.of_kind("opportunity")
    columns = tables[0].columns if tables else {}
    found = {name: next((columns[one] for one in mapped if one in columns), "") for name, mapped in MAPPED.items()}
    return {name: head for name, head in found.items() if head}


def lines(source: Source, found: Iterable[Difference]) -> Iterator[list[Any]]:
    """Yield the file, its head first. What cannot be told in it is in `told` alone."""
    shape = shape_of(source)
    names = [name for name in FIELDS if name in shape.heads]
    checks = Checks(source) if shape.whole_rows else None
    beside = CHECKS if checks else ()
    yield [shape.heads[ID], *beside, *(shape.heads[name] for name in names)]
    for one in found:
        cells = [_cell(source, shape, one, name) for name in names]
        if any(cells):
            own = in_full(one.external_id) if source.name == "salesforce" else one.external_id
            yield [own, *(checks.of(one.external_id) if checks else ()), *cells]


def _cell(source: Source, shape: Shape, one: Difference, name: str) -> str:
    """Return a cell; empty for what has not changed, and for what the file cannot tell."""
    if name not in one.changed and not (shape.whole_rows and name in one.now):
        return ""
    text = in_source(source, one, name, by_id=shape.by_id)
    return "" if text.lstrip(" ").startswith(FORMULA) and name != "value_minor" else text


def in_source(source: Source, one: Difference, name: str, *, by_id: bool, before: bool = False) -> str:
    """Write a value as the source has it."""
    values = one.was if before else one.now
    value = values.get(name)
    if value in (None, ""):
        return ""
    if name == "value_minor":
        return major(int(value), values.get("currency") or one.opportunity.currency)
    if name in KIND_OF:
        kind, model = KIND_OF[name]
        if by_id:
            return source.id_of(kind, value)
        return source.named(kind, value, model)
    return str(value)


KIND_OF: dict[str, tuple[str, Any]] = {"account_id": ("account", Account), "salesperson_id": ("person", Person)}


class Checks:
    """What Dynamics wrote beside each row in the file that was imported last."""

    def __init__(self, source: Source) -> None:
        self.kept: dict[str, tuple[str, str]] = {}
        files = source.batch.files if source.batch else []
        try:
            for file in incoming(files):
                for table in file.tables():
                    self._read(source, table)
        except (UnreadableFile, FileNotFoundError):
            return  # the files of an import may be gone: Dynamics will ask for its own export then

    def _read(self, source: Source, table: Any) -> None:
        wanted = (DYNAMICS[ID], *CHECKS)
        at = [table.index(name) for name in wanted]
        if None in at:
            return
        for row in table.rows():
            own, checksum, modified = (row.cells[place] for place in at)
            self.kept[source.mapping.id_of(own)] = (checksum, modified)

    def of(self, external_id: str) -> tuple[str, str]:
        return self.kept.get(external_id, ("", ""))


def told(source: Source, found: Iterable[Difference]) -> Iterator[list[Any]]:
    """Yield each difference for people to read: the id, the opportunity, the field, and both values."""
    shape = shape_of(source)
    for one in found:
        for name in one.changed:
            was, now = (in_source(source, one, name, by_id=False, before=before) for before in (True, False))
            is_in_file = name in shape.heads and bool(_cell(source, shape, one, name))
            texts = [harmless(text) for text in (one.opportunity.name, shape.heads.get(name, name), was, now)]
            yield [one.external_id, *texts, _("yes") if is_in_file else _("no")]
