"""A document of headings and paragraphs, told once and written as PDF or for Word."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from milepost.web.paper import in_pdf

HEADING, PARAGRAPH, ITEM, CHOICE, SIGNED = "heading", "paragraph", "item", "choice", "signed"


@dataclass(frozen=True)
class Block:
    """One block of text: a heading, a paragraph, an item of a list, a choice to tick, or a line to be signed on."""

    kind: str
    text: str


@dataclass(frozen=True)
class Writing:
    """All of it; `footer` stands on every page beside its number."""

    title: str
    subtitle: str
    footer: str
    blocks: Sequence[Block] = field(default_factory=list)
    author: str = "Milepost"
    language: str = "en"


def as_pdf(writing: Writing) -> bytes:
    """Return it as PDF, tagged for screen readers where every character of it has a font here."""
    told = {
        "title": writing.title,
        "subtitle": writing.subtitle,
        "footer": writing.footer,
        "author": writing.author,
        "lang": writing.language.partition("-")[0],
        "blocks": [{"kind": block.kind, "text": block.text} for block in writing.blocks],
    }
    return in_pdf("writing.typ", told)[0]


def as_word(writing: Writing) -> bytes:
    """Return it as a Word document, with real headings and lists, to be worked on."""
    from docx import Document

    document = Document()
    about = document.core_properties
    about.title, about.author, about.language = writing.title, writing.author, writing.language
    document.add_heading(writing.title, level=0)
    document.add_paragraph(writing.subtitle, style="Subtitle")
    for block in writing.blocks:
        _add(document, block)
    document.sections[0].footer.paragraphs[0].text = writing.footer
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _add(document: Any, block: Block) -> None:
    if block.kind == HEADING:
        document.add_heading(block.text, level=1)
    elif block.kind == ITEM:
        document.add_paragraph(block.text, style="List Bullet")
    elif block.kind == CHOICE:
        document.add_paragraph(f"\N{BALLOT BOX} {block.text}")
    elif block.kind == SIGNED:
        document.add_paragraph(f"{'_' * 40}\n{block.text}")
    else:
        document.add_paragraph(block.text)
