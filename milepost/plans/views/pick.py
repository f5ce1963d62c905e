"""The times offered to the client: they pick one on their page, and it is booked."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from milepost.plans.doors import with_link
from milepost.plans.live import Milestone, Shown
from milepost.plans.models import Invitation, OfferedTime
from milepost.plans.models.afterword import end_of
from milepost.plans.picking import NothingBooked, NotOnOffer, pick
from milepost.plans.views.client import shown_to, version_of
from milepost.team.request import Request
from milepost.web.text import number


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
