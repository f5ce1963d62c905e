"""Draw what was said beside what came: ranges with their results, and chances against what happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from milepost.web.chart import told_as
from milepost.web.dots import Scale

WIDTH, ROW, TOP = 330.0, 24.0, 14.0
LEFT, RIGHT = 62.0, 318.0
SQUARE, EDGE = 220.0, 30.0


@dataclass(frozen=True)
class Said:
    """What was said of one period, what came, and what people had called; `tip` is told of it beside the pointer."""

    name: str
    low: float
    middle: float
    high: float
    came: float
    called: float | None = None
    tip: str = ""


def draw_ranges(rows: Sequence[Said], *, amount: Callable[[float], str], label: str) -> SafeString:
    """Return one line a period: the range as a band, its middle as a dot, what came as a full mark."""
    amounts = [x for row in rows for x in (row.low, row.high, row.came, row.called) if x is not None]
    scale = Scale.over([0.0, *amounts])

    def x(value: float) -> float:
        return LEFT + (RIGHT - LEFT) * scale.x(value) / WIDTH

    bottom = TOP + ROW * len(rows)
    parts = [f'<line class="axis" x1="{LEFT:g}" x2="{RIGHT:g}" y1="{bottom:g}" y2="{bottom:g}"/>']
    for number, row in enumerate(rows):
        y = TOP + ROW * number + ROW / 2 - 4
        inside = row.low <= row.came <= row.high
        parts += [
            f'<text class="name" x="0" y="{y + 4:g}">{escape(row.name)}</text>',
            f'<line class="band" x1="{x(row.low):.1f}" x2="{x(row.high):.1f}" y1="{y:g}" y2="{y:g}"/>',
            f'<circle class="mid" cx="{x(row.middle):.1f}" cy="{y:g}" r="4"/>',
            _came(x(row.came), y, inside=inside, told=told_as(row.tip)),
        ]
        if row.called is not None:
            at = x(row.called)
            parts.append(f'<path class="called" d="M{at:.1f} {y - 6:g}l5 6l-5 6l-5 -6z"/>')
    anchors = ("start", "middle", "middle", "middle", "end")
    parts += [
        f'<text x="{x(mark):.1f}" y="{bottom + 16:g}" text-anchor="{anchor}">{escape(amount(mark))}</text>'
        for mark, anchor in zip(scale.marks, anchors, strict=True)
    ]
    return _svg("mirror", f"-4 0 334 {bottom + 22:g}", label, parts)


def _came(x: float, y: float, *, inside: bool, told: str) -> str:
    """Mark what came: a full bar within the range, a hollow one beyond it."""
    kind, width = ("came", 3.0) if inside else ("came beyond", 4.0)
    return f'<rect class="{kind}" x="{x - width / 2:.1f}" y="{y - 8:g}" width="{width:g}" height="16" rx="1"{told}/>'


@dataclass(frozen=True)
class Point:
    """Chances of about one size: what was expected, the share that came in with its interval, and of how many."""

    expected: float
    happened: float
    low: float
    high: float
    n: float
    tip: str = ""


def draw_calibration(points: Sequence[Point], *, label: str, across: str, up: str) -> SafeString:
    """Return points over the line on which chances come true; a larger point stands for more of them."""

    def x(share: float) -> float:
        return EDGE + SQUARE * share

    def y(share: float) -> float:
        return 8 + SQUARE * (1 - share)

    parts = [
        f'<line class="axis" x1="{x(0):g}" x2="{x(1):g}" y1="{y(0):g}" y2="{y(0):g}"/>',
        f'<line class="axis" x1="{x(0):g}" x2="{x(0):g}" y1="{y(0):g}" y2="{y(1):g}"/>',
        f'<line class="true" x1="{x(0):g}" x2="{x(1):g}" y1="{y(0):g}" y2="{y(1):g}"/>',
    ]
    most = max((point.n for point in points), default=1)
    for point in points:
        at = x(point.expected)
        r = 2.5 + 5 * (point.n / most) ** 0.5
        parts.append(
            f'<line class="doubt" x1="{at:.1f}" x2="{at:.1f}" y1="{y(point.low):.1f}" y2="{y(point.high):.1f}"/>'
        )
        parts.append(
            f'<circle class="mid" cx="{at:.1f}" cy="{y(point.happened):.1f}" r="{r:.1f}"{told_as(point.tip)}/>'
        )
    for share in (0, 0.5, 1):
        parts.append(f'<text x="{x(share):g}" y="{y(0) + 15:g}" text-anchor="middle">{share * 100:.0f} %</text>')
        if share:  # nothing is where the two axes meet, and is named once
            parts.append(f'<text x="{EDGE - 5:g}" y="{y(share) + 4:g}" text-anchor="end">{share * 100:.0f}</text>')
    parts.append(f'<text class="name" x="{x(0.5):g}" y="{y(0) + 30:g}" text-anchor="middle">{escape(across)}</text>')
    parts.append(f'<text class="name" x="{x(0) + 6:g}" y="{y(1) + 6:g}">{escape(up)}</text>')
    return _svg("calibration", f"-4 0 {SQUARE + EDGE + 30:g} {SQUARE + 46:g}", label, parts)


def _svg(kind: str, box: str, label: str, parts: Sequence[str]) -> SafeString:
    head = f'<svg class="{kind}" viewBox="{box}" role="img" aria-label="{escape(label)}">'
    return mark_safe(f"{head}{''.join(parts)}</svg>")  # noqa: S308 - only numbers and escaped words
