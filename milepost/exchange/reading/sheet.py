"""Read the sheets of an Excel workbook; every cell comes out as the text a CSV would hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from milepost.exchange.reading.bearable import must_be_bearable
from milepost.exchange.reading.table import Row, Table, UnreadableFile, table_from_rows


def sheet_tables(open_bytes: Callable[[], BinaryIO], name: str) -> list[Table]:
    """Read every visible sheet that holds something, each as a table."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    must_be_bearable(open_bytes, name)
    with _told(name):
        book = _open_book(open_bytes)
    names = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]
    tables = []
    for sheet in names:
        label = f"{name}: {sheet}" if len(names) > 1 else name
        open_raw = _raw_reader(book, sheet, name)
        if any(any(row.cells) for row in open_raw()):
            tables.append(table_from_rows(label, open_raw))
    if not tables:
        raise UnreadableFile(_("%(name)s has no sheet with anything in it.") % {"name": name})
    return tables


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Say in words that a workbook is damaged, whatever the reader made of it."""
    try:
        yield
    except UnreadableFile:
        raise
    except BaseException as problem:
        if isinstance(problem, Exception) or type(problem).__name__ == "PanicException":
            raise UnreadableFile(_("%(name)s is not an Excel file that can be opened.") % {"name": name}) from problem
        raise


def _open_book(open_bytes: Callable[[], BinaryIO]) -> Any:
    from python_calamine import CalamineWorkbook

    with open_bytes() as stream:
        return CalamineWorkbook.from_filelike(stream)


def _raw_reader(book: Any, sheet: str, name: str) -> Callable[[], Iterator[Row]]:
    def open_raw() -> Iterator[Row]:
        with _told(name):
            cells_by_row = iter(book.get_sheet_by_name(sheet).iter_rows())
        for line in count(1):
            with _told(name):
                cells = next(cells_by_row, None)
            if cells is None:
                return
            yield Row(line, [as_text(cell) for cell in cells])

    return open_raw


def as_text(cell: object) -> str:
    """Write a cell as unmistakable text: ISO dates, plain numbers, true and false."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ") if cell.time() != dt.time.min else cell.date().isoformat()
    return str(cell)
