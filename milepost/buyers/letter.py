"""Read a forwarded e-mail (.eml): who wrote what, as text and nothing else.

Nothing in it is trusted: HTML is stripped to its text, pictures and scripts are never fetched or shown, attachments
are named and never opened. What cannot be read is said so in words.
"""

from __future__ import annotations

import codecs
import email
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from html.parser import HTMLParser
from itertools import islice
from typing import Any, BinaryIO

from milepost.buyers.skim import OF_A_HEADER, Short, skim

MOST_BYTES = 25 * 1024 * 1024
MOST_TEXT = 20_000
MOST_HTML = 200_000
MOST_PARTS = 200
SLOW = ("punycode", "idna")
"""Encodings of names, not of texts: reading a long text by them takes hours."""


class NoLetter(ValueError):
    """The file is no e-mail that can be read."""


@dataclass(frozen=True)
class Letter:
    """What an e-mail says."""

    subject: str = ""
    sender: str = ""
    address: str = ""
    on: Any = None
    text: str = ""
    attachments: list[str] = field(default_factory=list)


HIDDEN = ("script", "style", "head", "template")
LINES = (
    "p", "br", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "blockquote",
    "section", "article", "header", "footer",
)  # fmt: skip
CELLS = ("td", "th")
TAG = re.compile(r"<[^<>]*>")


class Text(HTMLParser):
    """Keep the text of HTML; nothing inside scripts, styles and heads."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in HIDDEN:
            self._hidden += 1
        if tag == "body":
            self._hidden = 0  # a head that nobody has closed ends here
        if tag in LINES:
            self.found.append("\n")
        if tag in CELLS:
            self.found.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        if tag in LINES:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)

    def rest(self) -> str:
        """Return what an unfinished tag has kept back: to end the standard reader takes minutes over hostile files."""
        is_shown = not self._hidden and not self.rawdata.startswith("<!")
        return TAG.sub(" ", self.rawdata) if is_shown else ""

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Skip what Outlook writes for itself: the standard reader stops at an unknown word, or at an end unbegun."""
        return self.rawdata.find(">", i) + 1 or -1


def read(source: BinaryIO) -> Letter:
    """Return what the e-mail says; raises NoLetter for what is none.

    >>> import io
    >>> read(io.BytesIO(b"From: Ann <ann@mill.example>\\nSubject: Line 5?\\n\\nWhat if line 5 were added?")).sender
    'Ann'
    """
    try:
        message = email.message_from_bytes(skim(source), policy=Short())
        if not {"from", "subject", "date"} & {name.lower() for name in message.keys()}:  # noqa: SIM118 - no mapping
            raise NoLetter("no e-mail")
        return _letter(message)
    except NoLetter:
        raise
    except Exception as error:  # whatever a broken or hostile file does to the parser, it is no letter
        raise NoLetter("cannot be read") from error


def _letter(message: Message) -> Letter:
    name, address = _sender(_header(message, "from"))
    parts = list(islice(message.walk(), MOST_PARTS))
    return Letter(
        subject=_line(_header(message, "subject"))[:200],
        sender=_line(name or address)[:200],
        address=_line(address)[:200],
        on=_day(message),
        text=_text(parts)[:MOST_TEXT],
        attachments=list(_names(parts)),
    )


def _header(message: Message, name: str) -> str:
    """Return a header as text, also one that is broken."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name), "")
    return _words(raw)


def _words(raw: str) -> str:
    """Return the text of a header with its encoded words read; as it stands where they cannot be."""
    bare = raw.encode("utf-8", "surrogateescape").decode("latin-1")  # a character a byte
    try:
        pieces = decode_header(bare)
    except (HeaderParseError, ValueError):
        pieces = [(bare, None)]
    as_bytes = ((piece.encode("latin-1") if isinstance(piece, str) else piece, charset) for piece, charset in pieces)
    return "".join(_decoded(piece, charset) for piece, charset in as_bytes)


def _sender(text: str) -> tuple[str, str]:
    try:
        return parseaddr(text)
    except RecursionError:  # remarks within remarks
        return text, ""


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """Return text without what no database or screen takes: NUL and other control marks, halves of characters."""
    whole = text.encode("utf-8", "replace").decode("utf-8", "replace")
    return "".join(c if c in "\n\t" or c.isprintable() else " " if c.isspace() else "" for c in whole)


def _day(message: Message) -> Any:
    try:
        return parsedate_to_datetime(_header(message, "date")).date()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _text(parts: list[Message]) -> str:
    """Return the plain texts one after another; the text of HTML where there is no other."""
    own = [part for part in parts if not part.is_multipart() and not part.get_filename()]
    plain = [clean(_content(part)[:MOST_TEXT]).strip() for part in own if part.get_content_type() == "text/plain"]
    if any(plain):
        return "\n\n".join(text for text in plain if text)
    html = next((_content(part) for part in own if part.get_content_type() == "text/html"), "")
    reader = Text()
    reader.feed(html[:MOST_HTML])
    lines = [" ".join(line.split()) for line in clean("".join(reader.found) + reader.rest()).splitlines()]
    return "\n".join(line for line in lines if line).strip()


def _content(part: Message) -> str:
    raw: Any = part.get_payload(decode=True)
    return _decoded(raw or b"", part.get_content_charset())


def _decoded(raw: bytes, charset: str | None) -> str:
    """Return bytes as text: by the charset they name, else as UTF-8, else as Western Europe wrote before it."""
    for name in (charset or "utf-8", "utf-8"):
        try:
            if codecs.lookup(name).name not in SLOW:
                return str(raw.decode(name))
        except (LookupError, ValueError):  # no such charset, or not what is there
            continue
    return raw.decode("cp1252", "replace")


def _names(parts: list[Message]) -> Iterator[str]:
    """Yield the names of what is attached, without any path."""
    for part in parts:
        if name := part.get_filename():
            bare = _words(str(name)[:OF_A_HEADER]).replace("\\", "/").rsplit("/", 1)[-1]
            yield _line(bare)[:200] or "?"
