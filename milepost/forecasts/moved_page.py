"""The page of what moved since a kept day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.engine.fiscal import Period
from milepost.engine.flow import Move
from milepost.forecasts.asked import Asked
from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.menus import menus
from milepost.forecasts.models import SnapshotDay
from milepost.forecasts.moved import MOST_LISTED, Moved, choices, lines, picture, usual_since
from milepost.opportunities.models import Opportunity
from milepost.team.request import Request
from milepost.web import words


@require_GET
def moved(request: Request) -> HttpResponse:
    """Show how what is open in each period came from a kept day's amount to today's."""
    asked, company = Asked.read(request.GET), request.company
    today, calendar = company.today(), calendar_of(company)
    is_kept = asked.since is not None and asked.since < today and SnapshotDay.objects.filter(on=asked.since).exists()
    asked = replace(asked, since=asked.since if is_kept else usual_since(today))
    periods = asked.periods(calendar, today)
    one_rate = request.GET.get("rates") == "then"
    context: dict[str, Any] = {
        "asked": asked,
        "one_rate": one_rate,
        "days": [(day, asked.link(since=day)) for day in choices(today)],
        "kept_today": SnapshotDay.objects.filter(on=today).exists(),
        "earlier": asked.link(first=calendar.move(periods[0], -1).key),
        "later": asked.link(first=calendar.move(periods[0], 1).key),
        "currency": company.currency,
    }
    if asked.since is not None:
        found = Moved(request.user, company, asked, periods, one_rate=one_rate)
        context |= _told(request, found, periods)
    return render(request, "forecasts/moved.html", context | menus(asked, request.user))


def _told(request: Request, found: Moved, periods: list[Period]) -> dict[str, Any]:
    """Gather the table, the drawing of the first period, and whose a chosen figure is."""
    months = [words.month_name(n) for n in range(1, 13)]
    first = found.flows[periods[0].key]
    start, end = words.short_day(found.since), _("Now")
    table = lines(found.flows, start=start, end=end)
    chosen = _chosen(request, table)
    label = _("%(name)s, from %(day)s to now. The same figures are in the table.")
    return {
        "lines": table,
        "heads": [period.name(months) for period in periods],
        "first": first,
        "picture": picture(
            first,
            start=start,
            end=end,
            currency=request.company.currency,
            label=label % {"name": periods[0].name(months), "day": start},
        ),
        "chosen_line": chosen,
        "listed": _listed(request, found, chosen[1]) if chosen else [],
        "unpriced": len(first.unpriced),
    }


def _chosen(request: Request, table: list[Any]) -> tuple[str, Move] | None:
    """Return the figure that the address asks about: a line's name and one period's movement."""
    for line in table:
        for key, move in line.cells:
            if line.key == request.GET.get("move") and key == request.GET.get("in"):
                return line.name, move
    return None


def _listed(request: Request, found: Moved, move: Move) -> list[tuple[Opportunity, int]]:
    """Return the opportunities behind a figure, with how often each was pushed out."""
    pushed = dict(found.pushed(move.ids))
    ids = [int(str(key)) for key in move.ids[:MOST_LISTED]]
    rows = Opportunity.objects.visible_to(request.user).filter(pk__in=ids).select_related("account")
    return [(one, pushed.get(one.pk, 0)) for one in rows.order_by("-company_value_minor", "pk")]
