"""Read a forwarded e-mail (.eml): who wrote what, as text and nothing else.

Nothing in it is trusted: HTML is stripped to its text, pictures and scripts are never fetched or shown, names of
attachments are only listed. What cannot be read is said so in words.
"""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any

MOST_BYTES = 25 * 1024 * 1024
MOST_TEXT = 20_000
MOST_PARTS = 200


class NoLetter(ValueError):
    """The file is no e-mail that can be read; the message says so for the screen."""


@dataclass(frozen=True)
class Letter:
    """What an e-mail says."""

    subject: str = ""
    sender: str = ""
    address: str = ""
    on: Any = None
    text: str = ""
    attachments: list[str] = field(default_factory=list)


class Text(HTMLParser):
    """Keep the text of HTML; nothing inside scripts, styles and heads."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in ("script", "style", "head", "template"):
            self._hidden += 1
        if tag in ("p", "br", "div", "tr", "li"):
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "head", "template"):
            self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)


def read(raw: bytes) -> Letter:
    """Return what the e-mail says; raises NoLetter for what is none.

    >>> read(b"From: Ann <ann@mill.example>\\nSubject: Line 5?\\n\\nWhat if line 5 were added?").sender
    'Ann'
    """
    if len(raw) > MOST_BYTES:
        raise NoLetter("too large")
    try:
        message: Any = email.message_from_bytes(raw, policy=email.policy.default)
        if not message.keys() or not ({"from", "subject", "date"} & {name.lower() for name in message}):
            raise NoLetter("no e-mail")
        return _letter(message)
    except NoLetter:
        raise
    except Exception as error:  # whatever a broken or hostile file does to the parser, it is no letter
        raise NoLetter("cannot be read") from error


def _letter(message: EmailMessage) -> Letter:
    name, address = parseaddr(_header(message, "from"))
    return Letter(
        subject=_line(_header(message, "subject"))[:200],
        sender=_line(name or address)[:200],
        address=_line(address)[:200],
        on=_day(message),
        text=_text(message)[:MOST_TEXT],
        attachments=_names(message),
    )


def _header(message: EmailMessage, name: str) -> str:
    """Return a header as text, also one that is broken."""
    try:
        return str(message.get(name) or "")
    except Exception:  # the standard library raises many kinds of errors for headers that break its rules
        raw = dict(message.raw_items()).get(name.title(), "")
        return str(raw).encode("utf-8", "replace").decode("utf-8", "replace")


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """Return text without what no database or screen takes: NUL and other control marks, halves of characters."""
    whole = text.encode("utf-8", "replace").decode("utf-8", "replace")
    return "".join(c if c in "\n\t" or c.isprintable() else " " if c.isspace() else "" for c in whole)


def _day(message: EmailMessage) -> Any:
    try:
        return parsedate_to_datetime(_header(message, "date")).date()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _parts(message: EmailMessage) -> list[Any]:
    parts = []
    for part in message.walk():
        parts.append(part)
        if len(parts) >= MOST_PARTS:
            break
    return parts


def _text(message: EmailMessage) -> str:
    """Return the first plain text; the text of HTML where there is no other."""
    html = ""
    for part in _parts(message):
        if part.is_multipart() or part.get_filename():
            continue
        kind = part.get_content_type()
        if kind == "text/plain":
            return clean(_content(part)).strip()
        if kind == "text/html" and not html:
            html = _content(part)
    reader = Text()
    reader.feed(html)
    lines = [" ".join(line.split()) for line in clean("".join(reader.found)).splitlines()]
    return "\n".join(line for line in lines if line).strip()


def _content(part: Any) -> str:
    raw = part.get_payload(decode=True) or b""
    try:
        return str(raw.decode(part.get_content_charset() or "utf-8", "replace"))
    except LookupError:  # a charset that does not exist
        return str(raw.decode("utf-8", "replace"))


def _names(message: EmailMessage) -> list[str]:
    """Return the names of what is attached, without any path."""
    names = []
    for part in _parts(message):
        if name := part.get_filename():
            names.append(_line(str(name).replace("\\", "/").rsplit("/", 1)[-1])[:200])
    return names
