"""Draw by how much something leans to one side or the other of nothing: a dot with its interval on each line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

from django.utils.safestring import SafeString, mark_safe

from milepost.web.chart import told_as

ROW, TOP, LEFT, RIGHT = 24.0, 18.0, 128.0, 322.0
LONGEST = 20
PART = 0.1


@dataclass(frozen=True)
class Leaning:
    """One line: its name, by how much it leans as a share with the interval, and what is told beside the pointer."""

    name: str
    middle: float
    low: float
    high: float
    strong: bool = False
    tip: str = ""


def draw_leanings(rows: Sequence[Leaning], *, label: str, less: str, more: str) -> SafeString:
    """Return the lines under one another around a line at nothing; `less` and `more` name its two sides."""
    far = max([abs(row.middle) for row in rows] + [PART / 2]) * 1.35
    reach = min(1.0, max(2 * PART, ceil(far / PART) * PART))

    def x(share: float) -> float:
        return LEFT + (RIGHT - LEFT) * (min(max(share, -reach), reach) + reach) / (2 * reach)

    bottom = TOP + ROW * len(rows)
    parts = [
        f'<line class="nothing" x1="{x(0):.1f}" x2="{x(0):.1f}" y1="{TOP - 4:g}" y2="{bottom:g}"/>',
        f'<line class="axis" x1="{LEFT:g}" x2="{RIGHT:g}" y1="{bottom:g}" y2="{bottom:g}"/>',
        f'<text x="{x(0) - 7:.1f}" y="9" text-anchor="end">← {escape(less)}</text>',
        f'<text x="{x(0) + 7:.1f}" y="9">{escape(more)} →</text>',
    ]
    for number, row in enumerate(rows):
        y = TOP + ROW * number + ROW / 2
        name = row.name if len(row.name) <= LONGEST else f"{row.name[: LONGEST - 1]}…"
        kind = "name strong" if row.strong else "name"
        parts += [
            f'<text class="{kind}" x="0" y="{y + 4:g}">{escape(name)}<title>{escape(row.name)}</title></text>',
            f'<line class="band" x1="{x(row.low):.1f}" x2="{x(row.high):.1f}" y1="{y:g}" y2="{y:g}"/>',
            f'<circle class="mid" cx="{x(row.middle):.1f}" cy="{y:g}" r="{5 if row.strong else 4}"{told_as(row.tip)}/>',
        ]
    for share in (-reach, -reach / 2, 0.0, reach / 2, reach):
        sign = "\N{MINUS SIGN}" if share < 0 else "+" if share > 0 else ""
        at = "end" if share == reach else "start" if share == -reach else "middle"
        parts.append(
            f'<text x="{x(share):.1f}" y="{bottom + 16:g}" text-anchor="{at}">{sign}{abs(share) * 100:.0f}</text>'
        )
    head = f'<svg class="mirror leaning" viewBox="-4 0 334 {bottom + 22:g}" role="img" aria-label="{escape(label)}">'
    return mark_safe(f"{head}{''.join(parts)}</svg>")  # noqa: S308 - only numbers and escaped words
