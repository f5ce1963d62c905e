"""Read the sheets of an Excel workbook, which another process unfolds: one made to do harm ends that one alone."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from milepost.exchange.reading import unfold
from milepost.exchange.reading.bearable import must_be_bearable
from milepost.exchange.reading.table import Row, Table, UnreadableFile, table_from_rows


class Unfolded:
    """Hold the folder of a workbook’s sheets, which goes when nobody reads them any more."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="milepost-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

    def reader(self, file: str, name: str) -> Callable[[], Iterator[Row]]:
        """Return a way to read the rows of a sheet, as often as wanted."""

        def open_raw() -> Iterator[Row]:
            with (self.path / file).open(encoding="utf-8", newline="") as lines:
                rows = enumerate(csv.reader(lines), start=1)
                try:
                    yield from (Row(line, cells) for line, cells in rows)
                except csv.Error as problem:
                    raise UnreadableFile(
                        _("%(name)s has a cell of over a million letters.") % {"name": name}
                    ) from problem

        return open_raw


def sheet_tables(open_bytes: Callable[[], BinaryIO], name: str) -> list[Table]:
    """Read every visible sheet that holds something, each as a table."""
    must_be_bearable(open_bytes, name)
    unfolded = Unfolded()
    with open_bytes() as stream, (unfolded.path / "book").open("wb") as copy:
        shutil.copyfileobj(stream, copy)
    sheets = _unfold(unfolded.path, name)
    labels = [f"{name}: {sheet['name']}" if len(sheets) > 1 else name for sheet in sheets]
    tables = [
        table_from_rows(label, unfolded.reader(sheet["file"], name))
        for label, sheet in zip(labels, sheets, strict=True)
        if sheet["file"]
    ]
    if not tables:
        raise UnreadableFile(_("%(name)s has no sheet with anything in it.") % {"name": name})
    return tables


def _unfold(folder: Path, name: str) -> list[dict[str, str]]:
    """Let a process of its own write the sheets as CSV; raises UnreadableFile where it could not."""
    command = [sys.executable, "-P", unfold.__file__, str(folder)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    (folder / "book").unlink()
    if done.returncode == unfold.DAMAGED:
        raise UnreadableFile(_("%(name)s is not an Excel file that can be opened.") % {"name": name})
    if done.returncode:
        told = _("%(name)s is damaged, or too large for a workbook. Save it as CSV: that may be as long as you like.")
        raise UnreadableFile(told % {"name": name})
    sheets: list[dict[str, str]] = json.loads(done.stdout)
    return sheets
