"""A paper that is read away from the screen: said once as sections, then printed as PDF or written as an Excel book."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from milepost.web import words
from milepost.web.sheet import Column, Sheet

FOLDER = Path(__file__).resolve().parent
NO_FONT = "could not be displayed with"


@dataclass(frozen=True)
class Col:
    """A column of a table; `is_extra` is for the book alone, `is_wide` takes the room that is left on paper."""

    head: str
    look: str = "text"
    is_extra: bool = False
    is_wide: bool = False
    is_signed: bool = False

    @property
    def is_number(self) -> bool:
        return self.look in ("money", "share", "number")


@dataclass(frozen=True)
class Row:
    """A line of a table: raw values, money in minor units."""

    cells: Sequence[Any]
    href: str = ""
    depth: int = 0
    is_strong: bool = False


@dataclass(frozen=True)
class Table:
    """A table; `currency` is that of its money, `head` a small heading over it, `name` the tab of its sheet."""

    name: str
    columns: Sequence[Col]
    rows: Sequence[Row]
    currency: str
    head: str = ""
    kind: str = "table"

    @property
    def shown(self) -> list[tuple[Row, list[tuple[Col, str]]]]:
        """Return the rows with their cells as they are read."""
        return [(row, [(col, self.said(col, value)) for col, value in self._paired(row)]) for row in self.rows]

    @property
    def heads(self) -> list[Col]:
        return [col for col in self.columns if not col.is_extra]

    def _paired(self, row: Row) -> Iterator[tuple[Col, Any]]:
        return ((col, value) for col, value in zip(self.columns, row.cells, strict=True) if not col.is_extra)

    def said(self, col: Col, value: Any) -> str:
        """Return one value as a person reads it."""
        if value is None or value == "":
            return "–" if col.is_number else ""
        if col.look == "money":
            sign = "+" if col.is_signed and value > 0 else ""
            return sign + words.money_short(value, self.currency)
        if col.look == "share":
            return words.percent(value)
        if isinstance(value, datetime.date):
            return words.short_day(value)
        return words.count(value) if isinstance(value, int) else str(value)


@dataclass(frozen=True)
class Picture:
    """A drawing with a heading and a sentence; without a drawing the sentence stands alone."""

    svg: str
    alt: str = ""
    head: str = ""
    said: str = ""


@dataclass(frozen=True)
class Pictures:
    """Drawings side by side; `columns` keeps a single one from filling the page."""

    pictures: Sequence[Picture]
    columns: int = 1
    kind: str = "pictures"


@dataclass(frozen=True)
class Facts:
    """The few figures that matter, each under its name."""

    facts: Sequence[tuple[str, str]]
    kind: str = "facts"


@dataclass(frozen=True)
class Words:
    """A paragraph."""

    text: str
    kind: str = "words"


Part = Table | Pictures | Facts | Words


@dataclass(frozen=True)
class Section:
    """A part of a paper under its own heading."""

    title: str
    parts: Sequence[Part]


@dataclass(frozen=True)
class Paper:
    """All of it; `footer` stands on every page beside its number."""

    title: str
    subtitle: str
    footer: str
    sections: Sequence[Section] = field(default_factory=list)
    author: str = "Milepost"
    language: str = "en"


def print_paper(paper: Paper) -> tuple[bytes, bool]:
    """Return the paper as PDF, tagged for screen readers, and whether every character of it has a font here."""
    return in_pdf("paper.typ", _told(paper))


def in_pdf(source: str, told: dict[str, Any]) -> tuple[bytes, bool]:
    """Set what is told by one of the sources in `papers`; tagged, unless a character of it has no font here."""
    from typst import TypstError

    said = json.dumps(told)
    try:
        return _set(source, said, "ua-1"), True
    except TypstError as error:
        if NO_FONT not in f"{error}{error.message}":
            raise
    return _set(source, said), False


def _set(source: str, told: str, *standards: Any) -> bytes:
    from typst import Compiler

    text = (FOLDER / "papers" / source).read_bytes()
    made = Compiler(text, font_paths=_fonts(), sys_inputs={"told": told}).compile(
        format="pdf", pdf_standards=list(standards)
    )
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> Any:
    """Find the fonts we carry, and behind them those of the machine, once."""
    from typst import Fonts

    return Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[str(FOLDER / "fonts")])


def _told(paper: Paper) -> dict[str, Any]:
    sections = [{"title": each.title, "parts": [_part(part) for part in each.parts]} for each in paper.sections]
    told = {"title": paper.title, "subtitle": paper.subtitle, "footer": paper.footer, "author": paper.author}
    return told | {"lang": paper.language.partition("-")[0], "sections": sections}


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, Words):
        return {"kind": part.kind, "text": part.text}
    if isinstance(part, Facts):
        return {"kind": part.kind, "facts": [{"name": name, "said": said} for name, said in part.facts]}
    if isinstance(part, Pictures):
        drawn = [
            {"svg": stand_alone(p.svg) if p.svg else "", "alt": p.alt, "head": p.head, "said": p.said}
            for p in part.pictures
        ]
        return {"kind": part.kind, "pictures": drawn, "columns": part.columns}
    heads = [{"head": col.head, "number": col.is_number, "wide": col.is_wide} for col in part.heads]
    rows = [
        {"cells": [said for _col, said in cells], "depth": row.depth, "strong": row.is_strong}
        for row, cells in part.shown
    ]
    return {"kind": part.kind, "head": part.head, "columns": heads, "rows": rows}


LIGHT = """
text{font-family:Inter,"DejaVu Sans","Droid Sans Fallback";font-size:11px;fill:#666d75} .name{fill:#4c535b}
.axis{stroke:#cfd0cc} .target{stroke:#1b1f23;stroke-width:1.25;stroke-dasharray:3 3} .tl{fill:#1b1f23;font-weight:600}
.band{stroke:#2456c9;stroke-width:5;stroke-opacity:.38;stroke-linecap:round}
.mid{fill:#2456c9;stroke:#fff;stroke-width:1.5} .hit{fill:#1d7552}
.miss{fill:#fff;stroke:#858b92;stroke-width:1.4}
.came{fill:#1b1f23} .beyond{fill:#fff;stroke:#1b1f23;stroke-width:1.5}
.called{fill:none;stroke:#6b3fb5;stroke-width:1.75}
.true{stroke:#4c535b;stroke-dasharray:3 3} .doubt{stroke:#858b92;stroke-width:1.25}
.level{stroke:#4c535b;stroke-width:2} .up{fill:#2456c9} .won{fill:#1d7552} .down{fill:#858b92} .bad{fill:#b3203f}
.total{fill:#1b1f23;font-weight:600}
"""


def stand_alone(svg: str) -> str:
    """Return a drawing of ours as a file of its own: with its name space, and the light colours in it."""
    head, _, rest = svg.partition(">")
    if "xmlns=" not in head:
        head = head.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    # What a browser would draw hatched by the style sheet of a page is plain in a file.
    return f"{head}><style>{LIGHT}</style>{re.sub(r'<defs>.*?</defs>', '', rest, flags=re.DOTALL)}"


def sheets(paper: Paper) -> Iterator[Sheet]:
    """Yield the tables of a paper as sheets of a book, and before them what stands in words and the few figures."""
    columns = [Column(_("Part"), width=34), Column("", width=34), Column("", width=100)]
    yield Sheet(_("At a glance"), columns, [[each.title, *cells] for each in paper.sections for cells in _said(each)])
    for table in _tables(paper):
        yield Sheet(table.name, [_column(table, col) for col in table.columns], [_raw(table, r) for r in table.rows])


def _said(section: Section) -> Iterator[tuple[str, str]]:
    for part in section.parts:
        if isinstance(part, Facts):
            yield from part.facts
        elif isinstance(part, Words):
            yield "", part.text


def _tables(paper: Paper) -> Iterator[Table]:
    for section in paper.sections:
        yield from (part for part in section.parts if isinstance(part, Table))


def _column(table: Table, col: Col) -> Column:
    head = f"{col.head} ({table.currency})" if col.look == "money" else col.head
    look: Any = col.look
    return Column(head, look, 40 if col.is_wide else 24 if col.look == "text" else 14)


def _raw(table: Table, row: Row) -> list[Any]:
    scale = words.exponent(table.currency)
    return [
        Decimal(value).scaleb(-scale) if col.look == "money" and value is not None else value
        for col, value in zip(table.columns, row.cells, strict=True)
    ]
