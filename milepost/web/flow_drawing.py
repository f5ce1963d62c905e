"""Draw how an amount came from one day to another: levels are lines, changes are bars, what went badly is hatched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from milepost.web.chart import told_as

ROW, LEFT, RIGHT, WIDTH = 24.0, 104.0, 266.0, 330.0


@dataclass(frozen=True)
class Bar:
    """One line of the drawing: a level, or a change of kind "up", "won", "bad" or "down".

    `tip` is what is told of it beside the pointer, `href` where it leads.
    """

    name: str
    amount: int
    kind: str
    text: str
    tip: str = ""
    href: str = ""


def draw_flow(bars: Sequence[Bar], *, label: str) -> SafeString:
    """Return the drawing, from the first level down to the last; no bar stands on the axis, so it may be cut."""
    ends = list(_ends(bars))
    low, high = min(min(pair) for pair in ends), max(max(pair) for pair in ends)
    span = (high - low) or 1

    def x(amount: float) -> float:
        return LEFT + (RIGHT - LEFT) * (amount - low) / span

    parts = [
        '<defs><pattern id="flow-bad" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="bad" width="2.2" height="4"/></pattern></defs>'
    ]
    for number, (bar, (a, b)) in enumerate(zip(bars, ends, strict=True)):
        y = ROW * number + ROW / 2
        left, wide = x(min(a, b)), max(x(max(a, b)) - x(min(a, b)), 1.5)
        parts.append(f"<g{told_as(bar.tip, bar.href)}>")
        parts.append(f'<text class="name" x="0" y="{y + 4:g}">{escape(bar.name)}</text>')
        if bar.kind == "level":
            parts.append(f'<line class="level" x1="{x(b):.1f}" x2="{x(b):.1f}" y1="{y - 10:g}" y2="{y + 10:g}"/>')
        else:
            parts.append(
                f'<rect class="{bar.kind}" x="{left:.1f}" y="{y - 7:g}" width="{wide:.1f}" height="14" rx="1.5"/>'
            )
        weight = ' class="total"' if bar.kind == "level" else ""
        parts.append(f'<text{weight} x="{WIDTH:g}" y="{y + 4:g}" text-anchor="end">{escape(bar.text)}</text></g>')
    head = f'<svg class="flow" viewBox="-2 0 334 {ROW * len(bars):g}" role="img" aria-label="{escape(label)}">'
    return mark_safe(f"{head}{''.join(parts)}</svg>")  # noqa: S308 - only numbers and escaped words


def _ends(bars: Sequence[Bar]) -> list[tuple[int, int]]:
    """Return where each line begins and ends on the axis."""
    level, ends = 0, []
    for bar in bars:
        before, level = level, bar.amount if bar.kind == "level" else level + bar.amount
        ends.append((level, level) if bar.kind == "level" else (before, level))
    return ends
