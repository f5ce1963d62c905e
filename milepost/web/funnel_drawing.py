"""Draw how many get how far along a line: its beads, the share that is reached at each, and what is left after it.

Drawn twice: along the page where it is wide, down the page where it is narrow; style sheets show one of them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from milepost.web.chart import tip

WIDE, MOST, ROOM = 1000.0, 10, 56.0
AXIS, NAMES, LINE, LETTER = 58.0, 104.0, 14.0, 6.6
NARROW, ROW, LEFT = 334.0, 74.0, 34.0


@dataclass(frozen=True)
class Bead:
    """One step as it is drawn, its figures in words.

    mean, low, high  the share reached, with its limits
    ahead            the share of those that begin the line that come to this step
    note             a word beside its number, such as "weakest"
    """

    number: int
    name: str
    mean: float
    low: float
    high: float
    share: str
    limits: str
    days: str
    days_limits: str
    ahead: float
    ahead_said: str
    optional: bool = False
    weakest: bool = False
    thin: bool = False
    note: str = ""


@dataclass(frozen=True)
class End:
    """What is left when the whole line is reached."""

    share: float
    said: str
    name: str


def draw_funnel(beads: Sequence[Bead], end: End) -> SafeString:
    """Return both drawings; a long line is drawn down the page only."""
    down = _down(beads, end, only=len(beads) > MOST)
    along = "" if len(beads) > MOST else _along(beads, end)
    return mark_safe(along + down)  # noqa: S308 - only numbers and escaped words


def _along(beads: Sequence[Bead], end: End) -> str:
    step = WIDE / (len(beads) + 1)
    after = [*(bead.ahead for bead in beads[1:]), end.share]
    names = [_wrapped(bead.name, int((step - 6) / LETTER)) for bead in beads]
    under = NAMES + LINE * max(len(lines) for lines in names)
    parts = [f'<line class="axis" x1="{step / 2:.1f}" x2="{WIDE - step / 2:.1f}" y1="{AXIS:g}" y2="{AXIS:g}"/>']
    for at, (bead, left) in enumerate(zip(beads, after, strict=True)):
        x = step * (at + 0.5)
        parts.append(_ribbon(x, step, bead.ahead, left))
        parts += [_text(x, NAMES + LINE * n, line, "name", "middle") for n, line in enumerate(names[at])]
        parts.append(_bead_along(bead, x, step, under))
    parts.append(_end_along(end, WIDE - step / 2))
    tall = under + (82 if any(bead.note for bead in beads) else 66)
    head = f'<svg class="funnel along" viewBox="0 0 {WIDE:g} {tall:g}" aria-hidden="true">'
    return f"{head}{''.join(parts)}</svg>"


def _ribbon(x: float, step: float, before: float, after: float) -> str:
    """Draw what goes on between two beads as a band that narrows."""
    a, b = max(ROOM * before, 2) / 2, max(ROOM * after, 2) / 2
    mid, right = x + 0.5 * step, x + step
    points = f"{x:.1f},{AXIS - a:.1f} {mid:.1f},{AXIS - b:.1f} {right:.1f},{AXIS - b:.1f} "
    points += f"{right:.1f},{AXIS + b:.1f} {mid:.1f},{AXIS + b:.1f} {x:.1f},{AXIS + a:.1f}"
    return f'<polygon class="ribbon" points="{points}"/>'


def _bead_along(bead: Bead, x: float, step: float, y: float) -> str:
    half = min(step * 0.36, 46)
    return (
        _mark(bead, x, AXIS)
        + _text(x, 14, bead.ahead_said, "ahead", "middle")
        + _text(x, y + 10, bead.share, "share", "middle")
        + _range(bead, x - half, 2 * half, y + 21)
        + _text(x, y + 38, bead.limits, "limits", "middle")
        + _text(x, y + 60, bead.days, "days", "middle")
        + (_text(x, y + 78, bead.note, "note", "middle") if bead.note else "")
    )


def _end_along(end: End, x: float) -> str:
    return _flag(x, AXIS) + _text(x, 14, end.said, "ahead", "middle") + _text(x, NAMES, end.name, "name", "middle")


def _down(beads: Sequence[Bead], end: End, *, only: bool) -> str:
    tall = ROW * len(beads) + 34
    parts = [f'<line class="axis" x1="14" x2="14" y1="14" y2="{tall - 20:g}"/>']
    for at, bead in enumerate(beads):
        parts.append(_bead_down(bead, ROW * at + 14))
    y = ROW * len(beads) + 14
    parts.append(_flag(14, y) + _text(LEFT, y + 4, f"{end.name} {end.said}", "name"))
    kind = "funnel down only" if only else "funnel down"
    head = f'<svg class="{kind}" viewBox="0 0 {NARROW:g} {tall:g}" aria-hidden="true">'
    return f"{head}{''.join(parts)}</svg>"


def _bead_down(bead: Bead, y: float) -> str:
    name = textwrap.shorten(bead.name, 34, placeholder="…")
    return (
        _mark(bead, 14, y)
        + _text(LEFT, y + 4, name, "name")
        + _text(NARROW, y + 4, bead.ahead_said, "ahead", "end")
        + _text(LEFT, y + 24, bead.share, "share")
        + _text(LEFT + 52, y + 24, bead.limits, "limits")
        + (_text(NARROW, y + 24, bead.note, "note", "end") if bead.note else "")
        + _range(bead, LEFT, 116, y + 38)
        + _text(NARROW, y + 42, f"{bead.days}{bead.days_limits and f' ({bead.days_limits})'}", "days", "end")
    )


def _mark(bead: Bead, x: float, y: float) -> str:
    kind = "bead weak" if bead.weakest else "bead"
    dashed = ' stroke-dasharray="3 2.5"' if bead.optional else ""
    limits, days = (f" ({each})" if each else "" for each in (bead.limits, bead.days_limits))
    told = escape(tip(f"{bead.number} {bead.name}", f"{bead.share}{limits}", f"{bead.days}{days}", bead.note))
    number = f'<text class="n" x="{x:.1f}" y="{y + 4:g}" text-anchor="middle">{bead.number}</text>'
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:g}" r="10"{dashed} data-tip="{told}"/>{number}'


def _flag(x: float, y: float) -> str:
    tick = f'<path class="tick" d="M{x - 4:.1f} {y + 0.3:.1f}l2.8 2.8 5.4-5.8"/>'
    return f'<circle class="end" cx="{x:.1f}" cy="{y:g}" r="10"/>{tick}'


def _range(bead: Bead, x: float, wide: float, y: float) -> str:
    kind = "range thin" if bead.thin else "range"
    low, mid, high = (x + wide * min(max(part, 0.0), 1.0) for part in (bead.low, bead.mean, bead.high))
    return (
        f'<g class="{kind}"><line class="track" x1="{x:.1f}" x2="{x + wide:.1f}" y1="{y:g}" y2="{y:g}"/>'
        f'<line class="band" x1="{low:.1f}" x2="{high:.1f}" y1="{y:g}" y2="{y:g}"/>'
        f'<circle class="mid" cx="{mid:.1f}" cy="{y:g}" r="3.2"/></g>'
    )


def _text(x: float, y: float, said: str, kind: str, anchor: str = "") -> str:
    where = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:g}"{where}>{escape(said)}</text>'


def _wrapped(name: str, letters: int) -> list[str]:
    """Return a name in one or two lines.

    >>> _wrapped("Technical evaluation together", 12)
    ['Technical', 'evaluation…']
    """
    return textwrap.wrap(name, max(letters, 6), max_lines=2, placeholder="…", break_long_words=True)
