"""One frame for every chart: its drawing, its values one by one, its figures, and ways to keep them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

from django.utils.safestring import SafeString

from milepost.web.text import harmless

NOTHING = SafeString()


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

    @property
    def reads(self) -> str:
        return self.kind or (str(self.plot["kind"]) if self.plot else "")

    @property
    def plot_text(self) -> str:
        return json.dumps(self.plot, separators=(",", ":")) if self.plot else ""

    @property
    def figures_text(self) -> str:
        """Return the figures as a spreadsheet takes them."""
        plain = [[harmless(cell.plain) for cell in row] for row in self.rows]
        return json.dumps([list(map(harmless, self.heads)), *plain], separators=(",", ":"))


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
