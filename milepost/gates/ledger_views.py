"""The Gates page, and what is made of hours that stopping early has freed."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.gates.ledger_forms import AfterwardsForm, LookForm, UseForm
from milepost.gates.models import Afterwards, Delegation, FreedUse, GateDecision
from milepost.gates.overview import PAGE, entries, held_back, stopped, sums, to_look_at
from milepost.opportunities.permissions import may_move
from milepost.opportunities.views.parts import ask, done, found, goes, sent, today_of
from milepost.team.request import Request
from milepost.web.doors import find, must
from milepost.web.text import number


@require_GET
def home(request: Request) -> HttpResponse:
    """Show the decisions that wait, dearest wait first, what is paused, and what stopping early came to."""
    person = request.user
    asked = {"waiting": number(request.GET.get("after", "")), "paused": number(request.GET.get("paused", ""))}
    held = held_back(person, asked)
    (waiting, more), (paused, more_paused) = held["waiting"], held["paused"]
    ledger = list(stopped(person, number(request.GET.get("before", "")))[: PAGE + 1])
    given = {one.gate_id: one for one in Delegation.to_decide(person, today_of(request), to=person)}
    for one in (*waiting, *paused):
        one.given = given.pop(one.gate.pk, None)  # said where it is listed anyway
    context = {
        "given": list(given.values()),
        "looks": to_look_at(person, today_of(request))[:PAGE],
        "waiting": waiting,
        "more": more,
        "paused": paused,
        "more_paused": more_paused,
        "ledger": entries(ledger[:PAGE]),
        "older": ledger[PAGE - 1].pk if len(ledger) > PAGE else None,
        "sums": sums(person),
        "today": today_of(request),
        "currency": request.company.currency,
    }
    return render(request, "gates/home.html", context)


def _stopped(request: Request, pk: int) -> GateDecision:
    rows = GateDecision.objects.visible_to(request.user).filter(kind=GateDecision.Kind.REFUSED)
    decision = find(rows.select_related("gate__playbook_gate"), pk=pk)
    decision.gate.opportunity = found(request, decision.gate.opportunity_id)
    why = _("Only its coordinator, or a coordinator or manager of its territory, may do this.")
    must(may_move(request.user, decision.gate.opportunity), why)
    return decision


def _home() -> str:
    return reverse("gates:home") + "#ledger"


def give(request: Request, pk: int) -> HttpResponse:
    """Give freed hours to something better."""
    decision = _stopped(request, pk)
    left = decision.freed_hours - sum(decision.uses.values_list("hours", flat=True))
    form = UseForm(sent(request), person=request.user, today=today_of(request), left=left)
    opportunity = decision.gate.opportunity
    if goes(form, lambda: FreedUse.give(decision, by=request.user, **form.cleaned_data)):
        return done(request, opportunity, _("The hours are given."), to=_home())
    lead = _("%(left)s hours are free since “%(name)s” was stopped.") % {"left": f"{left:g}", "name": opportunity.name}
    return ask(request, opportunity, form, title=_("Give freed hours"), button=_("Give them"), lead=lead)


def look(request: Request, pk: int) -> HttpResponse:
    """Say what came of hours that were given."""
    use = find(FreedUse.objects.visible_to(request.user).select_related("account", "opportunity"), pk=pk)
    use.decision = _stopped(request, use.decision_id)
    form = LookForm(sent(request), instance=use)
    form.row.decision = use.decision
    opportunity = use.decision.gate.opportunity
    if goes(form, lambda: form.apply(by=request.user, on=today_of(request))):
        return done(request, opportunity, _("Kept."), to=_home())
    return ask(request, opportunity, form, title=_("What came of the hours for %s?") % use.place, button=_("Keep it"))


def afterwards(request: Request, pk: int) -> HttpResponse:
    """Say what the client did after we stopped, so that stopping is judged too."""
    decision = _stopped(request, pk)
    told = Afterwards.objects.filter(pk=decision.pk).first()
    first: dict[str, Any] = {} if told else {"on": today_of(request)}
    form = AfterwardsForm(sent(request), instance=told, initial=first)
    opportunity = decision.gate.opportunity
    if goes(form, lambda: Afterwards.tell(decision, by=request.user, **form.cleaned_data)):
        return done(request, opportunity, _("Kept."), to=_home())
    title = _("What did they do after we had stopped?")
    more = {"title": title, "button": _("Keep it"), "template": "gates/afterwards_form.html"}
    return ask(request, opportunity, form, **more)
