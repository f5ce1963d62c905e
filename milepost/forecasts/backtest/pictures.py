"""Draw a backtest's pictures as SVG, in the colours of the page they stand in."""

from __future__ import annotations

import math
from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from milepost.engine.replay.summary import Total
from milepost.engine.scores import Bin

SIZE = 320
EDGE = 44
INSIDE = SIZE - 2 * EDGE


def calibration(groups: Sequence[Bin], title: str) -> SafeString:
    """Draw what happened against what was forecast: on the line is right, below it too hopeful."""
    dots = format_html_join(
        "",
        '<circle class="dot" cx="{}" cy="{}" r="4"><title>{} forecasts of {}: {} won</title></circle>',
        ((_x(g.expected), _y(g.happened), g.n, f"{g.expected:.0%}", f"{g.happened:.0%}") for g in groups),
    )
    marks = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="middle">{}</text><text x="{}" y="{}" text-anchor="end">{}</text>',
        ((_x(v), SIZE - EDGE + 18, f"{v:.0%}", EDGE - 6, _y(v) + 4, f"{v:.0%}") for v in (0, 0.5, 1)),
    )
    line = " ".join(f"{_x(g.expected)},{_y(g.happened)}" for g in groups)
    return format_html(
        '<svg viewBox="0 0 {s} {s}" role="img" aria-label="{title}"><title>{title}</title>'
        '<rect class="frame" x="{e}" y="{e}" width="{i}" height="{i}"/>'
        '<line class="right" x1="{e}" y1="{b}" x2="{b}" y2="{e}"/><polyline class="line" points="{line}"/>{dots}{marks}'
        '<text x="{m}" y="{f}" text-anchor="middle">forecast</text><text x="{e}" y="{t}">won</text></svg>',
        s=SIZE,
        e=EDGE,
        i=INSIDE,
        b=SIZE - EDGE,
        m=SIZE / 2,
        f=SIZE - 8,
        t=EDGE - 10,
        title=title,
        line=line,
        dots=dots,
        marks=marks,
    )


def totals(rows: Sequence[Total], names: Sequence[str], title: str) -> SafeString:
    """Draw each date's forecast with its 80 % interval, and what came of it."""
    top = max([row.p90 for row in rows] + [_known(row.happened) for row in rows] + [1])
    step = INSIDE / len(rows)
    parts = format_html_join(
        "",
        '<g><title>{name}: forecast {f}, won {h}</title><line class="range" x1="{x}" x2="{x}" y1="{high}" y2="{low}"/>'
        '<line class="line" x1="{left}" x2="{right}" y1="{mid}" y2="{mid}"/>{dot}'
        '<text x="{x}" y="{under}" text-anchor="middle">{short}</text></g>',
        (
            _total(row, name, EDGE + step * (n + 0.5), top)
            for n, (row, name) in enumerate(zip(rows, names, strict=True))
        ),
    )
    return format_html(
        '<svg viewBox="0 0 {s} {s}" role="img" aria-label="{title}"><title>{title}</title>'
        '<rect class="frame" x="{e}" y="{e}" width="{i}" height="{i}"/>{parts}'
        '<text x="{x}" y="{high}" text-anchor="end">{top}</text>'
        '<text x="{x}" y="{low}" text-anchor="end">0</text></svg>',
        s=SIZE,
        e=EDGE,
        i=INSIDE,
        parts=parts,
        title=title,
        x=EDGE - 6,
        high=EDGE + 4,
        low=SIZE - EDGE + 4,
        top=f"{top:,.0f}",
    )


def _total(row: Total, name: str, x: float, top: float) -> dict[str, object]:
    happened = _known(row.happened)
    dot = format_html('<circle class="dot" cx="{}" cy="{}" r="4"/>', round(x, 1), _y(happened / top))
    return {
        "name": name,
        "short": name[5:],
        "f": f"{row.forecast:,.0f} ({row.p10:,.0f} to {row.p90:,.0f})",
        "h": "not known" if math.isnan(row.happened) else f"{row.happened:,.0f}",
        "x": round(x, 1),
        "left": round(x - 8, 1),
        "right": round(x + 8, 1),
        "high": _y(row.p90 / top),
        "low": _y(row.p10 / top),
        "mid": _y(row.forecast / top),
        "dot": "" if math.isnan(row.happened) else dot,
        "under": SIZE - EDGE + 18,
    }


def _known(value: float) -> float:
    return 0.0 if math.isnan(value) else value


def _x(share: float) -> float:
    return round(EDGE + INSIDE * share, 1)


def _y(share: float) -> float:
    return round(SIZE - EDGE - INSIDE * share, 1)
