"""Competitors at one opportunity: note one, say how it stands, weigh it beside us, take it out."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.gates.models import Contender, scores_of
from milepost.gates.rival_forms import ContenderForm, ScoreForm
from milepost.opportunities.models import Opportunity, Rival
from milepost.opportunities.views.parts import add_instead, ask, done, found, goes, sent, taken_out, today_of
from milepost.opportunities.views.work import must_work
from milepost.team.request import Request
from milepost.web.doors import find

FORM: dict[str, Any] = {"tab": "gates", "template": "gates/contender_form.html"}


def _back(opportunity: Opportunity) -> str:
    return reverse("gates:gates", args=[opportunity.pk]) + "#rivals-title"


def add(request: Request, pk: int) -> HttpResponse:
    """Note that somebody competes here."""
    opportunity = found(request, pk)
    must_work(request, opportunity)
    form = ContenderForm(sent(request), opportunity=opportunity, today=today_of(request))
    return _added(request, opportunity, form)


def _added(request: Request, opportunity: Opportunity, form: ContenderForm) -> HttpResponse:
    def act() -> None:
        rival = Rival.named(form.cleaned_data["name"], by=request.user)
        Contender.note(opportunity, by=request.user, rival=rival, on=today_of(request), **form.values())

    if goes(form, act):
        return done(request, opportunity, _("Noted."), to=_back(opportunity))
    return ask(request, opportunity, form, title=_("Who competes here?"), button=_("Note it"), **FORM)


def _contender(request: Request, pk: int) -> Contender | None:
    row = Contender.objects.visible_to(request.user).filter(pk=pk).select_related("rival").first()
    if row is not None:
        row.opportunity = found(request, row.opportunity_id)
    return row


def edit(request: Request, pk: int) -> HttpResponse:
    """Say how it stands by now, and what is known of it."""
    row = _contender(request, pk)
    if row is None:
        return _gone(request, pk)
    must_work(request, row.opportunity)
    form = ContenderForm(sent(request), instance=row, opportunity=row.opportunity, today=today_of(request))
    form.row.opportunity = row.opportunity
    if goes(form, lambda: form.apply(by=request.user)):
        return done(request, row.opportunity, _("Saved."), to=_back(row.opportunity))
    return ask(request, row.opportunity, form, title=str(row.rival), button=_("Save"), row=row, **FORM)


def _gone(request: Request, pk: int) -> HttpResponse:
    """Tell that somebody has taken it out; what was typed stands in the form by which one is noted."""
    opportunity, told = taken_out(request, Contender, pk)
    must_work(request, opportunity)
    form = ContenderForm(sent(request), opportunity=opportunity, today=today_of(request))
    action = reverse("gates:add_rival", args=[opportunity.pk])
    return ask(request, opportunity, form, action=action, **add_instead(form, told), **FORM)


def weigh(request: Request, pk: int) -> HttpResponse:
    """Say how it stands at each of the four questions of a gate."""
    row = find(Contender.objects.visible_to(request.user).select_related("rival"), pk=pk)
    row.opportunity = opportunity = found(request, row.opportunity_id)
    must_work(request, opportunity)
    form = ScoreForm(sent(request), known=scores_of(opportunity.pk).get(row.rival_id, {}))
    if goes(form, lambda: row.score(by=request.user, on=today_of(request), answers=form.answers())):
        return done(request, opportunity, _("Kept."), to=_back(opportunity))
    title = _("How does “%(name)s” stand?") % {"name": row.rival}
    lead = _("The same four questions as for us, asked for them. What stands is dated, and kept with each decision.")
    more: dict[str, Any] = {"tab": "gates", "template": "gates/score_form.html"}
    return ask(request, opportunity, form, title=title, button=_("Keep it"), lead=lead, **more)


@require_POST
def take_out(request: Request, pk: int) -> HttpResponse:
    """Take out one that was never here."""
    row = find(Contender.objects.visible_to(request.user).select_related("rival"), pk=pk)
    row.opportunity = found(request, row.opportunity_id)
    must_work(request, row.opportunity)
    row.take_out(by=request.user)
    return done(request, row.opportunity, _("Taken out; the history keeps it."), to=_back(row.opportunity))
