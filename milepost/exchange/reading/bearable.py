"""Refuse workbooks that would fill the memory of the machine before anything of them could be read.

A sheet is unpacked as a whole, and as a full rectangle up to its farthest cell: a file of one kilobyte whose only
cells are the first and the last would ask for half a terabyte.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from math import prod
from typing import BinaryIO

from django.utils.translation import gettext as _

from milepost.exchange.reading.table import UnreadableFile
from milepost.exchange.reading.zips import BROKEN

MOST_UNPACKED = 512 * 1024**2
MOST_CELLS = 10_000_000
MOST_PARTS = 5_000
MOST_BINARY = 64 * 1024**2
START = 4096  # of a part's XML: whatever it declares stands before its first element
LAST_CELL = 11  # in .xlsb, the records 1 to 11 are cells
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
        except UnreadableFile:
            raise
        except BROKEN as problem:
            raise UnreadableFile(_("%(name)s is not an Excel file that can be opened.") % {"name": name}) from problem


def _check(archive: zipfile.ZipFile, name: str) -> None:
    infos = archive.infolist()
    if len(infos) > MOST_PARTS:
        raise UnreadableFile(_("%(name)s is not an Excel file that can be opened.") % {"name": name})
    too_much = _("%(name)s is too large to be read as a workbook. Save it as CSV: that may be as long as you like.")
    if sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise UnreadableFile(too_much % {"name": name})
    for info in infos:
        _check_part(archive, info, name, too_much % {"name": name})


def _check_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, too_much: str) -> None:
    part = info.filename
    if part.endswith((".xml", ".rels")):
        with archive.open(info) as xml:
            _must_declare_nothing(xml.read(START), name)
    cells = 0
    if part.startswith("xl/worksheets/") and part.endswith(".xml"):
        with archive.open(info) as sheet:
            cells = prod(extent(sheet.read))
    elif part.startswith("xl/worksheets/") and part.endswith(".bin"):
        cells = prod(extent_of_binary(archive.read(info))) if info.file_size <= MOST_BINARY else MOST_CELLS + 1
    elif part == "content.xml":
        cells = repeated(archive.read(info))
    if cells > MOST_CELLS:
        raise UnreadableFile(too_much)


def _must_declare_nothing(start: bytes, name: str) -> None:
    """Refuse XML that brings words of its own: no spreadsheet writes them, and they are how such files do harm."""
    bare = start.replace(b"\0", b"").upper()
    if b"<!DOCTYPE" in bare or b"<!ENTITY" in bare:
        told = _("%(name)s holds XML that no spreadsheet writes (an entity). It is left alone.")
        raise UnreadableFile(told % {"name": name})


def extent_of_binary(sheet: bytes) -> tuple[int, int]:
    """Return the row and the column of the farthest cells of an .xlsb sheet.

    Its records are a number and a length, both written seven bits at a time; a row's begins with its place, a cell's
    with its column.

    >>> extent_of_binary(bytes([0, 4, 6, 0, 0, 0, 7, 4, 2, 0, 0, 0]))
    (7, 3)
    """
    rows = columns = at = 0
    while at + 2 <= len(sheet):
        kind, at = _seven_bits(sheet, at, 2)
        size, at = _seven_bits(sheet, at, 4)
        if kind == 0:
            rows = max(rows, int.from_bytes(sheet[at : at + 4], "little") + 1)
        elif kind <= LAST_CELL:
            columns = max(columns, int.from_bytes(sheet[at : at + 4], "little") + 1)
        at += size
    return rows, columns


def _seven_bits(data: bytes, at: int, most: int) -> tuple[int, int]:
    value = 0
    for place in range(most):
        byte = data[at] if at < len(data) else 0
        value |= (byte & 0x7F) << (7 * place)
        at += 1
        if byte < 0x80:
            break
    return value, at


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
