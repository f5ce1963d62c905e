"""The Vision page: what the client wants to become, whose idea that is, and what speaks for it."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.buyers.forms.vision import EvidenceForm, VisionForm
from milepost.buyers.models import Evidence, Vision, VisionAlarm
from milepost.buyers.views.tab import Tab
from milepost.buyers.visions import shown
from milepost.opportunities.forms.fields import ReasonForm
from milepost.opportunities.views.parts import found, head, sent
from milepost.team.request import Request
from milepost.web.doors import find

TAB = Tab("vision", Vision)
EDIT = "buyers/vision_edit.html"


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


def begin(request: Request, pk: int) -> HttpResponse:
    """Put a hypothesis beside those there are."""
    opportunity = TAB.opportunity(request, pk)
    form = VisionForm(sent(request), opportunity=opportunity)
    words = {"title": _("What does the client want to become?"), "button": _("Keep")}
    said = _("Kept. Now note what speaks for each answer.")
    act = partial(form.begin, opportunity, by=request.user)
    return TAB.deed(request, opportunity, form, act, said=said, template=EDIT, **words)


def change(request: Request, pk: int) -> HttpResponse:
    """Keep a new version; the team is alarmed when it is the one that stands."""
    row = TAB.row(request, pk)
    form = VisionForm(sent(request), opportunity=row.opportunity, vision=row)
    words = {"title": _("What has changed?"), "button": _("Keep"), "said": _("Kept as a new version.")}
    return TAB.deed(request, row.opportunity, form, partial(form.change, by=request.user), template=EDIT, **words)


@require_POST
def prove(request: Request, pk: int) -> HttpResponse:
    """Take a hypothesis as proven."""
    row = TAB.row(request, pk)
    said = _("This is the vision we work with from now on.")
    return TAB.at_once(request, row.opportunity, partial(row.prove, by=request.user), said)


def drop(request: Request, pk: int) -> HttpResponse:
    """Set a hypothesis aside."""
    row = TAB.row(request, pk)
    form = ReasonForm(sent(request), label=_("Why it is not so"))
    words = {"title": _("Set aside: “%(words)s”") % {"words": row}, "button": _("Set aside")}
    said = _("Set aside. It stays to be read.")

    def act() -> None:
        row.drop(by=request.user, reason=form.cleaned_data["reason"])

    return TAB.deed(request, row.opportunity, form, act, said=said, **words)


@require_POST
def reopen(request: Request, pk: int) -> HttpResponse:
    """Take a hypothesis up again."""
    row = TAB.row(request, pk)
    return TAB.at_once(request, row.opportunity, partial(row.reopen, by=request.user), _("Taken up again."))


def evidence(request: Request, pk: int) -> HttpResponse:
    """Note what speaks for one of the three answers."""
    row = TAB.row(request, pk)
    first = {"question": request.GET.get("question", ""), "confidence": 2}
    form = EvidenceForm(sent(request), opportunity=row.opportunity, initial=first)
    words = {"title": _("What speaks for it?"), "button": _("Keep"), "said": _("Kept."), "lead": row.now.words}
    return TAB.deed(request, row.opportunity, form, partial(form.add, row, by=request.user), **words)


@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Count on a piece of evidence no longer."""
    row = find(Evidence.objects.visible_to(request.user).select_related("vision"), pk=pk)
    row.vision = TAB.row(request, row.vision_id)
    return TAB.at_once(
        request, row.vision.opportunity, partial(row.withdraw, by=request.user), _("It no longer counts.")
    )


@require_POST
def see(request: Request, pk: int) -> HttpResponse:
    """Say that one has seen what changed."""
    opportunity = found(request, pk)
    VisionAlarm.see(opportunity, by=request.user)
    return TAB.done(request, opportunity, _("Noted: you have seen it."))
