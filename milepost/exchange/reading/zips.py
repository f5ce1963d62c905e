"""Read the files of a zip where they lie: nothing is unpacked to disk, and no more is read than was promised."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from django.utils.translation import gettext as _

from milepost.exchange.reading.table import UnreadableFile

Opener = Callable[[], BinaryIO]

MOST_UNPACKED = 4 * 1024**3
MOST_FILES = 1_000
# A table shrinks tenfold, a dull one a hundredfold; what grows beyond this was made to hurt.
DULLEST = 250
NEVER_A_BOMB = 64 * 1024**2
MOST_WORKBOOK = 256 * 1024**2
EXCEL = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
TEXT = (".csv", ".tsv", ".txt")
BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, OSError, ValueError)


def data_files(open_bytes: Opener, name: str) -> dict[str, Opener]:
    """Return the tables a zip holds by a name of their own, each with a way to open it; raises UnreadableFile."""
    infos = _contents(open_bytes, name)
    kept = [info for info in infos if _is_data(info)]
    if not kept:
        if any(_is_zip(info) for info in infos):
            raise UnreadableFile(_("%(name)s is a zip inside a zip; unpack it first.") % {"name": name})
        raise UnreadableFile(_("%(name)s holds no CSV or Excel file.") % {"name": name})
    must_be_bearable(kept, name)
    often = Counter(_bare(info).name for info in kept)
    return {
        str(_bare(info)) if often[_bare(info).name] > 1 else _bare(info).name: _member_opener(open_bytes, info, name)
        for info in kept
    }


def _contents(open_bytes: Opener, name: str) -> list[zipfile.ZipInfo]:
    try:
        with open_bytes() as stream, zipfile.ZipFile(stream) as archive:
            return archive.infolist()
    except BROKEN as problem:
        raise UnreadableFile(_("%(name)s is a damaged zip.") % {"name": name}) from problem


def must_be_bearable(infos: list[zipfile.ZipInfo], name: str) -> None:
    """Raise UnreadableFile, in words, for a zip that nobody should unpack."""
    if len(infos) > MOST_FILES:
        told = _("%(name)s holds more than %(n)d tables. Put the ones you need into a zip of their own.")
        raise UnreadableFile(told % {"name": name, "n": MOST_FILES})
    if any(info.flag_bits & 1 for info in infos):
        raise UnreadableFile(_("%(name)s is protected by a password; unpack it first.") % {"name": name})
    must_fit(sum(info.file_size for info in infos), name)
    for info in infos:
        must_be_as_a_table(info.file_size, info.compress_size, name)


def must_fit(size: int, name: str) -> None:
    """Raise UnreadableFile for more unpacked bytes than anybody exports."""
    if size > MOST_UNPACKED:
        raise UnreadableFile(_("%(name)s unpacks to more than 4 GB.") % {"name": name})


def must_be_as_a_table(size: int, packed: int, name: str) -> None:
    """Raise UnreadableFile where so few bytes unpack to more than those of any table would."""
    if size > max(NEVER_A_BOMB, DULLEST * packed):
        told = _("%(name)s unpacks to far more than a table would. Was it made to do harm? It is left alone.")
        raise UnreadableFile(told % {"name": name})


def must_fit_as_a_workbook(size: int, name: str) -> None:
    """Raise UnreadableFile for a workbook too large to be held, which whoever reads it jumps about in."""
    if size > MOST_WORKBOOK:
        told = _("%(name)s is too large to be read as a workbook. Save it as CSV: that may be as long as you like.")
        raise UnreadableFile(told % {"name": name})


def _bare(info: zipfile.ZipInfo) -> PurePosixPath:
    """Return where a file lies in a zip, without drives, ways upwards and signs that cannot be seen."""
    seen = "".join(sign for sign in info.filename.replace("\\", "/") if sign.isprintable())
    parts = [part for part in PurePosixPath(seen).parts if part not in ("/", "..") and not part.endswith(":")]
    return PurePosixPath(*parts)


def _is_data(info: zipfile.ZipInfo) -> bool:
    path = _bare(info)
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return (
        bool(info.filename)
        and not info.is_dir()
        and not hidden
        and path.suffix.lower() in (*TEXT, *EXCEL)
        and bool(info.file_size)
    )


def _is_zip(info: zipfile.ZipInfo) -> bool:
    return _bare(info).suffix.lower() == ".zip"


class _Member(io.RawIOBase):
    """Read one file of a zip; closing it closes the zip, and damage is told in words."""

    def __init__(self, stream: BinaryIO, info: zipfile.ZipInfo, name: str) -> None:
        self.name, self.opened = name, ExitStack()
        with self._in_words(), ExitStack() as opened:
            archive = opened.enter_context(zipfile.ZipFile(opened.enter_context(stream)))
            self.file = opened.enter_context(archive.open(info))
            self.opened = opened.pop_all()

    def _in_words(self) -> _InWords:
        return _InWords(self.name)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        """Read some bytes; raises UnreadableFile where the zip is damaged."""
        room = memoryview(buffer)  # type: ignore[arg-type]
        with self._in_words():
            found = self.file.read(len(room))
        room[: len(found)] = found
        return len(found)

    def close(self) -> None:
        if not self.closed:
            super().close()
            self.opened.close()


class _InWords:
    """Turn what a damaged zip raises into words."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        """Begin what may meet damage."""

    def __exit__(self, kind: object, problem: BaseException | None, trace: object) -> None:
        if isinstance(problem, BROKEN) and not isinstance(problem, UnreadableFile):
            raise UnreadableFile(_("%(name)s is a damaged zip.") % {"name": self.name}) from problem


def _member_opener(open_bytes: Opener, info: zipfile.ZipInfo, name: str) -> Opener:
    def open_text() -> BinaryIO:
        return cast(BinaryIO, io.BufferedReader(_Member(open_bytes(), info, name)))

    def open_workbook() -> BinaryIO:
        """Read a workbook whole: whoever reads it jumps about in it."""
        with open_text() as stream:
            return io.BytesIO(stream.read())

    if _bare(info).suffix.lower() in TEXT:
        return open_text
    must_fit_as_a_workbook(info.file_size, _bare(info).name)
    return open_workbook
