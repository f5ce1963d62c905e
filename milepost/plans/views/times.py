"""Times for an appointment: offer up to three to the client, and withdraw them."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.opportunities.models import Opportunity
from milepost.opportunities.models.step import NotAllowed
from milepost.opportunities.views.parts import ask, done, found, goes, refused, sent, zone_of
from milepost.plans.models import OfferedTime, PlanPart
from milepost.plans.models.offer import step_of
from milepost.plans.offering import TimesForm
from milepost.plans.views.tab import must_move, url
from milepost.team.request import Request
from milepost.web.doors import find


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
    title = _("Offer other times for “%s”") if form.booked else _("Offer times for “%s”")
    said: dict[str, Any] = {"title": title % part.step, "button": _("Offer them"), "booked": form.booked}
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
