"""Draw how groups fare at each bead of a string: a dot with its interval for each, all on one scale.

Drawn twice: with days beside the shares where the page is wide, shares alone where it is narrow; style sheets show one.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from milepost.web.chart import told_as
from milepost.web.dots import round_up

ROW, HEAD, LINE, GAP, LETTER = 18.0, 26.0, 15.0, 16.0, 6.4
FAR = 2.0
PARTS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Dot:
    """One group at one step: its share and its days, each with limits, and how they are said.

    thin    few of it have ended
    strong  it is surely ahead of another one
    """

    name: str
    share: tuple[float, float, float]
    said: str
    days: tuple[float, float, float]
    days_said: str
    thin: bool = False
    strong: bool = False
    tip: str = ""


@dataclass(frozen=True)
class Step:
    """One bead with its groups; a `note` says what can be told apart."""

    number: str
    name: str
    dots: Sequence[Dot]
    note: str = ""
    optional: bool = False


@dataclass(frozen=True)
class Words:
    """What stands over the scales, and how a number of days is said on one."""

    share: str
    days: str


@dataclass(frozen=True)
class Place:
    """Where things stand: `scale` and `time` are where shares and days begin and end, None without days."""

    wide: float
    label: float
    said: float
    scale: tuple[float, float]
    days_said: float = 0.0
    time: tuple[float, float] | None = None
    letters: int = 15
    name_letters: int = 26


WIDE = Place(780, 208, 384, (398, 568), 622, (634, 772), letters=20, name_letters=27)
NARROW = Place(334, 34, 332, (136, 286), letters=15, name_letters=42)


def draw_groups(steps: Sequence[Step], words: Words) -> SafeString:
    """Return both drawings."""
    both = _drawn(steps, words, WIDE, "groups along") + _drawn(steps, words, NARROW, "groups down")
    return mark_safe(both)  # noqa: S308 - only numbers and escaped words


def _drawn(steps: Sequence[Step], words: Words, place: Place, kind: str) -> str:
    # A range far beyond its middle ends at the scale's end, so that all others can be seen.
    most = max((min(dot.days[2], FAR * dot.days[0] + 1) for step in steps for dot in step.dots), default=1.0)
    top = 4 * round_up(most / 4)
    parts, y, beads = [], HEAD + 10, []
    for step in steps:
        beads.append(y + 4)
        drawn, tall = _step(step, place, y, top)
        parts.append(drawn)
        y += tall + GAP
    under = _line(beads) + _grid(place, words, y - GAP, top)
    head = f'<svg class="{kind}" viewBox="0 0 {place.wide:g} {y:g}" aria-hidden="true">'
    return f"{head}{under}{''.join(parts)}</svg>"


def _line(beads: Sequence[float]) -> str:
    return f'<line class="axis" x1="12" x2="12" y1="{beads[0]:g}" y2="{beads[-1]:g}"/>' if beads else ""


def _grid(place: Place, words: Words, bottom: float, top: float) -> str:
    """Draw the scales through all steps: an upright line at each quarter."""
    scales = [(place.scale, words.share, [f"{100 * part:.0f}" for part in PARTS])]
    if place.time is not None:
        scales.append((place.time, words.days, [f"{part * top:g}" for part in PARTS]))
    drawn = []
    for (left, right), name, marks in scales:
        drawn.append(_text(left, 9, name, "head"))
        for part, said in zip(PARTS, marks, strict=True):
            x = left + (right - left) * part
            drawn.append(f'<line class="track" x1="{x:.1f}" x2="{x:.1f}" y1="{HEAD:g}" y2="{bottom:g}"/>')
            drawn.append(_text(x, HEAD - 4, said, "mark", "start" if part == 0 else "end" if part == 1 else "middle"))
    return "".join(drawn)


def _step(step: Step, place: Place, y: float, top: float) -> tuple[str, float]:
    """Draw one step from y on; return how tall it is. Its name is beside its groups where there is room, else above."""
    names = textwrap.wrap(step.name, place.name_letters, max_lines=2, placeholder="…")
    notes = textwrap.wrap(step.note, place.name_letters + 2)
    dashed = ' stroke-dasharray="3 2.5"' if step.optional else ""
    drawn = [
        f'<circle class="bead" cx="12" cy="{y + 4:g}" r="10"{dashed}/>',
        _text(12, y + 8, step.number, "n", "middle"),
    ]
    lines = [(name, "name") for name in names] + [(note, "note") for note in notes]
    drawn += [_text(34, y + 8 + LINE * at, said, kind) for at, (said, kind) in enumerate(lines)]
    beside = place.time is not None
    first = y if beside else y + LINE * len(lines) + 5
    for at, dot in enumerate(step.dots):
        drawn.append(_dot(dot, place, first + 4 + ROW * at, top))
    tall = max(LINE * len(lines), ROW * len(step.dots)) if beside else LINE * len(lines) + 5 + ROW * len(step.dots)
    return "".join(drawn), tall


def _dot(dot: Dot, place: Place, y: float, top: float) -> str:
    kind = "group strong" if dot.strong else "group"
    name = dot.name if len(dot.name) <= place.letters else f"{dot.name[: place.letters - 1]}…"
    drawn = _text(place.label, y + 4, name, kind) + _text(place.said, y + 4, dot.said, "said", "end")
    drawn += _range(dot.share, place.scale, 1.0, y, thin=dot.thin, tip=dot.tip)
    if place.time is not None:
        drawn += _text(place.days_said, y + 4, dot.days_said, "said", "end")
        drawn += _range(dot.days, place.time, top, y, thin=dot.thin)
    return drawn


def _range(
    share: tuple[float, float, float], ends: tuple[float, float], top: float, y: float, *, thin: bool, tip: str = ""
) -> str:
    left, right = ends
    mid, low, high = (left + (right - left) * min(max(part / top, 0.0), 1.0) for part in share)
    return (
        f'<g class="{"range thin" if thin else "range"}">'
        f'<line class="band" x1="{low:.1f}" x2="{high:.1f}" y1="{y:g}" y2="{y:g}"/>'
        f'<circle class="mid" cx="{mid:.1f}" cy="{y:g}" r="3.6"{told_as(tip)}/></g>'
    )


def _text(x: float, y: float, said: str, kind: str, anchor: str = "") -> str:
    where = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:g}"{where}>{escape(said)}</text>'
