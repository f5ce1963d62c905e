"""Hand a table out as CSV or Excel; nothing in it is ever taken for a formula."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import xlsxwriter
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

FORMATS = ("csv", "xlsx")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(value: Any) -> Any:
    """Return a cell as a spreadsheet may open it: a text that begins like a formula gets an apostrophe.

    >>> harmless("=HYPERLINK(1)"), harmless("Brennholt"), harmless(-3)
    ("'=HYPERLINK(1)", 'Brennholt', -3)
    """
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime.date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text


def as_table(kind: str, name: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    """Return the rows as a file to keep; `kind` is one of FORMATS."""
    response = _xlsx(header, rows) if kind == "xlsx" else _csv(header, rows)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


class _Echo:
    """What the csv writer writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def _csv(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\N{ZERO WIDTH NO-BREAK SPACE}"  # so that Excel reads UTF-8
        yield writer.writerow([str(cell) for cell in header])
        for row in rows:
            yield writer.writerow([harmless(cell) for cell in row])

    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")


def _xlsx(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    file = io.BytesIO()
    apart = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(file, apart) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [str(cell) for cell in header], book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        for at, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                _write(sheet, at, column, harmless(cell))
    return HttpResponse(file.getvalue(), content_type=XLSX)


def _write(sheet: Any, row: int, column: int, cell: Any) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, cell)
    else:
        sheet.write(row, column, cell)
