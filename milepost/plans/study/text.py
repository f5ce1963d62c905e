"""The text of a study with its blanks, and what is left of it once they are filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.web.writing import CHOICE, HEADING, ITEM, PARAGRAPH, SIGNED, Block

IN_BRACES = re.compile(r"\{([^{}\n]*)\}")
BLANKS = (
    "client", "opportunity", "question", "decides", "scope", "left_out", "people", "dates", "price", "findings", "ways",
)  # fmt: skip
DECISION = "decision"
"""This one stands on a line of its own: the choices with a line to sign on, or what was decided."""

USUAL = gettext_lazy(
    "# The question\n{question}\n\n"
    "# What is decided at the end\n{decides}\n\n"
    "# Scope\n{scope}\n\n"
    "# What is left out\n{left_out}\n\n"
    "# Who works on it\n{people}\n\n"
    "# Dates and price\n{dates}\n{price}\n\n"
    "# Findings\n{findings}\n\n"
    "# The ways there are\n- {ways}\n\n"
    "# The decision\n{decision}\n"
)


def must_be_fillable(text: str) -> None:
    """Raise ValueError where a blank is none that is known, naming those that are."""
    known = (*BLANKS, DECISION)
    wrong = sorted({blank for blank in IN_BRACES.findall(text) if blank not in known})
    if wrong:
        told = {"wrong": ", ".join(map(braced, wrong)), "known": ", ".join(map(braced, known))}
        raise ValueError(_("%(wrong)s: nothing is known to fill this in. These can be: %(known)s.") % told)


def braced(blank: str) -> str:
    return f"{{{blank}}}"


def blocks(text: str, filled: Mapping[str, str], decision: list[Block]) -> Iterator[Block]:
    """Yield the text's blocks with its blanks filled in; a section of which every blank is empty is left out.

    A line that begins with # is a heading, one that begins with - an item; an item whose blank has several lines is as
    many items. What fills a blank is never read for blanks or marks itself.

    >>> [block.text for block in blocks("# Why\\n{question}\\n# Who\\n{people}", {"question": "Is it?"}, [])]
    ['Why', 'Is it?']
    """
    for heading, lines in _sections(text):
        asked = [blank for line in lines for blank in IN_BRACES.findall(line)]
        if asked and DECISION not in asked and not any(filled.get(blank, "").strip() for blank in asked):
            continue
        if heading:
            yield Block(HEADING, _filled(heading, filled))
        for line in lines:
            yield from decision if line.strip() == braced(DECISION) else _line(line.strip(), filled)


def _sections(text: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines():
        if line.startswith("#"):
            found.append((line.lstrip("# ").strip(), []))
        elif line.strip():
            found[-1][1].append(line)
    return [section for section in found if section != ("", [])]


def _line(line: str, filled: Mapping[str, str]) -> Iterator[Block]:
    kind, words = (ITEM, line[1:].strip()) if line.startswith("-") else (PARAGRAPH, line)
    for said in _filled(words, filled).splitlines():
        if said.strip():
            yield Block(kind, said.strip())


def _filled(words: str, filled: Mapping[str, str]) -> str:
    return IN_BRACES.sub(lambda found: filled.get(found[1], ""), words)


def to_be_decided(ways: str) -> list[Block]:
    """Return the page on which the client decides: every way there is, to leave it, and a line to sign on."""
    choices = [way.strip() for way in ways.splitlines() if way.strip()]
    leave = _("We leave it.")
    return [*(Block(CHOICE, way) for way in (*choices, leave)), Block(SIGNED, _("Date, name, signature"))]
