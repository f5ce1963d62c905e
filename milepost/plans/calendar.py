"""Write the dates of a plan as an iCalendar file (RFC 5545): values in, bytes out."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from milepost.plans.live import Duty, Milestone, Shown

MINUTES = 60
LONGEST = 75  # octets of a line, its end not counted


def calendar(shown: Shown, *, uid: str, at: datetime.datetime) -> bytes:
    """Return the steps that have a day, and what the reader has still to do; `uid` tells this plan from others."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Milepost//Shared plan//EN", "METHOD:PUBLISH"]
    lines = [*head, f"X-WR-CALNAME:{_text(shown.title)}"]
    for step in shown.steps:
        if step.on is not None and not step.is_done:
            lines += _event(step, step.on, uid, at, shown.title)
    for duty in shown.mine:
        if duty.due is not None:
            lines += _event(duty, duty.due, uid, at, shown.title)
    return b"".join(_folded(line) for line in [*lines, "END:VCALENDAR"])


def _event(one: Milestone | Duty, on: datetime.date, uid: str, at: datetime.datetime, title: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{uid}-{one.part}@milepost"
    yield f"DTSTAMP:{_moment(at)}"
    starts_at = getattr(one, "starts_at", None)
    if starts_at is not None:
        yield f"DTSTART:{_moment(starts_at)}"
        yield f"DURATION:PT{getattr(one, 'minutes', None) or MINUTES}M"
    else:
        yield f"DTSTART;VALUE=DATE:{on:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{on + datetime.timedelta(days=1):%Y%m%d}"
        yield "TRANSP:TRANSPARENT"
    yield f"SUMMARY:{_text(one.name)}"
    yield f"DESCRIPTION:{_text(f'{title}. {one.says}' if one.says else title)}"
    if isinstance(one, Milestone) and one.about:
        yield "STATUS:TENTATIVE"
    yield "END:VEVENT"


def _moment(at: datetime.datetime) -> str:
    return f"{at.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    r"""Return words as a calendar file has them.

    >>> print(_text("Sign; then, perhaps\ncelebrate"))
    Sign\; then\, perhaps\ncelebrate
    """
    plain = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(plain.splitlines())


def _folded(line: str) -> bytes:
    """Return a line in pieces of at most 75 octets, never cut within a letter."""
    pieces, piece = [], b""
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > LONGEST:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
