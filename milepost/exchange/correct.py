"""Give what an import could not take over as files of the same form, to be corrected and imported again."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from pathlib import PurePosixPath

from django.utils.text import slugify
from django.utils.translation import gettext as _

from milepost.exchange.models import ImportBatch
from milepost.exchange.prepare import tables_of
from milepost.exchange.reading import Table
from milepost.web.text import harmless

Why = dict[int, list[str]]


def rows_to_correct(batch: ImportBatch) -> tuple[str, bytes]:
    """Return a file's name and content: a CSV of one table's rows with the reasons beside them, or a zip of several.

    Raises UnreadableFile or OSError when the files that were handed in are there no more.
    """
    wanted: dict[str, Why] = defaultdict(lambda: defaultdict(list))
    for row in batch.refused_rows.order_by("id").iterator():
        wanted[row.table][row.line].append(f"{row.column}: {row.reason}" if row.column else row.reason)
    sheets = {
        _file_name(table.name): _sheet(table, wanted[table.name[:200]])
        for table in (tables_of(batch) if wanted else [])
        if table.name[:200] in wanted
    }
    if len(sheets) == 1:
        return next(iter(sheets.items()))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sheets.items():
            archive.writestr(name, content)
    return "to-correct.zip", packed.getvalue()


def _sheet(table: Table, wanted: Why) -> bytes:
    """Write the rows of one table as they stand in it: the same columns, so that they are read the same way again."""
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow([*map(harmless, table.columns), _("Line"), _("Reason")])
    width = len(table.columns)
    for row in table.rows():
        if row.line in wanted:
            cells = [*row.cells, *[""] * (width - len(row.cells))]
            sheet.writerow([*map(harmless, cells[:width]), row.line, " ".join(wanted[row.line])])
    return text.getvalue().encode("utf-8-sig")


def _file_name(table: str) -> str:
    """Name a sheet after its table, so that it counts as the same source: “book.xlsx: Deals” is a file “book-deals”."""
    path = PurePosixPath(table)
    stem = path.stem if not path.suffix or " " not in path.suffix else slugify(table)
    return f"{stem}.csv"
