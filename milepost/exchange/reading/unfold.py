"""Write the sheets of a workbook as CSV, in a process of its own: `python unfold.py FOLDER` reads FOLDER/book.

A workbook says how much room it wants, and one that lies about it takes down whatever reads it. So this is run beside
Milepost, with bounds to its memory, its time and what it writes; it needs nothing of Milepost. It prints the visible
sheets as JSON, each with the name of its CSV in the folder, "" where it holds nothing; every cell is the text that a
CSV would hold. It ends with DAMAGED where the file is no workbook; where it ends otherwise, it came to a bound.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

DAMAGED = 3
BOUNDS = {
    resource.RLIMIT_AS: 2 * 1024**3,  # bytes of memory; ten million cells take less than one gigabyte
    resource.RLIMIT_CPU: 300,  # seconds
    resource.RLIMIT_FSIZE: 4 * 1024**3,  # bytes of each CSV
    resource.RLIMIT_CORE: 0,
}


def unfold(folder: Path) -> list[dict[str, str]]:
    """Write the sheets that are seen; return their names and files."""
    found = []
    with (folder / "book").open("rb") as stream:
        for number, (name, rows) in enumerate(_sheets(stream)):
            file = f"{number}.csv"
            found.append({"name": name, "file": file if _write(folder / file, rows) else ""})
    return found


def _sheets(stream: Any) -> Iterator[tuple[str, Iterator[list[Any]]]]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(stream)
    for sheet in book.sheets_metadata:
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet:
            yield sheet.name, book.get_sheet_by_name(sheet.name).iter_rows()


def _write(path: Path, rows: Iterator[list[Any]]) -> bool:
    """Write rows, one line each however empty; tell whether there is anything in them."""
    filled = False
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        for row in rows:
            cells = [as_text(cell) for cell in row]
            filled = filled or any(cells)
            lines.writerow(cells)
    return filled


def as_text(cell: object) -> str:
    """Write a cell as unmistakable text: ISO dates, plain numbers, true and false."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ") if cell.time() != dt.time.min else cell.date().isoformat()
    return str(cell)


def main() -> None:
    """Unfold the folder named on the command line, within bounds."""
    for bound, most in BOUNDS.items():
        with suppress(OSError, ValueError):  # not every system knows each, or lets it be lowered
            resource.setrlimit(bound, (most, most))
    try:
        found = unfold(Path(sys.argv[1]))
    except MemoryError:
        raise
    except BaseException as problem:
        if isinstance(problem, Exception) or type(problem).__name__ == "PanicException":
            sys.exit(DAMAGED)
        raise
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
