"""One frame for every chart: its drawing, its values one by one, its figures, and ways to keep them."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any, NamedTuple

from django.utils.safestring import SafeString

from milepost.web.text import harmless

NOTHING = SafeString()
NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,10})?", re.ASCII)
MOST_ROWS, MOST_COLUMNS = 5_000, 40


class Cell(NamedTuple):
    """One figure: as people read it, and as a spreadsheet takes it."""

    shown: str
    plain: str | float | None


@dataclass(frozen=True)
class Chart:
    """What is drawn: a finished `drawing`, or a `plot` that the library draws in the browser.

    name     what a kept file is called
    title    stands above the drawing in a kept file
    said     the whole of it in a sentence, for those who hear the page
    heads    of the figures' columns; `rows` are the figures themselves
    keys     kind and name of what is drawn, for the line under it
    kind     how the nearest value is found: along a "time", down a "flow", or any way
    tabled   whether the figures stand under the drawing; where the page has them already they are only kept
    """

    name: str
    title: str
    said: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    drawing: SafeString = NOTHING
    plot: dict[str, Any] | None = None
    keys: Sequence[tuple[str, str]] = ()
    tabled: bool = True
    kind: str = ""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.heads) for row in self.rows):
            raise ValueError("rows: one cell for each head is needed.")

    @property
    def reads(self) -> str:
        return self.kind or (str(self.plot["kind"]) if self.plot else "")

    @property
    def plot_text(self) -> str:
        return json.dumps(self.plot, separators=(",", ":")) if self.plot else ""

    @property
    def figures_text(self) -> str:
        """Return the figures as a spreadsheet takes them."""
        plain = [[_plain(cell.plain) for cell in row] for row in self.rows]
        return json.dumps([list(map(harmless, self.heads)), *plain], separators=(",", ":"))


def _plain(value: Any) -> Any:
    """Return a figure as it may stand in a file: a number below nothing is no formula.

    >>> _plain("-807.00"), _plain("-SUM(A1)")
    ('-807.00', "'-SUM(A1)")
    """
    return value if isinstance(value, str) and NUMBER.fullmatch(value) else harmless(value)


def as_sheet(text: str) -> list[list[Any]] | None:
    """Return the rows that a chart's figures hold, head first, numbers and days by their own types; None if none do.

    >>> as_sheet('[["Day","€"],["2026-11-25","-1.50"]]')
    [['Day', '€'], [datetime.date(2026, 11, 25), Decimal('-1.50')]]
    >>> as_sheet("{}"), as_sheet('[["a"],["b",1]]'), as_sheet("[[[]]]")
    (None, None, None)
    """
    try:
        rows = json.loads(text)
    except ValueError:
        return None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) for row in rows):
        return None
    is_table = all(len(row) == len(rows[0]) <= MOST_COLUMNS for row in rows) and len(rows) <= MOST_ROWS
    is_flat = all(isinstance(value, str | int | float | None) for row in rows for value in row)
    return [list(map(str, rows[0])), *([_typed(v) for v in row] for row in rows[1:])] if is_table and is_flat else None


def _typed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if NUMBER.fullmatch(value):
        return Decimal(value)
    try:
        return datetime.date.fromisoformat(value) if len(value) == 10 else value
    except ValueError:
        return value


def tip(head: str, *lines: str) -> str:
    """Return what is shown beside the pointer: one line under another, the first one strong.

    >>> tip("Nov 2026", "won €2 M", "")
    'Nov 2026\\nwon €2 M'
    """
    return "\n".join(filter(None, (head, *lines)))


def told_as(text: str, href: str = "") -> str:
    """Return the attributes by which a drawn mark tells its value, and leads somewhere; nothing where it tells none.

    >>> told_as("Q4 <2026>"), told_as("")
    (' data-tip="Q4 &lt;2026&gt;"', '')
    """
    told = f' data-tip="{escape(text)}"' if text else ""
    return f'{told} data-href="{escape(href)}"' if href else told
