"""The description that lies in the ZIP: for programs as JSON, for people as a text."""

from __future__ import annotations

import datetime
from typing import Any

from milepost import __version__
from milepost.exchange.whole.columns import UNITS, Column, columns_of
from milepost.exchange.whole.kinds import LEFT_OUT, about, file_of, kinds
from milepost.team.models import Company

DESCRIPTION, README = "description.json", "README.txt"
FORMAT, FORM = "milepost company", 1
WAYS = (
    "Every file is CSV in UTF-8, with commas, and quotes where they are needed. Its first line names the columns.",
    "A column whose name ends in _id holds the number of a row in the file that its description names.",
    "A text that a spreadsheet would take for a formula has an apostrophe before it, and so has one that begins with "
    "an apostrophe: take one away, and you have the text.",
    "An empty cell means that nothing is known.",
    "Passwords and links that let somebody in are in no file.",
    "The files that rows name (attachments, logos, what clients sent) lie in files/.",
)


def described(now: datetime.datetime, counts: dict[str, int], files: int) -> dict[str, Any]:
    """Describe the ZIP: its kinds with their columns and rows, and what is left out and why."""
    company = Company.the()
    return {
        "format": FORMAT,
        "form": FORM,
        "milepost": __version__,
        "made_at": now.isoformat(),
        "company": company.name,
        "currency": company.currency,
        "ways": list(WAYS),
        "kinds": [_kind(model, counts) for model in kinds()],
        "files": files,
        "left_out": LEFT_OUT,
    }


def _kind(model: Any, counts: dict[str, int]) -> dict[str, Any]:
    file = file_of(model)
    told = {"file": file, "kind": model._meta.label, "rows": counts[file], "about": about(model)}
    return told | {"columns": [_column(column) for column in columns_of(model)]}


def _column(column: Column) -> dict[str, str]:
    told = {"name": column.head, "type": column.type, "meaning": column.meaning, "looks": UNITS[column.type]}
    return told | ({"currency": column.currency} if column.currency else {})


def readme(description: dict[str, Any]) -> str:
    """Say the same for people."""
    lines = [
        f"{description['company']}: everything Milepost {description['milepost']} held on {description['made_at']}",
        "",
        *description["ways"],
        "",
        "`milepost import` brings this ZIP back into an empty Milepost. description.json says the same for programs.",
    ]
    for kind in description["kinds"]:
        lines += ["", f"{kind['file']} ({kind['rows']} rows)", f"  {kind['about']}"]
        lines += [f"  {_line(column)}" for column in kind["columns"]]
    lines += ["", "Left out", *(f"  {kind}: {why}" for kind, why in description["left_out"].items()), ""]
    return "\n".join(lines)


def _line(column: dict[str, str]) -> str:
    beside = f"; its currency is in {column['currency']}" if "currency" in column else ""
    return f"{column['name']}: {column['meaning']} ({column['looks']}{beside})"
