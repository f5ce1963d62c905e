"""The Vision page: what the client wants to become, whose idea that is, and what speaks for it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.buyers.forms.vision import EvidenceForm, VisionForm
from milepost.buyers.models import Evidence, Vision, VisionAlarm
from milepost.buyers.visions import shown
from milepost.opportunities.forms.fields import ReasonForm
from milepost.opportunities.models import Opportunity
from milepost.opportunities.views.parts import ask, done, found, goes, head, refused, sent
from milepost.opportunities.views.work import must_work
from milepost.team.request import Request
from milepost.web.doors import find


def vision(request: Request, pk: int) -> HttpResponse:
    """Show what the client wants to become, as far as we know, with the rivals side by side."""
    opportunity = found(request, pk)
    visions = shown(opportunity)
    context = {
        **head(request, opportunity, tab="vision"),
        "held": [one for one in visions if one.state != "dropped"],
        "dropped": [one for one in visions if one.state == "dropped"],
        "alarms": VisionAlarm.objects.waiting_for(request.user).filter(opportunity=opportunity).select_related("by"),
    }
    return render(request, "buyers/vision.html", context)


def vision_url(opportunity: Opportunity) -> str:
    return reverse("buyers:vision", args=[opportunity.pk])


def _vision(request: Request, pk: int) -> Vision:
    row = find(Vision.objects.visible_to(request.user), pk=pk)
    row.opportunity = found(request, row.opportunity_id)
    must_work(request, row.opportunity)
    return row


def begin(request: Request, pk: int) -> HttpResponse:
    """Put a hypothesis beside those there are."""
    opportunity = found(request, pk)
    must_work(request, opportunity)
    form = VisionForm(sent(request), opportunity=opportunity)
    if goes(form, lambda: form.begin(opportunity, by=request.user)):
        return done(request, opportunity, _("Kept. Now note what speaks for each answer."), to=vision_url(opportunity))
    title, template = _("What does the client want to become?"), "buyers/vision_edit.html"
    return ask(request, opportunity, form, title=title, button=_("Keep"), template=template, tab="vision")


def change(request: Request, pk: int) -> HttpResponse:
    """Keep a new version; the team is alarmed when it is the one that stands."""
    row = _vision(request, pk)
    form = VisionForm(sent(request), opportunity=row.opportunity, vision=row)
    if goes(form, lambda: form.change(by=request.user)):
        return done(request, row.opportunity, _("Kept as a new version."), to=vision_url(row.opportunity))
    title, template = _("What has changed?"), "buyers/vision_edit.html"
    return ask(request, row.opportunity, form, title=title, button=_("Keep"), template=template, tab="vision")


@require_POST
def prove(request: Request, pk: int) -> HttpResponse:
    """Take a hypothesis as proven."""
    row = _vision(request, pk)
    to = vision_url(row.opportunity)
    try:
        row.prove(by=request.user)
    except ValueError as error:
        return refused(request, row.opportunity, error, to=to)
    return done(request, row.opportunity, _("This is the vision we work with from now on."), to=to)


def drop(request: Request, pk: int) -> HttpResponse:
    """Set a hypothesis aside."""
    row = _vision(request, pk)
    form = ReasonForm(sent(request), label=_("Why it is not so"))
    if goes(form, lambda: row.drop(by=request.user, reason=form.cleaned_data["reason"])):
        return done(request, row.opportunity, _("Set aside. It stays to be read."), to=vision_url(row.opportunity))
    title = _("Set aside: “%(words)s”") % {"words": row}
    return ask(request, row.opportunity, form, title=title, button=_("Set aside"), tab="vision")


@require_POST
def reopen(request: Request, pk: int) -> HttpResponse:
    """Take a hypothesis up again."""
    row = _vision(request, pk)
    row.reopen(by=request.user)
    return done(request, row.opportunity, _("Taken up again."), to=vision_url(row.opportunity))


def evidence(request: Request, pk: int) -> HttpResponse:
    """Note what speaks for one of the three answers."""
    row = _vision(request, pk)
    first = {"question": request.GET.get("question", ""), "confidence": 2}
    form = EvidenceForm(sent(request), opportunity=row.opportunity, initial=first)
    if goes(form, lambda: form.add(row, by=request.user)):
        return done(request, row.opportunity, _("Kept."), to=vision_url(row.opportunity))
    title = _("What speaks for it?")
    return ask(request, row.opportunity, form, title=title, button=_("Keep"), tab="vision", lead=row.now.words)


@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Count on a piece of evidence no longer."""
    row = find(Evidence.objects.visible_to(request.user).select_related("vision"), pk=pk)
    row.vision = _vision(request, row.vision_id)
    row.withdraw(by=request.user)
    return done(request, row.vision.opportunity, _("It no longer counts."), to=vision_url(row.vision.opportunity))


@require_POST
def see(request: Request, pk: int) -> HttpResponse:
    """Say that one has seen what changed."""
    opportunity = found(request, pk)
    VisionAlarm.see(opportunity, by=request.user)
    return done(request, opportunity, _("Noted: you have seen it."), to=vision_url(opportunity))
