"""Settle from a table's own columns how it writes days and amounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from milepost.exchange.dates import settle_dates
from milepost.exchange.fields import KINDS
from milepost.exchange.mapping import TableMapping
from milepost.exchange.reading import Table
from milepost.exchange.values import settle_numbers
from milepost.web.turns import chunks

MOST = 100_000  # different texts of one column that are looked at
AT_ONCE = 1_000  # rows
DAYS, AMOUNTS = ("date", "moment"), ("number", "percent")


@dataclass
class Doubt:
    """Name a column whose days or amounts can be read two ways, and how they are read for now."""

    table: str
    field: str
    column: str
    read_as: str


def settle_styles(mapping: TableMapping, table: Table) -> list[Doubt]:
    """Settle how each column writes days and amounts, where nobody has said so yet; return what could be otherwise."""
    kind = KINDS[mapping.kind]
    reads = {name: kind.field(name).reads for name in mapping.columns}
    columns = mapping.columns | {column: column for column in mapping.stage_dates.values()}
    reads |= dict.fromkeys(mapping.stage_dates.values(), "date")
    said = mapping.date_orders.keys() | mapping.decimals.keys()
    asked = [name for name in reads if reads[name] in DAYS + AMOUNTS and name not in said]
    texts = _distinct(table, {name: columns[name] for name in asked})
    return [doubt for name in asked for doubt in _settle(mapping, name, columns[name], reads[name], texts[name])]


def _settle(mapping: TableMapping, name: str, column: str, reads: str, texts: Iterable[str]) -> Iterator[Doubt]:
    if reads in DAYS:
        date_style = settle_dates(texts)
        mapping.date_orders[name] = date_style.order
        doubtful, read_as = date_style.doubtful, date_style.order
    else:
        number_style = settle_numbers(texts)
        mapping.decimals[name] = number_style.decimal
        doubtful, read_as = number_style.doubtful, number_style.decimal
    if doubtful:
        yield Doubt(table=mapping.table, field=name, column=column, read_as=read_as)


def _distinct(table: Table, columns: dict[str, str]) -> dict[str, set[str]]:
    """Collect the different texts of some columns in one pass, of each column no more than settle the matter."""
    found: dict[str, set[str]] = {name: set() for name in columns}
    places = [(found[name], table.index(column)) for name, column in columns.items()]
    wanted = [(texts, place) for texts, place in places if place is not None]
    for rows in chunks(table.rows(), AT_ONCE):
        for texts, place in wanted:
            texts.update([row.cells[place] for row in rows if place < len(row.cells)])
        wanted = [(texts, place) for texts, place in wanted if len(texts) < MOST]
        if not wanted:
            break
    return found
