"""The People page: who decides at the client, who works on it with us."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.buyers.forms import StakeholderForm
from milepost.buyers.models import Stakeholder
from milepost.opportunities.models import Opportunity
from milepost.opportunities.views.parts import add_instead, ask, done, found, goes, head, refused, sent, taken_out
from milepost.opportunities.views.work import must_work
from milepost.team.request import Request
from milepost.web.doors import find
from milepost.web.text import number


def people(request: Request, pk: int) -> HttpResponse:
    """Show who is who at the client, and who works on it with us."""
    opportunity = found(request, pk)
    context = {
        **head(request, opportunity, tab="people"),
        "stakeholders": list(opportunity.stakeholders.select_related("contact").order_by("id")),
        "members": opportunity.members.select_related("person").order_by("person__name_key"),
    }
    return render(request, "buyers/people.html", context)


def _people_url(opportunity: Opportunity) -> str:
    return reverse("buyers:people", args=[opportunity.pk])


def add(request: Request, pk: int) -> HttpResponse:
    """Give somebody at the client a part, known or not."""
    opportunity = found(request, pk)
    must_work(request, opportunity)
    first = {"contact": number(request.GET.get("contact", ""))}
    form = StakeholderForm(sent(request), opportunity=opportunity, person=request.user, initial=first)
    if goes(form, lambda: _add(opportunity, form, by=request.user)):
        return done(request, opportunity, _("Added."), to=_people_url(opportunity))
    return ask(request, opportunity, form, title=_("Add somebody at the client"), button=_("Add"))


@transaction.atomic
def _add(opportunity: Opportunity, form: StakeholderForm, *, by: Any) -> None:
    Stakeholder.add(opportunity, by=by, **{**form.values(), **form.newcomer(by=by)})


def _stakeholder(request: Request, pk: int) -> Stakeholder:
    row = find(Stakeholder.objects.visible_to(request.user).select_related("contact"), pk=pk)
    row.opportunity = found(request, row.opportunity_id)
    must_work(request, row.opportunity)
    return row


def edit(request: Request, pk: int) -> HttpResponse:
    """Change somebody's part, stance or our access to them."""
    if not Stakeholder.objects.filter(pk=pk).exists():
        return _taken_out(request, pk)
    row = _stakeholder(request, pk)
    opportunity = row.opportunity
    form = StakeholderForm(sent(request), instance=row, opportunity=opportunity, person=request.user)
    form.row.opportunity = opportunity
    if goes(form, lambda: _edit(form, by=request.user)):
        return done(request, opportunity, _("Saved."), to=_people_url(opportunity))
    return ask(request, opportunity, form, title=_("Edit “%s”") % form.row, button=_("Save"))


def _taken_out(request: Request, pk: int) -> HttpResponse:
    opportunity, told = taken_out(request, Stakeholder, pk)
    must_work(request, opportunity)
    if request.method == "GET":
        return refused(request, opportunity, told, to=_people_url(opportunity))
    form = StakeholderForm(request.POST, opportunity=opportunity, person=request.user)
    there = reverse("buyers:add", args=[opportunity.pk])
    return ask(request, opportunity, form, action=there, **add_instead(form, told))


@transaction.atomic
def _edit(form: StakeholderForm, *, by: Any) -> None:
    form.apply(by=by, **form.newcomer(by=by))


@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    """Take somebody's part away; the contact stays with the account."""
    row = _stakeholder(request, pk)
    opportunity, name = row.opportunity, str(row)
    row.remove(by=request.user)
    return done(request, opportunity, _("“%s” is taken out.") % name, to=_people_url(opportunity))
