"""Recognise what the tables of an export hold, and guess which column is what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from milepost.exchange.dates import DateStyle, read_date
from milepost.exchange.fields import KINDS, Field, Kind, key, synonyms_of
from milepost.exchange.mapping import TableMapping
from milepost.exchange.reading import Table
from milepost.exchange.stages import LOST, WON, end_by_name
from milepost.exchange.values import Unreadable, currency_in, is_nothing, read_number, read_yes_no

LOOK_AT = 200
STAGE_DATE = re.compile(r"^date entered [“\"']?(?P<stage>.+?)[”\"']?(?: \((?P<pipeline>.+)\))?[”\"']?$", re.IGNORECASE)


@dataclass(frozen=True)
class Shape:
    """Describe a table that a known system writes: its tell-tale columns and what they are."""

    name: str
    kind: str
    signature: frozenset[str]
    columns: dict[str, str] = field(default_factory=dict)
    stage_dates: dict[str, str] = field(default_factory=dict)
    known_order: tuple[str, ...] = ()
    exact: bool = False

    def fits(self, keys: Sequence[str]) -> bool:
        return self.signature == set(keys) if self.exact else self.signature <= set(keys)


def _shape(name: str, kind: str, signature: str, **more: object) -> Shape:
    return Shape(name, kind, frozenset(signature.split()), **more)  # type: ignore[arg-type]


SHAPES = (
    _shape(
        "maven",
        "account",
        "account sector yearestablished revenue employees officelocation subsidiaryof",
        exact=True,
    ),
    _shape("maven", "offer", "product series salesprice", exact=True),
    _shape("maven", "person", "salesagent manager regionaloffice", exact=True),
    _shape(
        "maven",
        "opportunity",
        "opportunityid salesagent product account dealstage engagedate closedate closevalue",
        exact=True,
        # The day a deal was engaged is the day it entered that stage, and the first day known of it.
        stage_dates={"Engaging": "engagedate"},
        known_order=("Prospecting", "Engaging"),
    ),
    _shape(
        "salesforce",
        "stage_history",
        "fivetranstart stagename id",
        columns={"opportunity_id": "id", "entered_on": "fivetranstart"},
    ),
    _shape("salesforce", "stage_history", "opportunityid stagename createddate"),
    _shape("salesforce", "contact_role", "opportunityid contactid role"),
    _shape("salesforce", "opportunity", "id name stagename closedate"),
    _shape("salesforce", "opportunity", "name stagename closedate"),
    _shape("salesforce", "opportunity", "opportunityname stage closedate"),
    _shape("salesforce", "opportunity", "opportunityname stage accountname"),
    _shape("salesforce", "account", "id name billingcountry ownerid"),
    _shape("salesforce", "contact", "id lastname accountid mailingcountry"),
    _shape("salesforce", "person", "id username lastname isactive"),
)


def recognise(table: Table) -> tuple[TableMapping | None, Shape | None]:
    """Say what a table holds: the mapping guessed and, if it is a known one, its shape."""
    keys = [key(column) for column in table.columns]
    shape = next((shape for shape in SHAPES if shape.fits(keys)), None)
    sample = [row.cells for row in table.head(LOOK_AT)]
    if shape:
        return _mapping(table, KINDS[shape.kind], sample, shape), shape
    guesses = [_mapping(table, kind, sample, None) for kind in KINDS.values() if not set(kind.never) & set(keys)]
    fitting = [guess for guess in guesses if _says_enough(guess)]
    return max(fitting, key=lambda guess: len(guess.columns), default=None), None


def guess(table: Table, kind: str) -> TableMapping:
    """Guess the columns of a table that a person has said the kind of."""
    return _mapping(table, KINDS[kind], [row.cells for row in table.head(LOOK_AT)], None)


def _says_enough(mapping: TableMapping) -> bool:
    return all(any(name in mapping.columns for name in one_of) for one_of in KINDS[mapping.kind].needs)


def _mapping(table: Table, kind: Kind, sample: list[list[str]], shape: Shape | None) -> TableMapping:
    by_key = {key(column): column for column in reversed(table.columns)}
    columns = {name: by_key[wanted] for name, wanted in (shape.columns if shape else {}).items()}
    for one in kind.fields:
        found = _by_header(kind, one, table, by_key, columns, sample)
        if found and one.name not in columns:
            columns[one.name] = found
    if kind.name == "opportunity" and "stage" not in columns and (found := _by_stage_words(table, sample, columns)):
        columns["stage"] = found
    stage_dates = {stage: by_key[wanted] for stage, wanted in (shape.stage_dates if shape else {}).items()}
    if kind.name == "opportunity":
        stage_dates |= _stage_dates(table)
    return TableMapping(table.name, kind.name, columns, stage_dates)


def _by_header(
    kind: Kind, one: Field, table: Table, by_key: dict[str, str], taken: dict[str, str], sample: list[list[str]]
) -> str | None:
    """Find the column a field's name speaks of, if its cells can be what the field holds."""
    for synonym in synonyms_of(kind, one.name):
        column = by_key.get(synonym)
        if column and column not in taken.values() and _cells_fit(one, table.index(column) or 0, sample):
            return column
    return None


def _cells_fit(one: Field, place: int, sample: list[list[str]]) -> bool:
    """Tell whether most cells of a column can be read as the field wants them."""
    texts = [cells[place] for cells in sample if place < len(cells) and not is_nothing(cells[place])]
    reader = {"date": _a_date, "yes_no": read_yes_no, "number": _amount, "percent": _amount}.get(one.reads)
    if reader is None or not texts:
        return True
    return sum(isinstance(reader(text), Unreadable) for text in texts) <= len(texts) / 2


def _a_date(text: str) -> object:
    """Read a date in whichever order of day and month it can be one."""
    found = read_date(text)
    return read_date(text, DateStyle("dmy")) if isinstance(found, Unreadable) else found


def _amount(text: str) -> object:
    bare = text.replace("%", "").replace(",", "").replace(".", "")
    return read_number(bare)


def _by_stage_words(table: Table, sample: list[list[str]], taken: dict[str, str]) -> str | None:
    """Find a column whose few values speak of winning and losing."""
    for place, column in enumerate(table.columns):
        values = {cells[place] for cells in sample if place < len(cells)}
        ends = {end_by_name(value) for value in values}
        if column not in taken.values() and len(values) <= 25 and {WON, LOST} <= ends:
            return column
    return None


def _stage_dates(table: Table) -> dict[str, str]:
    """Find the columns that date the entry into a stage: “Date entered "Proposal (Sales)"”."""
    found = {}
    for column in table.columns:
        match = STAGE_DATE.match(column.strip())
        if match and match["stage"].casefold() not in ("current stage", "stage"):
            found[match["stage"].strip("\"' ")] = column
    return found


def likely_currency(table: Table, mapping: TableMapping) -> str:
    """Name the currency the amounts are marked with, "" when they are not."""
    place = table.index(mapping.columns.get("value", ""))
    marks = {
        currency_in(row.cells[place]) for row in table.head(LOOK_AT) if place is not None and place < len(row.cells)
    }
    marks.discard(None)
    return str(marks.pop()) if len(marks) == 1 else ""
