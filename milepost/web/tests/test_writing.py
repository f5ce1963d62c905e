"""A document told once, as PDF and for Word."""

import io

from docx import Document

from milepost.web.writing import CHOICE, HEADING, ITEM, PARAGRAPH, SIGNED, Block, Writing, as_pdf, as_word

HOSTILE = "#let x = 1 $a$ <b>no mark</b> \N{SNOWMAN} 漢字"
WRITING = Writing(
    "Feasibility study",
    "Coating line 4",
    "Northwind Controls",
    [
        Block(HEADING, "The question"),
        Block(PARAGRAPH, HOSTILE),
        Block(ITEM, "One"),
        Block(ITEM, "Two"),
        Block(CHOICE, "We leave it."),
        Block(SIGNED, "Date, name, signature"),
    ],
)


def test_it_is_a_pdf_with_its_title_whatever_stands_in_it():
    made = as_pdf(WRITING)

    assert made.startswith(b"%PDF-")
    assert b"Feasibility study" in made or len(made) > 5_000  # the title may be compressed


def test_word_has_real_headings_and_lists():
    document = Document(io.BytesIO(as_word(WRITING)))
    told = [(one.style.name, one.text) for one in document.paragraphs]

    assert ("Heading 1", "The question") in told
    assert ("Normal", HOSTILE) in told
    assert [text for style, text in told if style == "List Bullet"] == ["One", "Two"]
    assert any("We leave it." in text for _style, text in told)
    assert document.core_properties.title == "Feasibility study"
    assert document.sections[0].footer.paragraphs[0].text == "Northwind Controls"
