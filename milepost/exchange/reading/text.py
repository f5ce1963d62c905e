"""Read delimited text whatever its encoding, delimiter and quoting."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import BinaryIO, TextIO

from django.utils.translation import gettext as _

from milepost.exchange.reading.table import Row, Table, UnreadableFile, table_from_rows
from milepost.web.text import FORMULA

Opener = Callable[[], BinaryIO]

DELIMITERS = ",;\t|"
SAMPLE = 64 * 1024
# A long text field of a CRM holds 131,072 characters and one more would stop Python's reader.
csv.field_size_limit(1024 * 1024)
# Of a row that never ends no more than this is held at once.
LONGEST_ROW = 4 * 1024 * 1024
AT_ONCE = 64 * 1024  # letters
MARKUP = ("<!doctype", "<html", "<table", "<head", "<body", "<?xml")
JSON = re.compile(r'[\[\s]*\{\s*"')
CONTROLS = {chr(n) for n in range(32)} - set("\t\n\v\f\r\x1a\x1c\x1d\x1e\x1f")
SEP_LINE = re.compile(r"^\ufeff?\"?sep=([^\w\s\"]|\t)\"?\r?$", re.IGNORECASE)


def text_table(open_bytes: Opener, name: str) -> Table:
    """Read one delimited text file as a table."""
    encoding = find_encoding(open_bytes)
    sample = _sample(open_bytes, encoding)
    must_be_a_table(sample, name)
    delimiter, skip = find_delimiter(sample)

    def open_raw() -> Iterator[Row]:
        return _raw_rows(open_bytes, encoding, delimiter, skip)

    table = table_from_rows(name, open_raw, delimiter=delimiter)
    if encoding == "cp1252":
        table.notes.append(_("Read as Windows-1252 text, because it is not UTF-8."))
    return table


def must_be_a_table(sample: str, name: str) -> None:
    """Raise UnreadableFile, with what to do, for what is no table whatever its name ends with."""
    start = sample.lstrip("\ufeff \t\r\n").lower()
    if start.startswith("%pdf"):
        raise UnreadableFile(_("%(name)s is a PDF. Export the table itself as CSV or Excel.") % {"name": name})
    if start.startswith(MARKUP):
        told = _("%(name)s is a web page or XML. Open it in Excel and save it as an Excel workbook or CSV.")
        raise UnreadableFile(told % {"name": name})
    if JSON.match(start):
        raise UnreadableFile(_("%(name)s is JSON. Export the table as CSV or Excel.") % {"name": name})
    strange = sum(1 for sign in sample if sign in CONTROLS)
    if "\x00" in sample or strange * 100 > len(sample):
        raise UnreadableFile(_("%(name)s is not a text or Excel file.") % {"name": name})


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
            text.readline(LONGEST_ROW)
        source = _Lines(text)
        reader = csv.reader(chain.from_iterable(source.blocks()), delimiter=delimiter)
        starts_at = skip + 1
        try:
            for cells in reader:
                if source.are_read:  # the record would have gone on
                    told = _("A quotation mark opened on line %(line)d is never closed.")
                    raise UnreadableFile(told % {"line": starts_at})
                source.of_row = 0
                # Most cells are empty, or begin and end with a letter or digit: there is nothing to bare.
                yield Row(
                    starts_at,
                    [c if not c or c.isalnum() or (c[0].isalnum() and c[-1].isalnum()) else _bare(c) for c in cells],
                )
                starts_at = reader.line_num + skip + 1
        except csv.Error as problem:
            told = _("A cell on line %(line)d is longer than a million letters. Is a quotation mark never closed?")
            raise UnreadableFile(told % {"line": starts_at}) from problem


def _bare(cell: str) -> str:
    """Return what a cell says; digits kept from becoming a number, and texts from becoming a formula, are bared.

    >>> _bare(' ="00412" '), _bare("=1+1"), _bare("'+49 221 1"), _bare("'s-Hertogenbosch")
    ('00412', '=1+1', '+49 221 1', "'s-Hertogenbosch")
    """
    bare = cell.strip()
    if bare.startswith('="') and bare.endswith('"') and len(bare) > 2:
        return bare[2:-1].strip()
    if bare.startswith("'") and bare[1:].lstrip(" ").startswith(FORMULA):
        return bare[1:].strip()
    return bare


class _Lines:
    """Give the lines of a text without NUL characters, many at a time, and tell when more was asked for than there is.

    `of_row` counts the letters taken since a row ended: whoever reads rows sets it back to 0 at each.
    """

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.of_row = 0
        self.are_read = False

    def blocks(self) -> Iterator[list[str]]:
        """Give lists of whole lines; raises UnreadableFile where a row does not end."""
        rest = ""
        while chunk := self._text.read(AT_ONCE):
            self.of_row += len(chunk)
            if self.of_row >= LONGEST_ROW:
                told = _("A row goes on for more than %(n)d million letters. Is this a table?")
                raise UnreadableFile(told % {"n": LONGEST_ROW // 1024**2})
            lines = io.StringIO(rest + chunk.replace("\0", ""), newline="").readlines()
            rest = lines.pop() if lines else ""  # it may go on, or be the first half of a line's end
            yield lines
        if rest:
            yield [rest]
        self.are_read = True
