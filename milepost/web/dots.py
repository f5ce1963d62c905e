"""Draw a distribution as equally likely results one can count: full dots reach the target, hollow ones do not."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from milepost.web.chart import told_as

WIDTH, FLOOR, LABELS = 330.0, 118.0, 146.0
STEP, RISE = 13.2, 13.2
ROOM = 8  # dots that stand on one another before they move closer together
STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
FAR = 0.4
"""Where the lowest result is above this share of the highest, the axis begins nearer to it."""


@dataclass(frozen=True)
class Spread:
    """A total's equally likely results in ascending order, its interval, and the target if there is one."""

    results: Sequence[float]
    low: float
    middle: float
    high: float
    target: float | None = None


@dataclass(frozen=True)
class Scale:
    """Where amounts stand on the axis: from nothing, or from a round number where all of them are far from it."""

    bottom: float
    top: float

    @classmethod
    def over(cls, amounts: Sequence[float]) -> Scale:
        """Return the axis for these amounts: four equal parts that end on round numbers.

        >>> Scale.over([1_200_000, 3_870_000]), Scale.over([6_100_000, 7_700_000])
        (Scale(bottom=0.0, top=4000000.0), Scale(bottom=6000000.0, top=8000000.0))
        """
        lowest, highest = min(amounts), max(amounts)
        if 0 <= lowest <= highest * FAR:
            return cls(0.0, 4 * round_up(highest / 4))
        part = round_up((highest - lowest) / 4)
        while (bottom := part * math.floor(lowest / part)) + 4 * part < highest:
            part = round_up(part * 1.01)
        return cls(bottom, bottom + 4 * part)

    def x(self, amount: float) -> float:
        return WIDTH * min(max((amount - self.bottom) / (self.top - self.bottom), 0), 1)

    @property
    def marks(self) -> list[float]:
        return [self.bottom + (self.top - self.bottom) * n / 4 for n in range(5)]


def round_up(number: float) -> float:
    """Return the next round number at or above: 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 or 10 times a power of ten."""
    if number <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(number))
    return float(next(step * power for step in STEPS if step * power >= number * (1 - 1e-12)))


def draw(
    spread: Spread,
    *,
    amount: Callable[[float], str],
    label: str,
    target_label: str = "",
    told: Callable[[int, float], str] = lambda rank, value: "",
) -> SafeString:
    """Return the drawing; `amount` writes a number on the axis, `label` says all of it in a sentence.

    `told` says of each result, by how many are no better, what is shown of it beside the pointer.
    """
    target = [] if spread.target is None else [spread.target]
    scale = Scale.over([*spread.results, spread.low, spread.high, *target])
    parts = [f'<line class="axis" x1="0" x2="{WIDTH:g}" y1="{FLOOR:g}" y2="{FLOOR:g}"/>']
    parts += _target(spread.target, scale, target_label)
    parts += _dots(spread, scale, told)
    low, middle, high = (scale.x(value) for value in (spread.low, spread.middle, spread.high))
    parts.append(f'<line class="band" x1="{low:.1f}" x2="{high:.1f}" y1="127" y2="127"/>')
    parts.append(f'<circle class="mid" cx="{middle:.1f}" cy="127" r="4"/>')
    parts += _axis(scale, amount)
    body = "".join(parts)
    head = f'<svg class="dots" viewBox="-4 -8 338 154" role="img" aria-label="{escape(label)}">'
    return mark_safe(f"{head}{body}</svg>")  # noqa: S308 - only numbers and escaped words


def _dots(spread: Spread, scale: Scale, told: Callable[[int, float], str]) -> list[str]:
    """Stack each result on those before it in the same column; high stacks move closer together."""
    columns = [min(round(scale.x(value) / STEP), int(WIDTH / STEP)) for value in spread.results]
    rise = min(RISE, RISE * ROOM / max(ROOM, *Counter(columns).values()))
    heights: Counter[int] = Counter()
    drawn = []
    for rank, (column, value) in enumerate(zip(columns, spread.results, strict=True)):
        hit = spread.target is not None and value >= spread.target
        y = FLOOR - 7.5 - rise * heights[column]
        heights[column] += 1
        kind, r = ("hit", 5.4) if hit else ("miss", 4.8)
        tip = told_as(told(rank, value))
        drawn.append(f'<circle class="{kind}" cx="{column * STEP:.1f}" cy="{y:.1f}" r="{r}"{tip}/>')
    return drawn


def _target(target: float | None, scale: Scale, label: str) -> list[str]:
    if target is None:
        return []
    x = scale.x(target)
    anchor = "start" if x < 40 else "end" if x > WIDTH - 40 else "middle"
    return [
        f'<line class="target" x1="{x:.1f}" x2="{x:.1f}" y1="10" y2="{FLOOR:g}"/>',
        f'<text class="tl" x="{x:.1f}" y="4" text-anchor="{anchor}">{escape(label)}</text>',
    ]


def _axis(scale: Scale, amount: Callable[[float], str]) -> list[str]:
    anchors = ("start", "middle", "middle", "middle", "end")
    return [
        f'<text x="{scale.x(mark):g}" y="{LABELS:g}" text-anchor="{anchor}">{escape(amount(mark))}</text>'
        for mark, anchor in zip(scale.marks, anchors, strict=True)
    ]
