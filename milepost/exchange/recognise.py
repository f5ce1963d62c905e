"""Recognise what the tables of an export hold, and guess which column is what."""

from __future__ import annotations

import re

from milepost.exchange.dates import DateStyle, read_date
from milepost.exchange.fields import KINDS, Field, Kind, keys_of, synonyms_of
from milepost.exchange.mapping import TableMapping
from milepost.exchange.reading import Table
from milepost.exchange.shapes import Shape, shape_of
from milepost.exchange.stages import LOST, WON, end_by_name
from milepost.exchange.values import Unreadable, currency_in, is_nothing, read_number, read_yes_no

LOOK_AT = 200
STAGE_DATE = re.compile(r"^date entered [“\"']?(?P<stage>.+?)[”\"']?(?: \((?P<pipeline>.+)\))?[”\"']?$", re.IGNORECASE)


def recognise(table: Table) -> tuple[TableMapping | None, Shape | None]:
    """Say what a table holds: the mapping guessed and, if it is a known one, its shape."""
    keys = keys_of(table.columns)
    shape = shape_of(table.columns, keys)
    sample = [row.cells for row in table.head(LOOK_AT)]
    if shape:
        return _mapping(table, KINDS[shape.kind], sample, shape), shape
    kinds = [kind for kind in KINDS.values() if not kind.by_shape and not set(kind.never) & set(keys)]
    guesses = [_mapping(table, kind, sample, None) for kind in kinds]
    fitting = [guess for guess in guesses if _says_enough(guess)]
    return max(fitting, key=lambda guess: len(guess.columns), default=None), None


def guess(table: Table, kind: str) -> TableMapping:
    """Guess the columns of a table that a person has said the kind of."""
    return _mapping(table, KINDS[kind], [row.cells for row in table.head(LOOK_AT)], None)


def _says_enough(mapping: TableMapping) -> bool:
    kind = KINDS[mapping.kind]
    return all(any(name in mapping.columns for name in one_of) for one_of in (*kind.needs, *kind.hints))


def _mapping(table: Table, kind: Kind, sample: list[list[str]], shape: Shape | None) -> TableMapping:
    pairs = list(zip(keys_of(table.columns), table.columns, strict=True))
    by_key = dict(reversed(pairs))
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
    by_stage = kind.name == "opportunity" and _has_a_row_for_every_stage(table, columns, sample)
    return TableMapping(table.name, kind.name, columns, stage_dates, by_stage=by_stage)


def _has_a_row_for_every_stage(table: Table, columns: dict[str, str], sample: list[list[str]]) -> bool:
    """Tell whether an opportunity has a row for each stage it came to: the same id twice, in different stages."""
    if not {"external_id", "stage", "stage_since"} <= set(columns):
        return False
    own, stage = (table.index(columns[name]) or 0 for name in ("external_id", "stage"))
    met = [(cells[own], cells[stage]) for cells in sample if max(own, stage) < len(cells) and cells[own]]
    return len({own for own, _stage in met}) < len(set(met))


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
    reader = {"date": _a_date, "moment": _a_date, "yes_no": read_yes_no, "number": _amount, "percent": _amount}.get(
        one.reads
    )
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


def likely_currency(table: Table, mapping: TableMapping) -> tuple[str, bool]:
    """Name the currency the amounts are marked with, "" when they are not; tell whether that is a guess.

    A lone $ stands for many dollars; the one of the United States is the likeliest.
    """
    place = table.index(mapping.columns.get("value", ""))
    amounts = [row.cells[place] for row in table.head(LOOK_AT) if place is not None and place < len(row.cells)]
    marks = {currency_in(amount) for amount in amounts} - {None}
    if not marks and any("$" in amount for amount in amounts):
        return "USD", True
    return (str(marks.pop()) if len(marks) == 1 else ""), False
