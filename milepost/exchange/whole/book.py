"""Write the whole company as one Excel book: a sheet for every kind of thing, row after row.

The book is for people to look into. What a sheet cannot hold goes on in a second one, and a text longer than Excel's
cells is cut; the ZIP has everything whole.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.db import models
from django.utils import timezone, translation

from milepost.exchange.whole.columns import Column, columns_of
from milepost.exchange.whole.describe import described, readme
from milepost.exchange.whole.kinds import file_of, kinds
from milepost.exchange.whole.lots import ready_rows
from milepost.exchange.whole.moment import one_moment
from milepost.exchange.whole.values import unguarded
from milepost.exchange.whole.write import Told
from milepost.web.sheet import MOST_ROWS

LONGEST = 32_767
"""Signs in one cell of Excel."""
WIDEST_NUMBER = 10**15
"""Whole numbers from here on lose their last digits in Excel, so they are written as texts."""
LOOKS = {
    "money": "#,##0.00#",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm:ss",
    "time": "hh:mm",
}
WIDTHS = {"text": 24, "data": 24, "moment": 19, "money": 14, "day": 11}


def write_book(
    target: Path | IO[bytes], *, told: Told = lambda done, of: None, most: int = MOST_ROWS
) -> dict[str, int]:
    """Write everything of one moment; return the number of rows by kind. `told` hears how far it is."""
    from xlsxwriter import Workbook

    with translation.override("en"), one_moment():
        # Only the row that is being written is in memory.
        book = Workbook(target, {"constant_memory": True, "in_memory": False})
        bold = book.add_format({"bold": True})
        looks = {type_: book.add_format({"num_format": look}) for type_, look in LOOKS.items()}
        of = sum(model._base_manager.count() for model in kinds())
        counts: dict[str, int] = {}
        about = book.add_worksheet("Read me")
        for model in kinds():
            done = sum(counts.values())
            pages = Pages(book, model, bold, looks, most)
            counts[file_of(model)] = pages.fill(lambda n, done=done: told(done + n, of))  # type: ignore[misc]
        about.set_column(0, 0, 140)
        for line, text in enumerate(readme(described(timezone.now(), counts, 0)).splitlines()):
            about.write_string(line, 0, text[:LONGEST])
        book.close()
    return counts


class Pages:
    """The sheets of one kind: as many as its rows need."""

    def __init__(self, book: Any, model: type[models.Model], bold: Any, looks: dict[str, Any], most: int) -> None:
        self.book, self.model, self.bold, self.most = book, model, bold, most
        self.columns = columns_of(model)
        self.writers = [_writer(column, looks.get(column.type)) for column in self.columns]
        self.number = 0

    def fill(self, told: Callable[[int], None]) -> int:
        """Write every row; return how many."""
        sheet, count = self._next(), 0
        for rows in ready_rows(self.model, self.columns):
            for row in rows:
                if count and count % self.most == 0:
                    sheet = self._next()
                self._write(sheet, count % self.most + 1, row)
                count += 1
            told(count)
        return count

    def _write(self, sheet: Any, line: int, row: tuple[Any, ...]) -> None:
        for at, (write, value) in enumerate(zip(self.writers, row, strict=True)):
            if value is not None and value != "":
                write(sheet, line, at, value)

    def _next(self) -> Any:
        self.number += 1
        end = "" if self.number == 1 else f" {self.number}"
        name = file_of(self.model).removesuffix(".csv")
        sheet = self.book.add_worksheet(name[: 31 - len(end)] + end)
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(self.columns):
            sheet.set_column(at, at, WIDTHS.get(column.type, 10))
            sheet.write_string(0, at, column.head, self.bold)
        return sheet


Write = Callable[[Any, int, int, Any], None]


def _writer(column: Column, look: Any) -> Write:
    """Return what writes a cell by the column's type: no text is ever read as a formula or a link."""
    if column.type in ("text", "data"):
        return lambda sheet, line, at, value: sheet.write_string(line, at, unguarded(str(value))[:LONGEST])
    if column.type == "yes or no":
        return lambda sheet, line, at, value: sheet.write_boolean(line, at, value == "true")
    read = READ.get(column.type)
    if read is not None:
        return lambda sheet, line, at, value: sheet.write_datetime(line, at, read(str(value)), look)
    return lambda sheet, line, at, value: _number(sheet, line, at, value, look)


def _number(sheet: Any, line: int, at: int, value: Any, look: Any) -> None:
    number = float(value)
    if abs(number) < WIDEST_NUMBER:
        sheet.write_number(line, at, number, look)
    else:
        sheet.write_string(line, at, str(value))


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=None)


READ: dict[str, Callable[[str], Any]] = {
    "day": datetime.date.fromisoformat,
    "moment": _moment,
    "time": datetime.time.fromisoformat,
}
