"""Invite the client's people to the plan by personal links: make one, let it work longer, end it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from milepost.opportunities.views.parts import ask, done, found, goes, head, refused, sent
from milepost.plans.forms import InviteForm, ProlongForm
from milepost.plans.letters import invite_by_mail
from milepost.plans.models import Invitation
from milepost.plans.views.tab import must_move, own_plan, url
from milepost.team.request import Request
from milepost.web import post
from milepost.web.doors import find


@never_cache
def invite(request: Request, pk: int) -> HttpResponse:
    """Make a link for one of the client's people, mail it if asked to, and show it this once."""
    own = own_plan(request, pk)
    opportunity = own.opportunity
    if not own.versions.exists():
        why = _("Publish the plan first: there is nothing to see yet.")
        return refused(request, opportunity, why, to=url(opportunity))
    asked = request.GET.get("contact", "")
    form = InviteForm(sent(request), opportunity=opportunity, person=request.user, initial={"contact": asked})
    if form.is_bound and form.is_valid():
        link, token = form.invite(own, by=request.user)
        address = reverse("plans:client", args=[token])
        letter = invite_by_mail(link, address, request.company) if form.is_to_be_mailed else None
        context = {
            **head(request, opportunity),
            "link": link,
            "address": request.build_absolute_uri(address),
            "told": post.told(letter) if letter else "",
        }
        return render(request, "plans/link.html", context)
    said = {"title": _("A personal link for the client"), "button": _("Make the link"), "back": url(opportunity)}
    return ask(request, opportunity, form, **said)


def own_link(request: Request, pk: int) -> Invitation:
    """Return a link to the plan of an opportunity that the person moves."""
    rows = Invitation.objects.visible_to(request.user).select_related("plan", "contact")
    link = find(rows, pk=pk)
    link.plan.opportunity = found(request, link.plan.opportunity_id)
    must_move(request, link.plan.opportunity)
    return link


def prolong(request: Request, pk: int) -> HttpResponse:
    """Let a link work longer; it stays the same, so nobody need be told."""
    link = own_link(request, pk)
    opportunity, form = link.plan.opportunity, ProlongForm(sent(request))
    if goes(form, lambda: link.prolong(by=request.user, days=form.cleaned_data["days"])):
        return done(request, opportunity, _("The same link works until then."), to=url(opportunity))
    said = {"title": _("Let the link of %s work longer") % link, "button": _("Save"), "back": url(opportunity)}
    return ask(request, opportunity, form, **said)


@require_POST
def end(request: Request, pk: int) -> HttpResponse:
    """Stop a link from working."""
    link = own_link(request, pk)
    said = _("The link of %s no longer works.") if link.end(by=request.user) else _("That link was ended already: %s.")
    return done(request, link.plan.opportunity, said % link, to=url(link.plan.opportunity))
