"""The Forecast page, and the targets it is measured against."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.forecasts.accuracy import accuracy_of
from milepost.forecasts.calls import Calls, coverage
from milepost.forecasts.calls_charts import charts_of
from milepost.forecasts.facts_page import trials_shown
from milepost.forecasts.fan import fan_of, scope_of
from milepost.forecasts.forms import TargetsForm
from milepost.forecasts.menus import kinds, menus
from milepost.forecasts.models.targets import managed
from milepost.forecasts.page import Reading
from milepost.forecasts.people_calls import PeoplesCalls
from milepost.forecasts.renewing import renewing
from milepost.forecasts.slippage import slipped
from milepost.forecasts.snapshots import take
from milepost.opportunities.pricing import fillable
from milepost.team.request import Request
from milepost.web.doors import must
from milepost.web.jobs import ask, is_alive


@require_GET
def forecast(request: Request) -> HttpResponse:
    """Show what will come in, period by period, and how sure that is."""
    reading = Reading.of(request)
    asked, portfolio = reading.asked, reading.portfolio
    start, calendar = reading.views[0].period, reading.calendar
    unvalued = sum(row.value_minor is None for row in portfolio.rows)
    none_valued = 0 < unvalued == len(portfolio.rows) and not any(view.won.number for view in reading.views)
    context: dict[str, Any] = {
        "asked": asked,
        "under_way": renewing(),
        "views": reading.views,
        "first": reading.first,
        # What stands before anything is learnt is dated a day back (`current_run`), and says the same today.
        "as_of": portfolio.run.as_of if portfolio.run.stays else request.company.today(),
        "any_open": bool(portfolio.rows),
        "any_won": any(view.won.number for view in reading.views),
        "has_season": any(view.season and view.distribution for view in reading.views),
        "open": len(portfolio.rows),
        "late": portfolio.late,
        "unvalued": unvalued,
        "none_valued": none_valued,
        "fillable": (prices := fillable(portfolio.seen, request.user) if unvalued * 2 > len(portfolio.rows) else None),
        "fillable_ids": ",".join(map(str, prices.ids)) if prices and asked.is_filtered else "",
        "may_set": bool(managed(request.user)),
        "former": reading.former,
        "earlier": asked.link(first=calendar.move(start, -1).key),
        "later": asked.link(first=calendar.move(start, 1).key),
    }
    return render(request, "forecasts/forecast.html", context | menus(asked, request) | _beside(reading))


def _beside(reading: Reading) -> dict[str, Any]:
    """Gather what is told of the first period that a forecast reaches."""
    first, portfolio = reading.first, reading.portfolio
    if first is None:
        return {}
    called = Calls(portfolio, first.period)
    return {
        "calls": called.lines,
        "together": called.whole,
        "deciding": called.deciding,
        "coverage": coverage(first, portfolio.rows),
        "slipped": slipped(portfolio.person, reading.asked, first.period, portfolio.company.today()),
        "fan": fan_of(portfolio.person, portfolio.company, reading.asked, first),
        "is_kept": scope_of(portfolio.person, reading.asked, portfolio.company.team_stamp) is not None,
    }


@require_http_methods(["GET", "POST"])
def targets(request: Request) -> HttpResponse:
    """Set what is to be won, by territory and period."""
    must(bool(managed(request.user)), _("Targets are set by sales managers."))
    form = TargetsForm(request.POST or None, person=request.user, company=request.company, query=request.GET)
    if request.method == "POST" and form.is_valid():
        form.keep(by=request.user)
        messages.success(request, _("Saved."))
        return redirect(f"{request.path}{form.address(form.offer)}")
    return render(
        request,
        "forecasts/targets.html",
        {"form": form, "kinds": kinds(form.asked)},
        status=422 if form.errors else 200,
    )


@require_POST
def snapshot(request: Request) -> HttpResponse:
    """Keep how everything looks now."""
    must(bool(managed(request.user)), _("Snapshots are taken by sales managers; one is kept every day by itself."))
    take(by=request.user)
    messages.success(request, _("Kept. From tomorrow on you can compare with today."))
    return redirect("forecasts:forecast")


@require_GET
def accuracy(request: Request) -> HttpResponse:
    """Show past quarters as people called them, as the model would have, and as they came."""
    territory = request.GET.get("territory", "")
    chosen = int(territory) if territory.isdecimal() and len(territory) < 16 else None
    context = accuracy_of(request.user, request.company, chosen)
    context |= {"may_ask": bool(managed(request.user)), "is_coming": is_alive("replay")}
    asked = chosen or (context["chosen"].pk if context["chosen"] else None)
    found = PeoplesCalls(request.user, request.company, asked)
    context |= {"calls": found, "calls_charts": charts_of(found)}
    context |= {"quarter_head": _("Quarter"), "group_head": _("Whose"), "name_head": _("Person")}
    context |= trials_shown() if context["sees_whole"] else {}
    return render(request, "forecasts/accuracy.html", context)


@require_POST
def look_again(request: Request) -> HttpResponse:
    """Have the past quarters gone through anew."""
    must(bool(managed(request.user)), _("Sales managers ask for this; it is done each month by itself."))
    ask("replay", by=request.user, unique_key="replay:anew")
    messages.success(request, _("Your past quarters are being gone through. Come back in a minute."))
    return redirect("forecasts:accuracy")
