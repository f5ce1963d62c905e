"""Read delimited text whatever its encoding, delimiter and quoting."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from milepost.exchange.reading.table import Row, Table, UnreadableFile, table_from_rows

Opener = Callable[[], BinaryIO]

DELIMITERS = ",;\t|"
SAMPLE = 64 * 1024
# A long text field of a CRM holds 131,072 characters and one more would stop Python's reader.
csv.field_size_limit(1024 * 1024)
SEP_LINE = re.compile(r"^\ufeff?\"?sep=(.)\"?\r?$", re.IGNORECASE)


def text_table(open_bytes: Opener, name: str) -> Table:
    """Read one delimited text file as a table."""
    encoding = find_encoding(open_bytes)
    sample = _sample(open_bytes, encoding)
    if "\x00" in sample:
        raise UnreadableFile(_("%(name)s is not a text or Excel file.") % {"name": name})
    delimiter, skip = find_delimiter(sample)

    def open_raw() -> Iterator[Row]:
        return _raw_rows(open_bytes, encoding, delimiter, skip)

    table = table_from_rows(name, open_raw, delimiter=delimiter)
    if encoding == "cp1252":
        table.notes.append(_("Read as Windows-1252 text, because it is not UTF-8."))
    return table


def find_encoding(open_bytes: Opener) -> str:
    """Find the encoding: by its mark, by UTF-16's zero bytes, by trying UTF-8 on the whole file."""
    with open_bytes() as stream:
        start = stream.read(SAMPLE)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if start.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if start.count(0) > len(start) // 5:
            return "utf-16-le" if start[1::2].count(0) > start[0::2].count(0) else "utf-16-be"
        return "utf-8" if _is_utf8(start, stream) else "cp1252"


def _is_utf8(start: bytes, rest: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(start)
        while chunk := rest.read(1 << 20):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def find_delimiter(sample: str) -> tuple[str, int]:
    """Find the delimiter by which the rows agree most, and how many lead-in lines to leave out."""
    first, _sep, _rest = sample.partition("\n")
    if told := SEP_LINE.match(first):
        return told.group(1), 1
    scores = {mark: _agreement(sample, mark) for mark in DELIMITERS}
    best = max(DELIMITERS, key=lambda mark: scores[mark])
    return (best if scores[best][0] else ","), 0


def _agreement(sample: str, delimiter: str) -> tuple[float, int]:
    """Score a delimiter: the share of rows of the commonest width, then that width."""
    lines = sample.splitlines(keepends=True)
    if len(sample) >= SAMPLE // 2:
        lines = lines[:-1]  # the last line of a cut sample may be torn
    try:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if any(cells)][:200]
    except csv.Error:
        return (0.0, 0)
    wide = [width for width in widths if width > 1]
    if not wide:
        return (0.0, 0)
    common = max(sorted(set(wide), reverse=True), key=wide.count)
    return (round(wide.count(common) / len(widths), 1), common)


def _sample(open_bytes: Opener, encoding: str) -> str:
    with open_bytes() as stream, io.TextIOWrapper(stream, encoding, errors="replace", newline="") as text:
        return text.read(SAMPLE)


def _raw_rows(open_bytes: Opener, encoding: str, delimiter: str, skip: int) -> Iterator[Row]:
    """Read rows with the number of the line each starts on; a record may span several lines."""
    with open_bytes() as stream, io.TextIOWrapper(stream, encoding, errors="replace", newline="") as text:
        for _n in range(skip):
            text.readline()
        reader = csv.reader(text, delimiter=delimiter)
        starts_at = skip + 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                raise UnreadableFile(
                    _("A quotation mark opened on line %(line)d is never closed.") % {"line": starts_at}
                ) from problem
            yield Row(starts_at, [cell.strip() for cell in cells])
            starts_at = reader.line_num + skip + 1
