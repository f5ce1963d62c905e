"""The roll-up of a period, and the numbers people submit for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.forecasts.asked import Asked
from milepost.forecasts.line import Line
from milepost.forecasts.menus import kinds, territories
from milepost.forecasts.models import PeriodLock, Submission
from milepost.forecasts.models.submissions import Locked
from milepost.forecasts.models.targets import managed
from milepost.forecasts.renewing import renewing
from milepost.forecasts.rollup import of_request
from milepost.forecasts.rollup_forms import SubmitForm, UnlockForm
from milepost.forecasts.trend import trend_of
from milepost.team.models import Role, Territory
from milepost.team.request import Request
from milepost.web.doors import find, must


@require_GET
def rollup(request: Request) -> HttpResponse:
    """Show everybody's numbers for one period beside the model's."""
    found = of_request(request)
    asked, start = found.asked, found.period
    context: dict[str, Any] = {
        "rollup": found,
        "asked": asked,
        "under_way": renewing(),
        "currency": request.company.currency,
        "kinds": kinds(asked),
        "territories": territories(asked, request),
        "managed": request.user.sight.roles.get(Role.SALES_MANAGER, frozenset()),
        "may_set": bool(managed(request.user)),
        "earlier": asked.link(first=found.calendar.move(start, -1).key),
        "later": asked.link(first=found.calendar.move(start, 1).key),
    }
    return render(request, "forecasts/rollup.html", context)


@require_GET
def numbers(request: Request, pk: int) -> HttpResponse:
    """Show the numbers submitted for one line over time, beside what the model said and what came in."""
    line = _line(request, pk)
    rows = Submission.objects.visible_to(request.user).filter(period=line.rollup.period.key, territory=pk)
    rows = rows.filter(person=line.place.person).select_related("by", "adjusts").order_by("-id")
    currency = request.company.currency
    told = [row.restated(currency) if row.counts_in(currency) else row for row in rows]
    context = {"line": line, "submissions": told, "trend": trend_of(line, told), **_around(request, line)}
    return render(request, "forecasts/numbers.html", context)


@require_http_methods(["GET", "POST"])
def submit(request: Request, pk: int) -> HttpResponse:
    """Submit one's own number for a period, or a manager's beside somebody else's."""
    line = _line(request, pk)
    part = line.rollup.sellers.part(request.user, line.place.territory, line.place.person)
    must(bool(part), _("Numbers are submitted by whose they are, and adjusted by their sales managers."))
    must(not line.rollup.is_past, _("This period is over."))
    form = SubmitForm(request.POST or None, line=line, is_adjustment=part == "adjustment")
    if request.method == "POST" and form.is_valid() and form.keep(by=request.user):
        messages.success(request, _("Adjusted. Both numbers stand.") if form.is_adjustment else _("Submitted."))
        return redirect(_back(request))
    if not form.is_bound:
        _warn(request, line, form)
    context = {"form": form, "line": line, "is_adjustment": form.is_adjustment, **_around(request, line)}
    return render(request, "forecasts/submit.html", context, status=422 if form.errors else 200)


def _warn(request: Request, line: Line, form: SubmitForm) -> None:
    """Say before anything is typed that the period is locked."""
    try:
        PeriodLock.refuse(line.rollup.period.key, line.place.territory, by=request.user)
    except Locked as error:
        form.locked = str(error)  # type: ignore[attr-defined]


@require_POST
def lock(request: Request, pk: int) -> HttpResponse:
    """Take no more numbers for a period from those below."""
    found, territory = of_request(request), _managed(request, pk)
    PeriodLock.set(by=request.user, period=found.period.key, territory=territory)
    messages.success(request, _("Locked: those below can submit no more for this period."))
    return redirect(_back(request))


@require_http_methods(["GET", "POST"])
def unlock(request: Request, pk: int) -> HttpResponse:
    """Take numbers again, with a reason."""
    found, territory = of_request(request), _managed(request, pk)
    standing = PeriodLock.objects.standing().filter(period=found.period.key, territory=territory).first()
    form = UnlockForm(request.POST or None)
    if standing is None:
        messages.info(request, _("This period is not locked."))
        return redirect(_back(request))
    if request.method == "POST" and form.is_valid():
        standing.unlock(by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Unlocked: numbers can be submitted again."))
        return redirect(_back(request))
    context = {"form": form, "lock": standing, "rollup": found, "back": _back(request)}
    return render(request, "forecasts/unlock.html", context, status=422 if form.errors else 200)


def _managed(request: Request, pk: int) -> Territory:
    """Return a territory of which the person is a sales manager."""
    sight = request.user.sight
    territory = find(Territory.objects.filter(pk__in=set().union(sight.territories, *sight.roles.values())), pk=pk)
    must(sight.holds(Role.SALES_MANAGER, territory=pk), _("Periods are locked by sales managers."))
    return territory


def _line(request: Request, pk: int) -> Line:
    """Return the line that an address names; what the person does not see is not there."""
    whose = request.GET.get("person", "")
    person = int(whose) if whose.isdecimal() and len(whose) < 16 else None
    asked = replace(Asked.read(request.GET), territory=None)
    line = of_request(request, asked).find(pk, person)
    if line is None or line.place.is_nobody:
        raise Http404
    return line


def _around(request: Request, line: Line) -> dict[str, Any]:
    """Return what the pages of one line share."""
    place, asked = line.place, line.rollup.asked
    named = {"person": place.person.pk} if place.person else {}
    query = urlencode(dict(QueryDict(asked.query).items()) | named)
    return {"currency": request.company.currency, "query": query, "back": _back(request), "rollup": line.rollup}


def _back(request: Request) -> str:
    """Return the address of the roll-up of the same period."""
    asked = replace(Asked.read(request.GET), territory=None, person=None)
    return f"{reverse('forecasts:rollup')}?{asked.query}"
