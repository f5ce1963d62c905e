"""Write rows as CSV or as an Excel sheet, one after the other, so that no list is ever held whole."""

from __future__ import annotations

import csv
import datetime
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, Literal

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import translation

from milepost.web.text import harmless

AT_ONCE = 500
MOST_ROWS = 1_048_575  # an Excel sheet's limit, less its head
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Column:
    """One column: its head, how its values look in Excel, and how wide they are."""

    head: str
    look: Literal["text", "money", "share", "day", "number"] = "text"
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """One sheet of a book: its name on the tab, its columns and rows."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


def book_of(sheets: Iterable[Sheet], *, decimals: int = 2) -> bytes:
    """Return several small sheets as one Excel book."""
    from xlsxwriter import Workbook

    with io.BytesIO() as file:
        book = Workbook(file, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
        for each in sheets:
            _fill(book, book.add_worksheet(each.name[:31]), each.columns, iter(each.rows), decimals)
        book.close()
        return file.getvalue()


def answer(
    kind: str, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, decimals: int = 2
) -> HttpResponseBase:
    """Return the rows as a file to keep; `kind` is csv or xlsx, `decimals` those of the currency."""
    # Rows are read after the view has returned, when the person's language would be forgotten.
    spoken = _in_language(translation.get_language(), rows)
    return _xlsx(name, columns, spoken, decimals) if kind == "xlsx" else _csv(name, columns, spoken)


def _in_language(language: str | None, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    iterator = iter(rows)
    while True:
        with translation.override(language):
            some = list(islice(iterator, AT_ONCE))
        if not some:
            return
        yield from some


def _csv(name: str, columns: Sequence[Column], rows: Iterator[Sequence[Any]]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_csv_parts(columns, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _csv_parts(columns: Sequence[Column], rows: Iterator[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # The mark before the head tells Excel that the file is UTF-8.
    yield "\N{ZERO WIDTH NO-BREAK SPACE}" + writer.writerow([column.head for column in columns])
    while some := list(islice(rows, AT_ONCE)):
        yield "".join(writer.writerow([harmless(value) for value in row]) for row in some)


def _xlsx(name: str, columns: Sequence[Column], rows: Iterator[Sequence[Any]], decimals: int) -> FileResponse:
    from xlsxwriter import Workbook

    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book = Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    _fill(book, book.add_worksheet(), columns, rows, decimals)
    return _closed(book, file, name)


def _fill(book: Any, sheet: Any, columns: Sequence[Column], rows: Iterator[Sequence[Any]], decimals: int) -> None:
    looks = {
        "text": book.add_format(),
        "number": book.add_format(),
        "money": book.add_format({"num_format": "#,##0" + (f".{'0' * decimals}" if decimals else "")}),
        "share": book.add_format({"num_format": "0%"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 1)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width)
        sheet.write_string(0, at, column.head, bold)
    for line, row in enumerate(islice(rows, MOST_ROWS), start=1):
        for at, value in enumerate(row):
            _write(sheet, line, at, value, looks[columns[at].look])


def _closed(book: Any, file: Any, name: str) -> FileResponse:
    book.close()
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def _write(sheet: Any, line: int, at: int, value: Any, look: Any) -> None:
    """Write one cell by its own type: a text is never read as a formula or a link."""
    if isinstance(value, str):
        sheet.write_string(line, at, value, look)
    elif isinstance(value, datetime.date):
        sheet.write_datetime(line, at, datetime.datetime.combine(value, datetime.time()), look)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(line, at, value, look)
