"""Read the sheets of an Excel workbook; every cell comes out as the text a CSV would hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from milepost.exchange.reading.bearable import must_be_bearable
from milepost.exchange.reading.table import Row, Table, UnreadableFile, table_from_rows


def sheet_tables(open_bytes: Callable[[], BinaryIO], name: str) -> list[Table]:
    """Read every visible sheet that holds something, each as a table."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    must_be_bearable(open_bytes, name)
    book = _open_book(open_bytes, name)
    names = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]
    tables = []
    for sheet in names:
        if book.get_sheet_by_name(sheet).height:
            label = f"{name}: {sheet}" if len(names) > 1 else name
            tables.append(table_from_rows(label, _raw_reader(book, sheet)))
    if not tables:
        raise UnreadableFile(_("%(name)s has no sheet with anything in it.") % {"name": name})
    return tables


def _open_book(open_bytes: Callable[[], BinaryIO], name: str) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with open_bytes() as stream:
            return CalamineWorkbook.from_filelike(stream)
    except (CalamineError, OSError, ValueError) as problem:
        raise UnreadableFile(_("%(name)s is not an Excel file that can be opened.") % {"name": name}) from problem


def _raw_reader(book: Any, sheet: str) -> Callable[[], Iterator[Row]]:
    def open_raw() -> Iterator[Row]:
        cells_by_row = book.get_sheet_by_name(sheet).iter_rows()
        for line, cells in enumerate(cells_by_row, start=1):
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
