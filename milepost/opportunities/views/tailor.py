"""Tailor the line of one opportunity, each time with a reason."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.opportunities.forms.fields import ReasonForm
from milepost.opportunities.forms.tailor import AddStepForm, MoveForm, TailorForm
from milepost.opportunities.models import Step
from milepost.opportunities.newer import move_to, newer_version, plan_move
from milepost.opportunities.permissions import may_move
from milepost.opportunities.tailor import add_step, move_step
from milepost.opportunities.undo import undo_adding
from milepost.opportunities.views.parts import STANDS_AGAINST, ask, done, found, goes, refused, sent, step_found
from milepost.opportunities.views.steps import must_move
from milepost.team.request import Request
from milepost.web.doors import must


def newer(request: Request, pk: int) -> HttpResponse:
    """Show what the newer version of its playbook would change, and let the line that is ahead follow it."""
    opportunity = found(request, pk)
    must(may_move(request.user, opportunity), _("Only its coordinator, or a manager of its territory, may do this."))
    version = newer_version(opportunity)
    if version is None or opportunity.outcome is not None:
        return refused(request, opportunity, _("It runs on the newest version of its playbook."))
    form = ReasonForm(sent(request), required=False)
    if goes(form, lambda: move_to(opportunity, version, by=request.user, **form.cleaned_data), line_of=opportunity):
        return done(request, opportunity, _("It runs on %(version)s now.") % {"version": version})
    title = _("Move to %(version)s") % {"version": version}
    move, template = plan_move(opportunity, version), "opportunities/newer.html"
    return ask(request, opportunity, form, title=title, button=_("Move it"), template=template, move=move)


def tailor(request: Request, pk: int) -> HttpResponse:
    """Change what a step asks for here: name, usual days, milestone, the client's deadline."""
    step = step_found(request, pk)
    must_move(request, step)
    form = TailorForm(sent(request), instance=step)
    form.row.opportunity = step.opportunity
    if goes(form, lambda: form.apply(by=request.user, reason=form.cleaned_data["reason"])):
        return done(request, step.opportunity, _("“%s” is tailored.") % form.row.name)
    return ask(request, step.opportunity, form, title=_("Tailor “%s”") % form.row.name, button=_("Save"))


def add_after(request: Request, pk: int) -> HttpResponse:
    """Add a step after this one, on this opportunity alone."""
    step = step_found(request, pk)
    must_move(request, step)
    form = AddStepForm(sent(request))
    # Once moved, an imported string counts its days to today; that is not undone.
    by_hand = step.opportunity.as_of is None
    added: list[Step] = []
    if goes(form, lambda: added.append(add_step(step, by=request.user, **form.cleaned_data)), line_of=step.opportunity):
        undo = reverse("opportunities:unadd", args=[added[-1].pk]) if by_hand else ""
        return done(request, step.opportunity, _("“%s” is on the line.") % form.cleaned_data["name"], undo=undo)
    title = _("Add a step after “%s”") % step.name
    return ask(request, step.opportunity, form, title=title, button=_("Add"))


@require_POST
def unadd(request: Request, pk: int) -> HttpResponse:
    """Take a step that was added off the line again, while nothing has been done with it."""
    step = step_found(request, pk)
    must_move(request, step)
    try:
        undo_adding(step, by=request.user)
    except STANDS_AGAINST as error:
        return refused(request, step.opportunity, error)
    return done(request, step.opportunity, _("“%s” is off the line again.") % step.name)


def move(request: Request, pk: int) -> HttpResponse:
    """Give a step that is still ahead another place."""
    step = step_found(request, pk)
    must_move(request, step)
    form: Any = MoveForm(sent(request), step=step)
    if goes(form, lambda: move_step(step, by=request.user, **form.cleaned_data), line_of=step.opportunity):
        return done(request, step.opportunity, _("“%s” has its new place.") % step.name)
    title = _("Change the place of “%s”") % step.name
    return ask(request, step.opportunity, form, title=title, button=_("Move"))
