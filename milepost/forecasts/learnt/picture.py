"""The line of a playbook as people get along it: the words of the drawing."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milepost.forecasts.learnt.steps import StepLine
from milepost.web.chart import Cell, Chart
from milepost.web.funnel_drawing import Bead, End, draw_funnel
from milepost.web.words import interval, percent


def picture(lines: Sequence[StepLine], name: str, day: datetime.date) -> Chart:
    """Draw the steps with their shares, days, and how many of a hundred that begin come to each."""
    beads, ahead = [], 1.0
    for number, line in enumerate(lines, start=1):
        beads.append(bead(number, line, ahead))
        # What an optional step loses goes past it.
        ahead *= line.figure.conversion.mean if line.step.required else 1.0
    steps = "; ".join(f"{each.number} {each.name} {each.share}{each.note and f', {each.note}'}" for each in beads)
    said = _("%(name)s, the share reached at each step: %(steps)s. Of 100 that begin, %(n)s are won.")
    return Chart(
        name=f"learn-line-{day.isoformat()}",
        title=_("How far opportunities get: %s") % name,
        said=said % {"name": name, "steps": steps, "n": whole(ahead)},
        heads=[
            _("Step"),
            _("Of 100 that begin"),
            _("Share reached"),
            _("Low (10 %)"),
            _("High (90 %)"),
            _("Days, middle"),
        ],
        rows=[row(each, line) for each, line in zip(beads, lines, strict=True)],
        drawing=draw_funnel(beads, End(ahead, _("%s of 100") % whole(ahead), _("Won"))),
        tabled=False,
    )


def row(drawn: Bead, line: StepLine) -> list[Cell]:
    """Return the figures of one step."""
    share = line.figure.conversion
    return [
        Cell(drawn.name, drawn.name),
        Cell(whole(drawn.ahead), round(100 * drawn.ahead, 1)),
        *(Cell(percent(value), round(value, 4)) for value in (share.mean, share.low, share.high)),
        Cell(drawn.days, line.days[0]),
    ]


def bead(number: int, line: StepLine, ahead: float) -> Bead:
    """Return one step as it is drawn."""
    figure, (middle, low, high, _late) = line.figure, line.days
    days = ngettext("%(n)d day", "%(n)d days", middle) % {"n": middle} if line.knows_days else ""
    return Bead(
        number=number,
        name=line.step.name,
        mean=figure.conversion.mean,
        low=figure.conversion.low,
        high=figure.conversion.high,
        share=percent(figure.conversion.mean),
        limits=interval(figure.conversion.low, figure.conversion.high),
        days=days,
        days_limits=f"{low}–{high}" if line.knows_days and low != high else "",
        ahead=ahead,
        ahead_said=_("%s begin") % whole(ahead) if number == 1 else whole(ahead),
        optional=not line.step.required,
        weakest=line.is_weakest,
        thin=line.is_thin,
        note=_("weakest") if line.is_weakest else "",
    )


def whole(share: float) -> str:
    """Return how many of a hundred: none is not said to be none.

    >>> whole(0.314), whole(0.001)
    ('31', '<1')
    """
    return "<1" if 0 < share < 0.005 else f"{100 * share:.0f}"
