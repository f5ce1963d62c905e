"""Write the whole company into a ZIP, row after row, so that a million take no more memory than a hundred."""

from __future__ import annotations

import codecs
import json
import zipfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

from django.db import models
from django.utils import timezone, translation

from milepost.exchange.whole.columns import columns_of
from milepost.exchange.whole.describe import DESCRIPTION, README, described, readme
from milepost.exchange.whole.files import put_files
from milepost.exchange.whole.kinds import file_of, kinds
from milepost.exchange.whole.lots import as_csv
from milepost.exchange.whole.moment import one_moment
from milepost.exchange.whole.readers import readers_for

QUICK = 1
"""How hard the ZIP is pressed: tables shrink to a sixth at once, and hardly further for three times the time."""

Told = Callable[[int, int], None]


def write_company(target: Path | IO[bytes], *, told: Told = lambda done, of: None) -> dict[str, int]:
    """Write everything of one moment, whoever works meanwhile; return the number of rows by file.

    `told` hears how many rows of how many are written; what it raises stops it, and half a file stays.
    """
    now = timezone.now()
    of = sum(model._base_manager.count() for model in kinds())
    with (
        translation.override("en"),
        readers_for(of) as readers,
        one_moment(readers.others),
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, True, QUICK) as box,
    ):
        counts: dict[str, int] = {}
        for model in kinds():
            done = sum(counts.values())
            counts[file_of(model)] = _write(
                box,
                model,
                readers.texts(model),
                lambda n, done=done: told(done + n, of),  # type: ignore[misc]
            )
        files = put_files(box)
        description = described(now, counts, files)
        box.writestr(DESCRIPTION, json.dumps(description, ensure_ascii=False, indent=1))
        box.writestr(README, readme(description))
    return counts


def _write(
    box: zipfile.ZipFile, model: type[models.Model], texts: Iterable[tuple[int, bytes]], told: Callable[[int], None]
) -> int:
    """Write the file of one kind; return its number of rows."""
    count = 0
    info = zipfile.ZipInfo(file_of(model), timezone.localtime().timetuple()[:6])
    info.compress_type, info._compresslevel = zipfile.ZIP_DEFLATED, QUICK  # type: ignore[attr-defined]
    # One lot is pressed while the next is read: pressing needs no Python.
    with box.open(info, "w", force_zip64=True) as raw, ThreadPoolExecutor(1, "pressing") as aside:
        head = as_csv([[column.head for column in columns_of(model)]])
        pressed = aside.submit(raw.write, codecs.BOM_UTF8 + head)  # the mark tells Excel what it is
        for rows, text in texts:
            pressed.result()
            pressed = aside.submit(raw.write, text)
            count += rows
            told(count)
        pressed.result()
    return count
