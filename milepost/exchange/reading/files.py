"""Open what was handed in, a path or bytes, as the tables it holds."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

from django.utils.translation import gettext as _

from milepost.exchange.reading.sheet import sheet_tables
from milepost.exchange.reading.table import Table, UnreadableFile
from milepost.exchange.reading.text import text_table

Source = Path | str | bytes

# A zip of text shrinks tenfold; one that grows beyond this was made to hurt.
MOST_UNPACKED = 4 * 1024**3
EXCEL = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def read_table(source: Source, name: str) -> Table:
    """Read the one table of a file; a workbook or zip gives its first."""
    return read_tables(source, name)[0]


def read_tables(source: Source, name: str) -> list[Table]:
    """Read every table of a file: one of a text, one a sheet of a workbook, all those in a zip."""
    return _tables(_opener(source), name, nested=False)


def _opener(source: Source) -> Callable[[], BinaryIO]:
    if isinstance(source, bytes):
        return lambda: io.BytesIO(source)
    path = Path(source)
    return lambda: path.open("rb")


def _tables(open_bytes: Callable[[], BinaryIO], name: str, *, nested: bool) -> list[Table]:
    with open_bytes() as stream:
        start = stream.read(4)
    if not start:
        raise UnreadableFile(_("%(name)s is empty.") % {"name": name})
    if start == OLD_EXCEL or (start.startswith(b"PK") and name.lower().endswith(EXCEL)):
        return sheet_tables(open_bytes, name)
    if start.startswith(b"PK"):
        return _zip_tables(open_bytes, name, nested=nested)
    return [text_table(open_bytes, name)]


def _zip_tables(open_bytes: Callable[[], BinaryIO], name: str, *, nested: bool) -> list[Table]:
    if nested:
        raise UnreadableFile(_("%(name)s is a zip inside a zip; unpack it first.") % {"name": name})
    tables: list[Table] = []
    for member in _members(open_bytes, name):
        tables += _tables(_member_opener(open_bytes, member), Path(member).name, nested=True)
    if not tables:
        raise UnreadableFile(_("%(name)s holds no CSV or Excel file.") % {"name": name})
    return tables


def _members(open_bytes: Callable[[], BinaryIO], name: str) -> list[str]:
    try:
        with open_bytes() as stream, zipfile.ZipFile(stream) as archive:
            infos = [info for info in archive.infolist() if _is_data(info)]
    except (zipfile.BadZipFile, NotImplementedError) as problem:
        raise UnreadableFile(_("%(name)s is a damaged zip.") % {"name": name}) from problem
    if sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise UnreadableFile(_("%(name)s unpacks to more than 4 GB.") % {"name": name})
    if any(info.flag_bits & 1 for info in infos):
        raise UnreadableFile(_("%(name)s is protected by a password; unpack it first.") % {"name": name})
    return [info.filename for info in infos]


def _is_data(info: zipfile.ZipInfo) -> bool:
    path = Path(info.filename)
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return (
        not info.is_dir()
        and not hidden
        and path.suffix.lower() in (".csv", ".tsv", ".txt", *EXCEL)
        and bool(info.file_size)
    )


class _Member(io.BufferedReader):
    """Read one file of a zip; closing it closes the zip."""

    def __init__(self, stream: BinaryIO, member: str) -> None:
        self.stream = stream
        self.archive = zipfile.ZipFile(stream)
        super().__init__(cast(io.RawIOBase, self.archive.open(member)))

    def close(self) -> None:
        super().close()
        self.archive.close()
        self.stream.close()


def _member_opener(open_bytes: Callable[[], BinaryIO], member: str) -> Callable[[], BinaryIO]:
    return lambda: _Member(open_bytes(), member)
