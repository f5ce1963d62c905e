"""Read what was packed by gzip where it lies: nothing is unpacked to disk, and no more than a table would grow to."""

from __future__ import annotations

import gzip
import io
import os
from pathlib import PurePath
from typing import BinaryIO, cast

from django.utils.translation import gettext as _

from milepost.exchange.reading import zips
from milepost.exchange.reading.table import UnreadableFile
from milepost.exchange.reading.zips import BROKEN, Opener

MARK = b"\x1f\x8b"
SUFFIXES = (".gz", ".gzip")
AT_ONCE = 64 * 1024


def bare_name(name: str) -> str:
    """Return what a packed file is called within.

    >>> bare_name("Opportunity.csv.gz"), bare_name("data_0")
    ('Opportunity.csv', 'data_0')
    """
    path = PurePath(name)
    return path.stem if path.suffix.lower() in SUFFIXES else name


def unpacked(open_bytes: Opener, name: str) -> Opener:
    """Return a way to open what a file holds; reading it raises UnreadableFile for damage, and for far too much.

    How much it comes to stands nowhere in such a file that could be believed: it is counted as it is read.
    """
    with open_bytes() as stream:
        size = stream.seek(0, os.SEEK_END)

    def open_unpacked() -> BinaryIO:
        return cast(BinaryIO, io.BufferedReader(_Unpacking(open_bytes(), size, name), AT_ONCE))

    return open_unpacked


def whole(open_bytes: Opener, name: str) -> Opener:
    """Return a way to open a workbook, held in memory: whoever reads it jumps about in it."""
    with open_bytes() as stream:
        content = stream.read(zips.MOST_WORKBOOK + 1)
    zips.must_fit_as_a_workbook(len(content), name)
    return lambda: io.BytesIO(content)


class _Unpacking(io.RawIOBase):
    """Unpack as much as is asked for out of a file of `size` bytes; closing it closes the file."""

    def __init__(self, stream: BinaryIO, size: int, name: str) -> None:
        self.stream, self.size, self.name, self.given = stream, size, name, 0
        self.file = gzip.GzipFile(fileobj=stream, mode="rb")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        """Unpack some bytes; raises UnreadableFile."""
        room = memoryview(buffer)  # type: ignore[arg-type]
        try:
            found = self.file.read(len(room))
        except BROKEN as problem:
            raise UnreadableFile(_("%(name)s is damaged, or was cut off.") % {"name": self.name}) from problem
        self.given += len(found)
        zips.must_fit(self.given, self.name)
        zips.must_be_as_a_table(self.given, self.size, self.name)
        room[: len(found)] = found
        return len(found)

    def close(self) -> None:
        if not self.closed:
            super().close()
            self.file.close()
            self.stream.close()
