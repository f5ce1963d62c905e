"""The page of what moved between a kept day and now, or between two kept days."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.engine.fiscal import Period
from milepost.engine.flow import Flow, Move
from milepost.forecasts.asked import Asked
from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.looks import WEEK, choices, kept_days, named
from milepost.forecasts.menus import Link, menus
from milepost.forecasts.models import SnapshotDay
from milepost.forecasts.moved import MOST_LISTED, Line, Moved, lines, picture
from milepost.opportunities.models import Opportunity
from milepost.team.models import Role
from milepost.team.request import Request
from milepost.web import words
from milepost.web.chart import Cell, Chart


@require_GET
def moved(request: Request) -> HttpResponse:
    """Show how what is open in each period came from one day's amount to another's."""
    company = request.company
    today, calendar = company.today(), calendar_of(company)
    kept = kept_days(today)
    asked = settled(Asked.read(request.GET), kept, today)
    periods = asked.periods(calendar, today)
    context: dict[str, Any] = {
        "asked": asked,
        "since_days": _days(asked, "since", [day for day in kept if asked.until is None or day < asked.until], today),
        "until_days": _days(asked, "until", [day for day in kept if asked.since and day > asked.since], today),
        "ofs": ofs(asked),
        "rates": rates(asked),
        "kept_today": not kept and SnapshotDay.objects.filter(on=today).exists(),
        "earlier": asked.link(first=calendar.move(periods[0], -1).key),
        "later": asked.link(first=calendar.move(periods[0], 1).key),
        "currency": company.currency,
    }
    if asked.since is not None:
        found = Moved(request.user, company, asked, periods)
        context |= _told(request, found, periods)
    return render(request, "forecasts/moved.html", context | menus(asked, request))


def settled(asked: Asked, kept: Sequence[datetime.date], today: datetime.date) -> Asked:
    """Return what is asked with days that are kept: usually from a week before, or the oldest there is, to now."""
    until = asked.until if asked.until in kept else None
    before = [day for day in kept if until is None or day < until]
    if asked.since in before:
        return replace(asked, until=until)
    weeks = [day for day in before if day <= (until or today) - WEEK]
    return replace(asked, until=until, since=next(iter(weeks or before[-1:]), None))


def _days(asked: Asked, name: str, kept: Sequence[datetime.date], today: datetime.date) -> list[Link]:
    now = getattr(asked, name)
    found = choices(kept, today)
    if now in kept and now not in found:
        found = sorted([*found, now], reverse=True)
    links = [Link(words.short_day(day), asked.link(**{name: day}), day == now) for day in found]
    return [Link(_("Now"), asked.link(until=None), now is None), *links] if name == "until" else links


def ofs(asked: Asked) -> list[Link]:
    """Return of what the movement can be told."""
    names = {"": _("Amounts"), "expected": _("Expected value")}
    return [Link(label, asked.link(of=key), key == asked.of) for key, label in names.items()]


def rates(asked: Asked) -> list[Link]:
    """Return the exchange rates at which the days can be counted."""
    names = {"": _("Each day’s own"), "then": _("The first day’s"), "plan": _("The plan’s")}
    return [Link(label, asked.link(rates=key), key == asked.rates) for key, label in names.items()]


def _told(request: Request, found: Moved, periods: list[Period]) -> dict[str, Any]:
    """Gather the table, the drawing of the first period, and whose a chosen figure is."""
    months = [words.month_name(n) for n in range(1, 13)]
    first = found.flows[periods[0].key]
    until = found.asked.until
    start, end = words.short_day(found.since), words.short_day(until) if until else _("Now")
    table = lines(found.flows, start=start, end=end)
    chosen = _chosen(request, table)
    return {
        "lines": table,
        "heads": (heads := [period.name(months) for period in periods]),
        "first": first,
        "until_said": words.day(until) if until else _("now"),
        "chart": _chart(found, first, heads, table),
        "behind": chosen and Chosen(request, found, *chosen),
        "unpriced": len(first.unpriced),
        "unplanned": found.unplanned(periods[0]),
        "plan_year": periods[0].year,
        "may_plan": request.user.sight.holds(Role.ADMINISTRATOR),
    }


def _chart(found: Moved, first: Flow, periods: Sequence[str], table: Sequence[Line]) -> Chart:
    """Draw the first period; the figures that go with it are those of all, as the table shows them."""
    currency, asked, name = found.company.currency, found.asked, periods[0]
    key = table[0].cells[0][0]
    start, end = table[0].name, table[-1].name
    told = {"name": name, "first": start, "last": end}
    label = _("%(name)s, from %(first)s to %(last)s. The same figures are in the table.") % told
    what = _("Expected value") if asked.of else _("Amount")
    told["last"] = end if asked.until else _("now")
    return Chart(
        name=f"moved-{key}-{found.since.isoformat()}",
        title=_("%(what)s of %(name)s, from %(first)s to %(last)s") % {**told, "what": what},
        said=label,
        heads=[_("What"), *(head for each in periods for head in _heads(each, currency))],
        rows=[[Cell(line.name, line.name), *_cells(line, currency)] for line in table],
        drawing=picture(
            first,
            start=start,
            end=end,
            currency=currency,
            label=label,
            href=lambda move: f"?{asked.query}&move={move}&in={key}#who",
        ),
        tabled=False,
        kind="flow",
    )


def _heads(period: str, currency: str) -> tuple[str, str]:
    return f"{period} ({currency})", _("%(period)s, opportunities") % {"period": period}


def _cells(line: Line, currency: str) -> Iterator[Cell]:
    for _key, move in line.cells:
        yield Cell("", words.major(move.amount, currency))
        yield Cell("", len(move.ids))


def _chosen(request: Request, table: list[Line]) -> tuple[Line, Move] | None:
    """Return the figure that the address asks about: a line and one period's movement."""
    for line in table:
        for key, move in line.cells:
            if line.key == request.GET.get("move") and key == request.GET.get("in"):
                return line, move
    return None


@dataclass(frozen=True)
class Listed:
    """One opportunity behind a figure: its part of it, and how often it was pushed out."""

    one: Opportunity
    amount: int
    pushed: int


class Chosen:
    """The opportunities behind a figure, largest part first; what is not named makes the rest of the sum."""

    def __init__(self, request: Request, found: Moved, line: Line, move: Move) -> None:
        self.name, self.move = line.name, move
        order = sorted(move.parts.items(), key=lambda part: (-abs(part[1]), int(str(part[0]))))[:MOST_LISTED]
        seen = named(request.user, [int(str(pk)) for pk, _amount in order])
        pushed = dict(found.pushed(seen))
        rows = [(int(str(pk)), amount) for pk, amount in order]
        self.listed = [Listed(seen[pk], amount, pushed.get(pk, 0)) for pk, amount in rows if pk in seen]
        self.rest = move.amount - sum(each.amount for each in self.listed)
        self.unnamed = len(move.ids) - len(self.listed)
