"""Open what was handed in, a path or bytes, as the tables it holds."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from milepost.exchange.reading import gzips
from milepost.exchange.reading.sheet import sheet_tables
from milepost.exchange.reading.table import Table, UnreadableFile, first_free
from milepost.exchange.reading.text import text_table
from milepost.exchange.reading.zips import EXCEL, data_files

Source = Path | str | bytes

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ZIP = b"PK"


def read_table(source: Source, name: str) -> Table:
    """Read the one table of a file; a workbook or zip gives its first."""
    return read_tables(source, name)[0]


def read_tables(source: Source, name: str) -> list[Table]:
    """Read every table of a file: one of a text, one a sheet of a workbook, all those in a zip; packed by gzip too."""
    return _tables(_opener(source), name, nested=False)


def told_apart(tables: Iterable[Table]) -> list[Table]:
    """Give tables of one name, from several files handed in together, names of their own."""
    apart: dict[str, Table] = {}
    for table in tables:
        table.name = first_free(table.name, apart)
        apart[table.name] = table
    return list(apart.values())


def _opener(source: Source) -> Callable[[], BinaryIO]:
    if isinstance(source, bytes):
        return lambda: io.BytesIO(source)
    path = Path(source)
    return lambda: path.open("rb")


def _tables(open_bytes: Callable[[], BinaryIO], name: str, *, nested: bool) -> list[Table]:
    start = _start(open_bytes)
    if not start:
        raise UnreadableFile(_("%(name)s is empty.") % {"name": name})
    if _is_workbook(start, name):
        return sheet_tables(open_bytes, name)
    if start.startswith(ZIP):
        return _zip_tables(open_bytes, name, nested=nested)
    if start.startswith(gzips.MARK):
        return _gzip_tables(open_bytes, name, nested=nested)
    return [text_table(open_bytes, name)]


def _start(open_bytes: Callable[[], BinaryIO]) -> bytes:
    with open_bytes() as stream:
        return stream.read(4)


def _is_workbook(start: bytes, name: str) -> bool:
    return start == OLD_EXCEL or (start.startswith(ZIP) and name.lower().endswith(EXCEL))


def _gzip_tables(open_bytes: Callable[[], BinaryIO], name: str, *, nested: bool) -> list[Table]:
    """Read what gzip has packed, under the name it has within."""
    twice = UnreadableFile(_("%(name)s is packed twice; unpack it once.") % {"name": name})
    if nested:
        raise twice
    within, open_within = gzips.bare_name(name), gzips.unpacked(open_bytes, name)
    start = _start(open_within)
    if _is_workbook(start, within):
        return sheet_tables(gzips.whole(open_within, within), within)
    if start.startswith((ZIP, gzips.MARK)):
        raise twice
    return _tables(open_within, within, nested=True)


def _zip_tables(open_bytes: Callable[[], BinaryIO], name: str, *, nested: bool) -> list[Table]:
    """Read the tables of a zip; what of it cannot be read is noted, and stops nothing else."""
    if nested:
        raise UnreadableFile(_("%(name)s is a zip inside a zip; unpack it first.") % {"name": name})
    tables: list[Table] = []
    problems: list[UnreadableFile] = []
    for member, open_member in data_files(open_bytes, name).items():
        try:
            tables += _tables(open_member, member, nested=True)
        except UnreadableFile as problem:
            problems.append(problem)
    if not tables:
        raise problems[0]
    tables[0].notes += [_("Left out: %(why)s") % {"why": problem} for problem in problems]
    return tables
