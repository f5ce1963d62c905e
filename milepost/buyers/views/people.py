"""The People page: who decides at the client, who works on it with us."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.buyers.arranged import arranged
from milepost.buyers.forms.stakeholder import StakeholderForm
from milepost.buyers.map import drawn_from
from milepost.buyers.models import Stakeholder, Tie
from milepost.buyers.recall import last_known
from milepost.buyers.recall import recall as recall_it
from milepost.buyers.rows import lines_of, people_of
from milepost.buyers.twins import twins
from milepost.buyers.warn import warnings
from milepost.opportunities.models import Opportunity
from milepost.opportunities.views.gone import add_anew
from milepost.opportunities.views.guests import guests_of
from milepost.opportunities.views.parts import ask, done, found, goes, head, refused, sent
from milepost.opportunities.views.work import must_work
from milepost.team.request import Request
from milepost.web.doors import find
from milepost.web.history import StaleEdit
from milepost.web.text import number


def people(request: Request, pk: int) -> HttpResponse:
    """Show who is who at the client, and who works on it with us."""
    opportunity = found(request, pk)
    lists, rules = arranged(request.company)
    rows = people_of(opportunity)
    ties = list(Tie.objects.filter(stakeholder__opportunity=opportunity))
    page = head(request, opportunity, tab="people")
    lines = lines_of(rows, lists, last_known(rows, lists, person=request.user, but=opportunity))
    context = {
        **page,
        "lines": lines,
        "guests": guests_of(opportunity, request.user, but=[row.contact_id for row in rows]),
        "warnings": warnings(opportunity, lines, page["standing"], page["today"], rules=rules),
        "map": drawn_from(opportunity, lines, ties, may_work=page["may_work"]),
        "twins": twins(rows, ties),
        "members": opportunity.members.select_related("person").order_by("person__name_key"),
    }
    return render(request, "buyers/people.html", context)


def people_url(opportunity: Opportunity) -> str:
    return reverse("buyers:people", args=[opportunity.pk])


def person_url(row: Stakeholder) -> str:
    return reverse("buyers:person", args=[row.pk])


def add(request: Request, pk: int) -> HttpResponse:
    """Give somebody at the client a part, known or not."""
    opportunity = found(request, pk)
    must_work(request, opportunity)
    first = {"contact": number(request.GET.get("contact", ""))}
    form = StakeholderForm(sent(request), opportunity=opportunity, person=request.user, initial=first)
    if goes(form, lambda: _add(opportunity, form, by=request.user)):
        return done(request, opportunity, _("Added."), to=people_url(opportunity))
    title, template = _("Add somebody at the client"), "buyers/edit.html"
    return ask(request, opportunity, form, title=title, button=_("Add"), template=template, tab="people")


@transaction.atomic
def _add(opportunity: Opportunity, form: StakeholderForm, *, by: Any) -> None:
    Stakeholder.add(opportunity, by=by, **{**form.values(), **form.newcomer(by=by)})


def stakeholder_seen(request: Request, pk: int) -> Stakeholder:
    """Return somebody with a part in an opportunity that the person sees."""
    row = find(Stakeholder.objects.visible_to(request.user).select_related("contact"), pk=pk)
    row.opportunity = found(request, row.opportunity_id)
    return row


def stakeholder_found(request: Request, pk: int) -> Stakeholder:
    """Return somebody with a part in an opportunity that the person may work on."""
    row = stakeholder_seen(request, pk)
    must_work(request, row.opportunity)
    return row


def edit(request: Request, pk: int) -> HttpResponse:
    """Change somebody's part, where they stand, or whom they report to."""
    if not Stakeholder.objects.filter(pk=pk).exists():
        return _taken_out(request, pk)
    row = stakeholder_found(request, pk)
    opportunity = row.opportunity
    form = StakeholderForm(sent(request), instance=row, opportunity=opportunity, person=request.user)
    form.row.opportunity = opportunity
    if goes(form, lambda: _edit(form, by=request.user)):
        return done(request, opportunity, _("Saved."), to=person_url(row))
    title, template = _("Edit “%s”") % form.row, "buyers/edit.html"
    return ask(request, opportunity, form, title=title, button=_("Save"), template=template, tab="people")


def _taken_out(request: Request, pk: int) -> HttpResponse:
    def form(opportunity: Opportunity) -> StakeholderForm:
        return StakeholderForm(request.POST, opportunity=opportunity, person=request.user)

    more = {"template": "buyers/edit.html", "tab": "people"}
    return add_anew(request, Stakeholder, pk, must=must_work, back=people_url, form=form, add="buyers:add", **more)


@transaction.atomic
def _edit(form: StakeholderForm, *, by: Any) -> None:
    form.apply(by=by, **form.newcomer(by=by))


@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    """Take somebody's part away; the contact stays with the account."""
    row = stakeholder_found(request, pk)
    opportunity, name = row.opportunity, str(row)
    row.remove(by=request.user)
    return done(request, opportunity, _("“%(name)s” is taken out.") % {"name": name}, to=people_url(opportunity))


@require_POST
def recall(request: Request, pk: int) -> HttpResponse:
    """Confirm for this opportunity what was last known of somebody from another one."""
    row = stakeholder_found(request, pk)
    to = people_url(row.opportunity)
    try:
        recall_it(row, number(request.POST.get("fact", "")) or 0, by=request.user)
    except StaleEdit as error:
        return refused(request, row.opportunity, error, to=to)
    return done(request, row.opportunity, _("Confirmed for this opportunity, from today."), to=to)


@require_POST
def same(request: Request, pk: int) -> HttpResponse:
    """Say of two people with like names that they are one, or two."""
    row = stakeholder_found(request, pk)
    others = Stakeholder.objects.filter(opportunity=row.opportunity_id)
    other = others.select_related("contact").filter(pk=number(request.POST.get("other", "")) or 0).first()
    to = people_url(row.opportunity)
    if other is None:
        return refused(request, row.opportunity, _("One of the two is no longer here."), to=to)
    other.opportunity = row.opportunity
    try:
        if request.POST.get("is") == "one":
            other.join(row, by=request.user)
            return done(request, row.opportunity, _("They are one now: “%(name)s”.") % {"name": row}, to=to)
        Tie.add(row, by=request.user, kind=Tie.Kind.TWO, other=other)
    except ValueError as error:
        return refused(request, row.opportunity, error, to=to)
    return done(request, row.opportunity, _("Kept as two people."), to=to)
