"""Refuse workbooks that would fill the memory of the machine before anything of them could be read.

A sheet is unpacked as a whole, and as a full rectangle up to its farthest cell: a file of one kilobyte whose only
cells are the first and the last would ask for half a terabyte.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from typing import BinaryIO

from django.utils.translation import gettext as _

from milepost.exchange.reading.table import UnreadableFile

MOST_UNPACKED = 512 * 1024**2
MOST_CELLS = 10_000_000
AT_ONCE = 1 << 20
OVERLAP = 16
ODS_ROW = re.compile(rb"<table:table-row\b[^>]*(?<!/)>.*?</table:table-row>", re.DOTALL)
ODS_CELL = re.compile(rb"<table:table-cell\b[^>]*>")
ODS_ROWS = re.compile(rb'number-rows-repeated="([0-9]{1,9})"')
ODS_COLUMNS = re.compile(rb'number-columns-repeated="([0-9]{1,9})"')
CELL = re.compile(rb'"([A-Z]{1,3})([0-9]{1,7})"')


def must_be_bearable(open_bytes: Callable[[], BinaryIO], name: str) -> None:
    """Raise UnreadableFile for a workbook that is too large to be opened whole."""
    with open_bytes() as stream:
        if not zipfile.is_zipfile(stream):
            return  # an .xls of old: it cannot grow beyond 65,536 rows
        stream.seek(0)
        try:
            with zipfile.ZipFile(stream) as archive:
                _check(archive, name)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as problem:
            raise UnreadableFile(_("%(name)s is not an Excel file that can be opened.") % {"name": name}) from problem


def _check(archive: zipfile.ZipFile, name: str) -> None:
    infos = archive.infolist()
    too_much = _("%(name)s is too large to be read as a workbook. Save it as CSV: that may be as long as you like.")
    if sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise UnreadableFile(too_much % {"name": name})
    for info in infos:
        if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
            with archive.open(info) as sheet:
                rows, columns = extent(sheet.read)
            if rows * columns > MOST_CELLS:
                raise UnreadableFile(too_much % {"name": name})
        elif info.filename == "content.xml" and repeated(archive.read(info)) > MOST_CELLS:
            raise UnreadableFile(too_much % {"name": name})


def repeated(content: bytes) -> int:
    """Return how many cells an OpenDocument sheet comes to when what is said once for many is written out."""
    total = 0
    for row in ODS_ROW.finditer(content):
        cells = (_times(ODS_COLUMNS, cell) for cell in ODS_CELL.findall(row[0]) if b"value-type" in cell)
        total += _times(ODS_ROWS, row[0]) * sum(cells)
    return total


def _times(pattern: re.Pattern[bytes], tag: bytes) -> int:
    found = pattern.search(tag.partition(b">")[0])
    return int(found[1]) if found else 1


def extent(read: Callable[[int], bytes]) -> tuple[int, int]:
    """Return the row and the column of the farthest cells that a sheet's XML names.

    >>> import io
    >>> extent(io.BytesIO(b'<c r="A1"/><c r="AB7"/><c r="C12"/>').read)
    (12, 28)
    """
    rows = columns = 0
    rest = b""
    while chunk := read(AT_ONCE):
        text = rest + chunk
        found = CELL.findall(text)
        if found:
            letters, numbers = zip(*found, strict=True)
            columns = max(columns, *(_column(each) for each in set(letters)))
            rows = max(rows, max(map(int, numbers)))
        rest = text[-OVERLAP:]
    return rows, columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
