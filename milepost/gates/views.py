"""Gates: how they stand for one opportunity, and the decisions taken there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Sum, Window
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from milepost.gates import decide
from milepost.gates.effort import effort_of, hours_spent
from milepost.gates.forms import AdvanceForm, AnswerForm, StopForm, TakeBackForm
from milepost.gates.look import Look
from milepost.gates.models import GateAnswer, Spent
from milepost.gates.page import answers_of, gate_views, going_on, standing_passes
from milepost.gates.versus import contenders_of, theirs
from milepost.opportunities.models import Gate, Opportunity
from milepost.opportunities.views.parts import ask, done, found, goes, head, sent, today_of
from milepost.opportunities.views.work import must_work
from milepost.playbooks.models import GateRule
from milepost.team.request import Request
from milepost.web.doors import find, must
from milepost.web.text import number

MOST_SPENT = 50


@require_GET
def gates(request: Request, pk: int) -> HttpResponse:
    """Show each gate with its rules, their evidence, and what is missing."""
    return _show(request, found(request, pk))


def _show(request: Request, opportunity: Opportunity, status: int = 200, **more: Any) -> HttpResponse:
    context = head(request, opportunity, tab="gates")
    look, answers = Look.at(opportunity, request.company), answers_of(opportunity)
    contenders = contenders_of(opportunity)
    expenses = list(
        opportunity.expenses.select_related("person", "request").annotate(all=Window(Sum("minor")))[:MOST_SPENT]
    )
    hours, money = hours_spent(opportunity), _sum(expenses)
    look.contenders, look.hours = {opportunity.pk: contenders}, {opportunity.pk: sum(hours.values())}
    look.paid = {opportunity.pk: money}
    views = gate_views(opportunity, request.user, context["today"], look, answers)
    for view in views:
        view.versus = theirs(answers, contenders, view.gate, [each.gate for each in views])
    answer, steps = going_on(opportunity, look) if context["standing"] else (None, [])
    context |= {
        "gates": views,
        "net": answer,
        "net_minor": round(answer.net) if answer else None,
        "gain_minor": round(answer.gain) if answer else None,
        "steps_ahead": steps,
        "ahead_minor": sum(step["expected"] for step in steps),
        "effort": effort_of(opportunity, costs=look.costs, passed=standing_passes(views), money=money, spent=hours),
        "contenders": contenders,
        "groups": [group.label for group in GateRule.Group],
        "spent": list(Spent.objects.filter(opportunity=opportunity).select_related("person", "request")[:MOST_SPENT]),
        "expenses": expenses,
        "company_currency": request.company.currency,
        **more,
    }
    return render(request, "gates/gates.html", context, status=status)


def _sum(expenses: list[Any]) -> int:
    return expenses[0].all if expenses else 0


def gate_found(request: Request, pk: int) -> Gate:
    """Return a gate of an opportunity the person sees."""
    gate = find(Gate.objects.visible_to(request.user).select_related("playbook_gate", "step"), pk=pk)
    gate.opportunity = found(request, gate.opportunity_id)
    return gate


def gate_url(gate: Gate) -> str:
    return reverse("gates:gates", args=[gate.opportunity_id]) + f"#gate-{gate.pk}"


def must_decide(request: Request, gate: Gate) -> None:
    must(decide.may_decide(request.user, gate), decide.others_decide(gate))


def last_of(gate: Gate) -> dict[str, int]:
    """Return what a form remembers: the decision that stood when it was opened."""
    last = gate.decisions.order_by("-id").values_list("pk", flat=True).first()
    return {"last": last or 0}


def decision(
    request: Request, gate: Gate, form: Any, act: Callable[[], Any], *, title: str, button: str, said: str, **more: Any
) -> HttpResponse:
    """Ask for a decision and take it; what stands against it is told, and what was typed stays."""
    opportunity = gate.opportunity

    def take() -> None:
        try:
            act()
        except decide.DecidedMeanwhile as meanwhile:
            form.look_again(meanwhile.last)
            raise

    if goes(form, take):
        return done(request, opportunity, said % {"gate": gate.name}, to=gate_url(gate))
    return ask(request, opportunity, form, title=title % {"gate": gate.name}, button=button, tab="gates", **more)


def advance(request: Request, pk: int) -> HttpResponse:
    """Let the opportunity go on; where the rules speak against it, only with the reason."""
    gate = gate_found(request, pk)
    must_decide(request, gate)
    view = next(
        one
        for one in gate_views(
            gate.opportunity, request.user, today_of(request), Look.at(gate.opportunity), answers_of(gate.opportunity)
        )
        if one.gate == gate
    )
    against = view.card is not None and not view.card.speaks_for_it
    form = AdvanceForm(sent(request), initial=last_of(gate), against_rules=against)
    lead = _("The rules speak against it: %(why)s.") % {"why": view.why_not} if against else ""

    def act() -> None:
        by, on = request.user, today_of(request)
        decide.advance(gate, by=by, on=on, seen=form.seen, reason=form.cleaned_data["reason"])

    title = _("Pass “%(gate)s” against its rules") if against else _("Pass “%(gate)s”")
    return decision(
        request, gate, form, act, title=title, button=_("Pass it"), said=_("“%(gate)s”: decided."), lead=lead
    )


def stop(request: Request, pk: int) -> HttpResponse:
    """Stop here; what would have gone in is free for something better."""
    gate = gate_found(request, pk)
    must_decide(request, gate)
    form = StopForm(sent(request), initial=last_of(gate))

    def act() -> None:
        told = {name: form.cleaned_data[name] for name in ("reasons", "reason")}
        decide.stop(gate, by=request.user, on=today_of(request), seen=form.seen, **told)

    title, said = _("Stop at “%(gate)s”"), _("Stopped at “%(gate)s”. The hours it would have taken are free.")
    lead = _("The opportunity ends as stopped by us. The account stays, and the chance may come back.")
    return decision(request, gate, form, act, title=title, button=_("Stop here"), said=said, lead=lead, danger=True)


def take_back(request: Request, pk: int) -> HttpResponse:
    """Decide anew; the decision before it stays in the list."""
    gate = gate_found(request, pk)
    must_decide(request, gate)
    form = TakeBackForm(sent(request), initial=last_of(gate))

    def act() -> None:
        reason = form.cleaned_data["reason"]
        decide.take_back(gate, by=request.user, on=today_of(request), seen=form.seen, reason=reason)

    title, said = _("Decide “%(gate)s” anew"), _("“%(gate)s” is to be decided again.")
    return decision(request, gate, form, act, title=title, button=_("Decide anew"), said=said)


@require_POST
def answer(request: Request, pk: int) -> HttpResponse:
    """Answer an item of the gate right where it stands."""
    gate = gate_found(request, pk)
    must_work(request, gate.opportunity)
    form = AnswerForm(request.POST, gate=gate)

    def act() -> None:
        told = {name: form.cleaned_data[name] for name in ("rule", "answer", "evidence")}
        GateAnswer.give(gate, by=request.user, on=today_of(request), **told)

    if goes(form, act):
        return done(request, gate.opportunity, _("Answered."), to=gate_url(gate))
    answering = number(request.POST.get("rule", ""))
    return _show(request, found(request, gate.opportunity_id), 422, answering=answering, answer_form=form)
