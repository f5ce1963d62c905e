"""Who works on an opportunity, and whether it is its team's only."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.opportunities.forms.people import AssignForm, TeamForm
from milepost.opportunities.models import Opportunity, TeamMember
from milepost.opportunities.permissions import may_move
from milepost.opportunities.views.parts import ask, done, found, goes, refused, sent
from milepost.team.request import Request
from milepost.web.doors import find, must


def _must_staff(request: Request, opportunity: Opportunity) -> None:
    why = _("Only its coordinator, or a coordinator or manager of its territory, says who works on it.")
    must(may_move(request.user, opportunity), why)


def _people_url(opportunity: Opportunity) -> str:
    return reverse("buyers:people", args=[opportunity.pk])


def assign(request: Request, pk: int) -> HttpResponse:
    """Give the opportunity its coordinator and its salesperson."""
    opportunity = found(request, pk)
    _must_staff(request, opportunity)
    form = AssignForm(sent(request), instance=opportunity)
    if goes(form, lambda: form.apply(by=request.user)):
        return _assigned(request, opportunity)
    return ask(request, form.row, form, title=_("Who coordinates, who sells"), button=_("Save"))


def _assigned(request: Request, opportunity: Opportunity) -> HttpResponse:
    """Go back to the opportunity, or to the Board when it has been given away for good."""
    said = _("Saved.")
    if Opportunity.objects.visible_to(request.user).filter(pk=opportunity.pk).exists():
        return done(request, opportunity, said, to=_people_url(opportunity))
    return done(request, opportunity, said + " " + _("You no longer see this opportunity."), to="/")


def add_member(request: Request, pk: int) -> HttpResponse:
    """Take somebody into the opportunity's team."""
    opportunity = found(request, pk)
    _must_staff(request, opportunity)
    form = TeamForm(sent(request), opportunity=opportunity)
    if goes(form, lambda: opportunity.assign(by=request.user, **form.cleaned_data)):
        said = _("%(name)s is in the team.") % {"name": form.cleaned_data["person"]}
        return done(request, opportunity, said, to=_people_url(opportunity))
    return ask(request, opportunity, form, title=_("Add to the team"), button=_("Add"))


@require_POST
def remove_member(request: Request, pk: int) -> HttpResponse:
    """Take somebody off the team."""
    member = find(TeamMember.objects.visible_to(request.user).select_related("person"), pk=pk)
    opportunity = found(request, member.opportunity_id)
    _must_staff(request, opportunity)
    opportunity.dismiss(by=request.user, person=member.person)
    said = _("%(name)s is off the team.") % {"name": member.person}
    return done(request, opportunity, said, to=_people_url(opportunity))


@require_POST
def set_confidential(request: Request, pk: int) -> HttpResponse:
    """Let only the opportunity's own people see it."""
    opportunity = found(request, pk)
    _must_staff(request, opportunity)
    person = request.user
    team = {*opportunity.people_ids(), *opportunity.members.values_list("person_id", flat=True)}
    if not team & person.sight.people:
        why = _("You are not one of its people, so you would no longer see it. Join its team first.")
        return refused(request, opportunity, why, to=_people_url(opportunity))
    opportunity.revise(by=person, confidential=True)
    said = _("Only its coordinator, salesperson and team see it now.")
    return done(request, opportunity, said, to=_people_url(opportunity))


@require_POST
def set_public(request: Request, pk: int) -> HttpResponse:
    """Let everybody of its territory see it again."""
    opportunity = found(request, pk)
    _must_staff(request, opportunity)
    opportunity.revise(by=request.user, confidential=False)
    return done(request, opportunity, _("Everybody of its territory sees it again."), to=_people_url(opportunity))
