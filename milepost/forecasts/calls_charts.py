"""How good people's calls are, drawn in the frame: their chances against what came in, and by how much they lean."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from milepost.engine.scores import Bin
from milepost.forecasts.people_calls import Line, PeoplesCalls, points
from milepost.web import words
from milepost.web.chart import Cell, Chart, tip
from milepost.web.leaning_drawing import Leaning, draw_leanings
from milepost.web.mirror_drawing import Point, draw_calibration


def charts_of(calls: PeoplesCalls) -> dict[str, Chart | None]:
    """Return the charts of the page, by what they show; None where there is nothing to draw."""
    day = calls.company.today()
    by_name = leaning(calls.named, "calls-by-name", _("Too hopeful, or not hopeful enough: by name"), _("Person"), day)
    groups = leaning(calls.groups, "calls-by-group", _("Too hopeful, or not hopeful enough: by group"), _("Whose"), day)
    title = _("Your chances as you said them, and the share that came in")
    own = calibrated(calls.bins, f"your-calls-{day.isoformat()}", title, _("you said"))
    return {"own": own, "groups": groups, "named": by_name}


def calibrated(bins: Sequence[Bin], name: str, title: str, across: str) -> Chart | None:
    """Draw chances as they were said against the share that came in."""
    if not bins:
        return None
    label = _("%s, from 0 to 100 %% each; on the dashed line chances come true.") % title
    drawn = [Point(b.expected, b.happened, *b.limits, b.n, _told_bin(b)) for b in bins]
    return Chart(
        name=name,
        title=title,
        said=f"{title}.",
        heads=[_("Said"), _("Came in"), _("Low (10 %)"), _("High (90 %)"), _("Opportunities")],
        rows=[_of_bin(b) for b in bins],
        drawing=draw_calibration(drawn, label=label, across=across, up=_("came in, %")),
    )


def _of_bin(b: Bin) -> list[Cell]:
    shares = [Cell(words.percent(x), round(x, 4)) for x in (b.expected, b.happened, *b.limits)]
    return [*shares, Cell(words.count(round(b.n)), round(b.n, 1))]


def _told_bin(b: Bin) -> str:
    told = _("%(came)s came in, of %(n)s") % {"came": words.percent(b.happened), "n": words.count(round(b.n))}
    return tip(_("said: %s") % words.percent(b.expected), told, f"{words.interval(*b.limits)} %")


def leaning(lines: Sequence[Line], name: str, title: str, head: str, day: datetime.date) -> Chart | None:
    """Draw by how many points chances were too high, line by line; the page has the figures in its own table."""
    if not lines:
        return None
    label = _("%s, in points with the range that holds four times in five. The same figures are in the table.") % title
    rows = [Leaning(line.name, *line.record.bias, strong=line.is_whole, tip=_told(line)) for line in lines]
    heads = [_("Ended"), _("Too hopeful by, in points"), _("Low (10 %)"), _("High (90 %)")]
    return Chart(
        name=f"{name}-{day.isoformat()}",
        title=title,
        said=f"{title}.",
        heads=[head, *heads],
        rows=[[Cell(line.name, line.name), *_figures(line)] for line in lines],
        drawing=draw_leanings(rows, label=label, less=_("too low"), more=_("too high")),
        keys=[("mark-mid", _("too hopeful by, in points")), ("band", _("80 % between"))],
        tabled=False,
        kind="flow",
    )


def _figures(line: Line) -> list[Cell]:
    of_points: list[Any] = [round(100 * each, 1) for each in line.record.bias]
    shown = zip(line.bias_points, of_points, strict=True)
    return [Cell(words.count(line.ended), line.ended), *(Cell(said, plain) for said, plain in shown)]


def _told(line: Line) -> str:
    bias, low, high = (points(each) for each in line.record.bias)
    told = _("too hopeful by %(bias)s points, 80 %% between %(low)s and %(high)s")
    ended = _("of %s that have ended") % words.count(line.ended)
    return tip(line.name, told % {"bias": bias, "low": low, "high": high}, ended)
