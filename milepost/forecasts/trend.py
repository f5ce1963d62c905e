"""Draw a period's numbers over time: what was submitted, what the model said then, and what came in."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from milepost.forecasts.models import Submission
from milepost.forecasts.rollup import Line
from milepost.web import words
from milepost.web.dots import round_up

WIDTH, TOP, FLOOR, LABELS, LEFT = 640.0, 12.0, 190.0, 208.0, 62.0
PARTS = 4


@dataclass(frozen=True)
class Frame:
    """Where days and amounts stand in the drawing."""

    first: datetime.date
    last: datetime.date
    top: float

    def x(self, day: datetime.date) -> float:
        days = max(1, (self.last - self.first).days)
        return LEFT + (WIDTH - LEFT) * min(max((day - self.first).days / days, 0), 1)

    def y(self, minor: float) -> float:
        return FLOOR - (FLOOR - TOP) * min(max(minor / self.top, 0), 1)

    def point(self, day: datetime.date, minor: float) -> str:
        return f"{self.x(day):.1f},{self.y(minor):.1f}"


def trend_of(line: Line, submissions: Sequence[Submission]) -> SafeString:
    """Return the drawing of one line's period; nothing where no number in the company's currency was submitted."""
    currency = line.rollup.company.currency
    told = sorted((each for each in submissions if each.currency == currency), key=lambda each: each.pk)
    if not told:
        return SafeString()
    period = line.rollup.period
    first, last = min(told[0].on, period.start), max(told[-1].on, period.end)
    limits = line.limits or (0, 0, 0)
    highest = [each.amount_minor for each in told] + [each.model_high_minor or 0 for each in told]
    most = max(*highest, limits[2], line.won.value_minor, line.target_minor or 0)
    frame = Frame(first, last, PARTS * round_up(most / PARTS))
    parts = _axis(frame, currency) + _model(frame, told, line) + _won(frame, line)
    parts += _numbers(frame, [each for each in told if each.is_adjustment], "adjusted")
    parts += _numbers(frame, [each for each in told if not each.is_adjustment], "said")
    if line.target_minor is not None:
        y = frame.y(line.target_minor)
        parts.append(f'<line class="target" x1="{LEFT:g}" x2="{WIDTH:g}" y1="{y:.1f}" y2="{y:.1f}"/>')
    said = _("Submitted numbers over time; the newest is %s.") % words.money_short(told[-1].amount_minor, currency)
    head = f'<svg class="trend" viewBox="0 0 {WIDTH + 8:g} 214" role="img" aria-label="{escape(said)}">'
    return mark_safe(f"{head}{''.join(parts)}</svg>")  # noqa: S308 - only numbers and escaped words


def _axis(frame: Frame, currency: str) -> list[str]:
    drawn = []
    for n in range(PARTS + 1):
        amount = frame.top * n / PARTS
        y, label = frame.y(amount), escape(words.money_round(round(amount), currency))
        drawn.append(f'<line class="axis" x1="{LEFT:g}" x2="{WIDTH:g}" y1="{y:.1f}" y2="{y:.1f}"/>')
        drawn.append(f'<text x="{LEFT - 8:g}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    for day, anchor in ((frame.first, "start"), (frame.last, "end")):
        label = escape(words.short_day(day))
        drawn.append(f'<text x="{frame.x(day):.1f}" y="{LABELS:g}" text-anchor="{anchor}">{label}</text>')
    return drawn


def _model(frame: Frame, told: Sequence[Submission], line: Line) -> list[str]:
    """Draw the model's range as it was known with each number, and as it is today."""
    known = [
        (each.on, each.model_low_minor, each.model_middle_minor or 0, each.model_high_minor or 0)
        for each in told
        if each.model_low_minor is not None
    ]
    if line.limits is not None:
        known.append((line.rollup.today, *line.limits))
    if not known:
        return []
    upper = [frame.point(day, high) for day, _low, _middle, high in known]
    lower = [frame.point(day, low) for day, low, _middle, _high in reversed(known)]
    middle = [frame.point(day, middle) for day, _low, middle, _high in known]
    return [
        f'<polygon class="band" points="{" ".join(upper + lower)}"/>',
        f'<polyline class="model" points="{" ".join(middle)}"/>',
    ]


def _won(frame: Frame, line: Line) -> list[str]:
    """Draw what had come in day by day: each day's stands until the next."""
    points, sum_minor = [frame.point(frame.first, 0)], 0
    for day, minor in line.won_by_day():
        points.append(frame.point(day, sum_minor))
        sum_minor += minor
        points.append(frame.point(day, sum_minor))
    points.append(frame.point(min(line.rollup.today, frame.last), sum_minor))
    return [f'<polyline class="won" points="{" ".join(points)}"/>']


def _numbers(frame: Frame, told: Sequence[Submission], kind: str) -> list[str]:
    """Draw numbers as steps: each stands until the next."""
    points: list[str] = []
    for place, each in enumerate(told):
        if place:
            points.append(frame.point(each.on, told[place - 1].amount_minor))
        points.append(frame.point(each.on, each.amount_minor))
    dots = [
        f'<circle class="{kind}" cx="{frame.x(each.on):.1f}" cy="{frame.y(each.amount_minor):.1f}" r="4"/>'
        for each in told
    ]
    return [f'<polyline class="{kind}" points="{" ".join(points)}"/>', *dots] if points else []
