"""Times for an appointment: we offer up to three, the client picks one on their page."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from milepost.opportunities.models import Opportunity
from milepost.opportunities.models.step import NotAllowed
from milepost.opportunities.views.parts import ask, done, found, goes, refused, sent, zone_of
from milepost.plans.doors import with_link
from milepost.plans.live import Milestone, Shown
from milepost.plans.models import Invitation, OfferedTime, PlanPart
from milepost.plans.models.afterword import end_of
from milepost.plans.models.offer import step_of
from milepost.plans.offering import TimesForm
from milepost.plans.picking import NothingBooked, NotOnOffer, pick
from milepost.plans.views.client import shown_to, version_of
from milepost.plans.views.tab import must_move, url
from milepost.team.request import Request
from milepost.web.doors import find
from milepost.web.text import number


def offer(request: Request, pk: int) -> HttpResponse:
    """Offer times for a step, in place of those offered before."""
    rows = PlanPart.objects.visible_to(request.user).with_originals().select_related("plan")
    part = find(rows.filter(step__isnull=False, shared=True), pk=pk)
    opportunity = part.plan.opportunity = found(request, part.plan.opportunity_id)
    must_move(request, opportunity)
    try:
        step_of(part).must_be_released()
    except NotAllowed as error:
        return refused(request, opportunity, error, to=url(opportunity))
    form = TimesForm(sent(request), part=part, person=request.user, initial={"zone": zone_of(request)})
    if goes(form, lambda: form.offer(by=request.user)):
        return done(request, opportunity, told(part), to=url(opportunity))
    said: dict[str, Any] = {"title": _("Offer times for “%s”") % part.step, "button": _("Offer them")}
    said |= {"template": "plans/offer.html", "zones": sorted(zoneinfo.available_timezones())}
    return ask(request, opportunity, form, back=url(opportunity), **said)


def told(part: PlanPart) -> str:
    """Say where the client finds the times, which is nowhere before the step is published."""
    version = part.plan.versions.first()
    if version is not None and any(row["part"] == part.pk for row in version.content["steps"]):
        return _("Offered. Whoever has a link picks one on their page; the others are then released.")
    return _("Kept. The client sees the times once you publish the plan with this step.")


@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Take one time back."""
    time, opportunity = own_time(request, pk)
    is_gone = time.withdraw(by=request.user)
    return done(request, opportunity, _withdrawn(is_gone), to=url(opportunity))


@require_POST
def withdraw_all(request: Request, pk: int) -> HttpResponse:
    """Take back all the times that were offered with one."""
    time, opportunity = own_time(request, pk)
    is_gone = time.offer.withdraw(by=request.user)
    return done(request, opportunity, _withdrawn(is_gone), to=url(opportunity))


def _withdrawn(is_gone: bool) -> str:
    return _("It is no longer offered.") if is_gone else _("It was not offered any more: see what became of it.")


def own_time(request: Request, pk: int) -> tuple[OfferedTime, Opportunity]:
    """Return an offered time on the plan of an opportunity that the person moves."""
    rows = OfferedTime.objects.visible_to(request.user).select_related("offer__part__plan", "offer__part__step")
    time = find(rows, pk=pk)
    plan = time.offer.part.plan
    plan.opportunity = found(request, plan.opportunity_id)
    must_move(request, plan.opportunity)
    return time, plan.opportunity


@require_http_methods(["GET", "HEAD", "POST"])
@with_link
def times(request: Request, link: Invitation, part: int) -> HttpResponse:
    """Show the times offered for a step; book the one that is picked."""
    if end_of(link) is not None:
        return HttpResponseRedirect("../../../over/")
    version = version_of(link)
    plan = shown_to(link, version, request)
    one = next((step for step in plan.steps if step.part == part), None)
    if one is None:
        raise Http404
    if request.method == "POST":
        return _picked(request, link, plan, one)
    if not one.times:
        return HttpResponseRedirect("../../../")
    return _page(request, link, plan, one)


def _picked(request: Request, link: Invitation, plan: Shown, one: Milestone) -> HttpResponse:
    """Book what was picked; whoever is late, or picks what is not offered any more, is told why."""
    asked = number(request.POST.get("time", "")) or 0
    time = OfferedTime.objects.filter(offer__part__plan=link.plan_id, offer__part=one.part, pk=asked).first()
    if time is None:
        return _page(request, link, plan, one, error=_("Pick one of the times."), status=422)
    try:
        pick(link, time, about=one.name)
    except (NotOnOffer, NothingBooked) as error:
        now = shown_to(link, version_of(link), request)
        return _page(request, link, now, now.part(one.part), error=str(error), status=409)
    except ValueError as error:
        return _page(request, link, plan, one, error=str(error), status=429)
    token = request.resolver_match.kwargs["token"] if request.resolver_match else ""
    address = reverse("plans:client", args=[token])
    return HttpResponseRedirect(f"{address}?booked={one.part}#part-{one.part}")


def _page(
    request: Request, link: Invitation, plan: Shown, one: Any, *, error: str = "", status: int = 200
) -> HttpResponse:
    context = {"shown": plan, "one": one, "link": link, "error": error}
    return render(request, "plans/times.html", context, status=status)
