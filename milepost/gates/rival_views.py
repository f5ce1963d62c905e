"""Competitors at one opportunity: note one, say how it stands, weigh it beside us, take it out."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.gates.models import Contender
from milepost.gates.models.contender import STILL_OPEN, gates_of, scores_of
from milepost.gates.rival_forms import ContenderForm, ScoreForm
from milepost.gates.views import gate_url
from milepost.opportunities.models import Gate, Opportunity, Rival
from milepost.opportunities.views.gone import add_instead, taken_out
from milepost.opportunities.views.parts import ask, done, found, goes, sent, today_of
from milepost.opportunities.views.work import must_work
from milepost.team.request import Request
from milepost.web.doors import find
from milepost.web.text import number

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
    """Say how it stands at a gate's four questions: at the gate asked for, or the first still to be decided."""
    row = find(Contender.objects.visible_to(request.user).select_related("rival"), pk=pk)
    row.opportunity = opportunity = found(request, row.opportunity_id)
    must_work(request, opportunity)
    gate, gates = _gate_asked(request, opportunity)
    form = ScoreForm(sent(request), known=scores_of(opportunity.pk, gate, gates).get(row.rival_id, {}))
    if goes(form, lambda: row.score(by=request.user, on=today_of(request), answers=form.answers(), gate=gate)):
        return done(request, opportunity, _("Kept."), to=gate_url(gate) if gate else _back(opportunity))
    title = _("How does “%(name)s” stand?") % {"name": row.rival}
    if gate is not None:
        title = _("How does “%(name)s” stand at “%(gate)s”?") % {"name": row.rival, "gate": gate}
    lead = _("The same four questions as for us, asked for them. What stands is dated, and kept with each decision.")
    more: dict[str, Any] = {"tab": "gates", "template": "gates/score_form.html", "gate": gate}
    return ask(request, opportunity, form, title=title, button=_("Keep it"), lead=lead, **more)


def _gate_asked(request: Request, opportunity: Opportunity) -> tuple[Gate | None, list[Gate]]:
    """Return the gate at which one is weighed, and all of the line."""
    gates = gates_of(opportunity.pk)
    asked = request.POST.get("gate") or request.GET.get("gate")
    if asked:
        return find(Gate.objects.filter(opportunity=opportunity), pk=number(asked) or 0), gates
    return next((one for one in gates if one.state in STILL_OPEN), None), gates


@require_POST
def take_out(request: Request, pk: int) -> HttpResponse:
    """Take out one that was never here."""
    row = find(Contender.objects.visible_to(request.user).select_related("rival"), pk=pk)
    row.opportunity = found(request, row.opportunity_id)
    must_work(request, row.opportunity)
    row.take_out(by=request.user)
    return done(request, row.opportunity, _("Taken out; the history keeps it."), to=_back(row.opportunity))
