"""Groups side by side in words and as they are drawn: what can be told apart, how surely, and what cannot."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from milepost.forecasts.learnt.groups import Group
from milepost.forecasts.learnt.side_by_side import Apart, Beside, Row
from milepost.forecasts.learnt.steps import StepLine
from milepost.forecasts.people_calls import points
from milepost.web.chart import Cell, Chart, tip
from milepost.web.groups_drawing import Dot, Step, Words, draw_groups
from milepost.web.words import count, interval, percent

CHANCES = ((0.99, gettext_lazy("99 of 100")), (0.95, gettext_lazy("19 of 20")))


def chance_said(chance: float) -> str:
    """Return a chance as so many of so many, never more than is so.

    >>> chance_said(0.995), chance_said(0.97), chance_said(0.9)
    ('99 of 100', '19 of 20', '')
    """
    return next((str(said) for limit, said in CHANCES if chance >= limit), "")


def more_often(apart: Apart | None) -> str:
    """Say which group reaches a step more often, or that it cannot be told."""
    if apart is None:
        return ""
    if not apart.is_sure:
        return _("hardly differ") if apart.is_near else _("too few to tell apart")
    said = _("%(chance)s chance that %(ahead)s reaches it more often than %(behind)s")
    return said % {"ahead": apart.ahead.name, "behind": apart.behind.name, "chance": chance_said(apart.chance)}


def by_points(apart: Apart | None) -> str:
    """Say by how many points, with the range."""
    if apart is None:
        return ""
    mean, low, high = (points(each) for each in (apart.by.mean, apart.by.low, apart.by.high))
    return _("%(mean)s points (%(low)s to %(high)s)") % {"mean": mean, "low": low, "high": high}


def longer(apart: Apart | None) -> str:
    """Say where a step takes surely longer, and by how many days; nothing where that cannot be told."""
    if apart is None or not apart.is_sure:
        return ""
    said = ngettext(
        "%(chance)s chance that %(ahead)s takes longer than %(behind)s, by about %(n)s day",
        "%(chance)s chance that %(ahead)s takes longer than %(behind)s, by about %(n)s days",
        round(apart.by.mean),
    )
    names = {"ahead": apart.ahead.name, "behind": apart.behind.name}
    return said % {**names, "n": round(apart.by.mean), "chance": chance_said(apart.chance)}


@dataclass(frozen=True)
class Told:
    """One step of the table: its row, and what of it can be told apart."""

    row: Row
    said: str
    by: str
    longer: str

    @classmethod
    def of(cls, row: Row) -> Told:
        """Put into words what is apart."""
        return cls(row, more_often(row.apart), by_points(row.apart), longer(row.slower))


def drawing(beside: Beside, title: str, day: datetime.date) -> Chart:
    """Draw the steps of the line with every group's share and days at each."""
    steps = [_step(beside, row) for row in beside.rows]
    told = "; ".join(
        f"{row.step.name}: {', '.join(f'{dot.name} {dot.said}' for dot in step.dots)}{step.note and f' ({step.note})'}"
        for row, step in zip(beside.rows, steps, strict=True)
        if step.dots
    )
    heads = [_("Step"), _("Group"), _("Came"), _("Share reached"), _("Low (10 %)"), _("High (90 %)")]
    return Chart(
        name=f"learn-groups-{day.isoformat()}",
        title=title,
        said=_("%(title)s, the share reached at each step: %(told)s.") % {"title": title, "told": told},
        heads=[*heads, _("Days, middle"), _("Days, low (10 %)"), _("Days, high (90 %)")],
        rows=[_cells(group, line) for group, line in beside.seen()],
        drawing=draw_groups(steps, Words(_("Share reached, %"), _("Days until then, middle"))),
        tabled=False,
    )


def _cells(group: Group, line: StepLine) -> list[Cell]:
    share, (middle, low, high, _late) = line.figure.conversion, line.days
    shares = [Cell(percent(each), round(each, 4)) for each in (share.mean, share.low, share.high)]
    days = [Cell(str(each), each) for each in (middle, low, high)]
    names = [Cell(each, each) for each in (line.step.name, group.name)]
    return [*names, Cell(count(line.came), line.came), *shares, *days]


def _step(beside: Beside, row: Row) -> Step:
    sure = row.apart if row.apart and row.apart.is_sure else None
    dots = [
        _dot(group, line, row, strong=sure is not None and sure.ahead is group) for group, line in beside.seen_at(row)
    ]
    number = "" if row.number is None else str(row.number)
    note = (
        _("%(name)s ahead, %(chance)s") % {"name": sure.ahead.name, "chance": chance_said(sure.chance)} if sure else ""
    )
    return Step(number, row.step.name, dots, note, optional=not row.step.required)


def _dot(group: Group, line: StepLine, row: Row, *, strong: bool) -> Dot:
    share, days = line.figure.conversion, line.figure.days
    middle, low, high, _late = line.days
    said = ngettext("%(n)s day", "%(n)s days", middle) % {"n": middle}
    limits = f"{percent(share.mean)} ({interval(share.low, share.high)} %)"
    ended = _("of %s that have ended") % count(line.ended)
    return Dot(
        name=group.name,
        share=(share.mean, share.low, share.high),
        said=percent(share.mean),
        days=(days.mean, days.low, days.high),
        days_said=str(middle),
        thin=line.is_thin,
        strong=strong,
        tip=tip(f"{row.step.name}: {group.name}", limits, ended, f"{said} ({low}–{high})"),
    )
