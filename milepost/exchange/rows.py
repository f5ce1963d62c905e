"""Read the rows of a mapped table as values, each with what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from milepost.exchange.dates import DateStyle, read_date, read_moment
from milepost.exchange.fields import KINDS
from milepost.exchange.mapping import TableMapping
from milepost.exchange.reading import Row, Table
from milepost.exchange.values import (
    NumberStyle,
    Unreadable,
    read_number,
    read_percent,
    read_text,
    read_yes_no,
)

Reader = Callable[[str], Any]
STAGE_DATE = "entered:"
AT_ONCE = 200  # rows


class Problem(NamedTuple):
    """Say what is wrong with one cell, or with a row when `column` is empty; `kept` where the row kept what it had."""

    line: int
    column: str
    value: str
    reason: str
    whole_row: bool = True
    kept: bool = False


class Reading(NamedTuple):
    """Hold one row as values by field, and its problems; one that costs the whole row comes first."""

    line: int
    values: dict[str, Any]
    problems: list[Problem]

    @property
    def refused(self) -> bool:
        return bool(self.problems) and self.problems[0].whole_row


class Cell(NamedTuple):
    """Say where the text of a field stands in a row, and how it is read."""

    field: str
    column: str
    place: int
    read: Reader
    soft: bool
    names_row: bool


def read_rows(table: Table, mapping: TableMapping) -> Iterator[Reading]:
    """Read every row of a table through its mapping."""
    cells = cells_of(table, mapping)
    width = len(table.columns)
    rows = table.rows()
    while some := list(islice(rows, AT_ONCE)):
        yield from read_together(some, cells, width) or [read_alone(row, cells, width) for row in some]


def read_together(rows: list[Row], cells: list[Cell], width: int) -> list[Reading]:
    """Read rows column by column, which is quicker; give nothing where there is anything to be said of one."""
    texts = [row.cells for row in rows]
    if not cells or any(len(own) != width for own in texts):
        return []
    columns = list(zip(*texts, strict=True))
    read = [list(map(cell.read, columns[cell.place])) for cell in cells]
    if any(Unreadable in set(map(type, values)) for values in read):
        return []
    names = [cell.field for cell in cells]
    each = (dict(zip(names, values, strict=True)) for values in zip(*read, strict=True))
    return [Reading(row.line, values, []) for row, values in zip(rows, each, strict=True)]


def read_alone(row: Row, cells: list[Cell], width: int) -> Reading:
    """Read one row, whatever is wrong with it."""
    return Reading(row.line, {}, [_too_long(row, width)]) if row.too_long_for(width) else _read(row, cells, width)


def _read(row: Row, cells: list[Cell], width: int) -> Reading:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    texts = row.cells
    known = len(texts)
    naming = set()
    for name, column, place, read, soft, names_row in cells:
        text = texts[place] if place < known else ""
        values[name] = value = read(text)
        if value.__class__ is Unreadable:
            problems.append(Problem(row.line, column, text[:200], value.reason, not soft))
            values[name] = None
            if names_row:
                naming.add(column)
    if naming and not values.get("external_id"):
        problems = [one._replace(whole_row=one.whole_row or one.column in naming) for one in problems]
    if known < width and "\n" in texts[-1]:
        reason = _("The row has %(n)d values instead of %(want)d; a quotation mark may be left open.")
        problems.insert(0, Problem(row.line, "", texts[-1][:200], reason % {"n": known, "want": width}))
    if len(problems) > 1:
        problems = list(dict.fromkeys(problems))  # a column may be read twice, as a start and as a stage's day
        problems.sort(key=lambda one: not one.whole_row)
    return Reading(row.line, values, problems)


def _too_long(row: Row, width: int) -> Problem:
    reason = _("The row has %(n)d values, the table has %(want)d columns.") % {
        "n": len(row.cells),
        "want": width,
    }
    return Problem(row.line, "", " | ".join(row.cells[width:])[:200], reason)


def cells_of(table: Table, mapping: TableMapping) -> list[Cell]:
    """List the cells of each row of a table that are read."""
    kind = KINDS[mapping.kind]
    cells = []
    for name, column in mapping.columns.items():
        place = table.index(column)
        if place is not None:
            one = kind.field(name)
            cells.append(Cell(name, column, place, _reader(one.reads, name, mapping), one.soft, one.names_row))
    for stage, column in mapping.stage_dates.items():
        place = table.index(column)
        if place is not None:
            cells.append(Cell(STAGE_DATE + stage, column, place, _reader("date", column, mapping), True, False))
    return cells


def _reader(reads: str, name: str, mapping: TableMapping) -> Reader:
    """Build the reader of one field; the same text is read once."""
    dates = DateStyle(mapping.date_orders.get(name, "mdy"), zone=timezone.get_current_timezone())
    numbers = NumberStyle(mapping.decimals.get(name, "."))
    readers: dict[str, Reader] = {
        "text": read_text,
        "long_text": lambda text: text or None,
        "date": lambda text: read_date(text, dates),
        "moment": lambda text: read_moment(text, dates),
        "number": lambda text: read_number(text, numbers),
        "percent": lambda text: read_percent(text, numbers),
        "yes_no": read_yes_no,
    }
    return lru_cache(maxsize=4096)(readers[reads])
