"""Deeds on a condition: add, edit, start, met, failed, waived."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.opportunities.forms.conditions import ConditionForm
from milepost.opportunities.forms.fields import ReasonForm
from milepost.opportunities.models import Condition
from milepost.opportunities.views.parts import STANDS_AGAINST, ask, done, found, goes, refused, sent, step_found
from milepost.opportunities.views.steps import must_move, must_report
from milepost.team.request import Request
from milepost.web.doors import find


def _found(request: Request, pk: int) -> Condition:
    condition = find(Condition.objects.visible_to(request.user).select_related("step"), pk=pk)
    condition.step.opportunity = found(request, condition.step.opportunity_id)
    return condition


def add(request: Request, pk: int) -> HttpResponse:
    """Hang a condition on a step."""
    step = step_found(request, pk)
    must_move(request, step)
    form = ConditionForm(sent(request), opportunity=step.opportunity, person=request.user)
    if goes(form, lambda: Condition.add(step, by=request.user, **form.values()), line_of=step.opportunity):
        return done(request, step.opportunity, _("“%s” must be met first.") % form.cleaned_data["name"])
    lead = _("Work that runs alongside, such as a legal or security review. The step is not reached before it is met.")
    title = _("Add a condition to “%s”") % step.name
    return ask(request, step.opportunity, form, title=title, button=_("Add"), lead=lead)


def edit(request: Request, pk: int) -> HttpResponse:
    """Change a condition's name, owner or due date."""
    condition = _found(request, pk)
    opportunity = condition.step.opportunity
    must_move(request, condition.step)
    form = ConditionForm(sent(request), instance=condition, opportunity=opportunity, person=request.user)
    form.row.step = condition.step
    if goes(form, lambda: form.apply(by=request.user)):
        return done(request, opportunity, _("Saved."))
    return ask(request, opportunity, form, title=_("Edit “%s”") % form.row.name, button=_("Save"))


def _turn(request: Request, pk: int, state: str) -> HttpResponse:
    condition = _found(request, pk)
    must_report(request, condition.step)
    opportunity = condition.step.opportunity
    try:
        condition.turn(state, by=request.user)
    except STANDS_AGAINST as error:
        return refused(request, opportunity, error)
    said = {"name": condition.name, "state": condition.get_state_display()}
    return done(request, opportunity, _("“%(name)s” is %(state)s.") % said)


@require_POST
def start(request: Request, pk: int) -> HttpResponse:
    """Record that work on the condition has begun."""
    return _turn(request, pk, Condition.State.UNDER_WAY)


@require_POST
def meet(request: Request, pk: int) -> HttpResponse:
    """Record that the condition is met."""
    return _turn(request, pk, Condition.State.MET)


def fail(request: Request, pk: int) -> HttpResponse:
    """Record that the condition failed, and why; what follows is decided at its step."""
    condition = _found(request, pk)
    must_report(request, condition.step)
    form = ReasonForm(sent(request), label=_("What happened?"))
    return _ask_why(request, condition, form, Condition.State.FAILED, _("“%s” failed"), _("It failed"))


def waive(request: Request, pk: int) -> HttpResponse:
    """Let the step be reached without the condition, with the reason."""
    condition = _found(request, pk)
    must_move(request, condition.step)
    form = ReasonForm(sent(request), label=_("Why is it waived?"))
    return _ask_why(request, condition, form, Condition.State.WAIVED, _("Waive “%s”"), _("Waive"))


def _ask_why(
    request: Request, condition: Condition, form: ReasonForm, state: str, title: str, button: str
) -> HttpResponse:
    opportunity = condition.step.opportunity
    if goes(
        form, lambda: condition.turn(state, by=request.user, reason=form.cleaned_data["reason"]), line_of=opportunity
    ):
        said = {"name": condition.name, "state": condition.get_state_display()}
        return done(request, opportunity, _("“%(name)s” is %(state)s.") % said)
    return ask(request, opportunity, form, title=title % condition.name, button=button)
