"""The client's yes: the newest version, confirmed with a code from the person's own mailbox."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from milepost.plans.agreeing import ConfirmForm, mail_code, statement
from milepost.plans.doors import with_link
from milepost.plans.models import Invitation, PlanVersion
from milepost.plans.models.agreement import AgreedAlready, PlanIsOver
from milepost.plans.models.word import ChangedMeanwhile
from milepost.plans.views.client import agreed_of, shown_to, version_of
from milepost.team.request import Request
from milepost.web import post
from milepost.web.codes import TooManyCodes


@require_http_methods(["GET", "HEAD", "POST"])
@with_link
def agree(request: Request, link: Invitation) -> HttpResponse:
    """Show what is confirmed and what changed since the last yes; confirm it with the code."""
    version = version_of(link)
    form = ConfirmForm(
        request.POST if request.method == "POST" else None,
        initial={"name": link.contact.name, "seen": version.number},
    )
    status = _confirmed(form, link, version, request) if form.is_bound else 200
    if status == 302:
        return HttpResponseRedirect("../?agreed=1")
    return _page(request, link, version, form=form, status=status)


def _confirmed(form: ConfirmForm, link: Invitation, version: PlanVersion, request: Request) -> int:
    """Confirm, and return the answer's status; whoever read an older version is told, and shown what changed."""
    if not form.is_valid():
        return 422
    try:
        if form.cleaned_data["seen"] != version.number:
            raise ChangedMeanwhile(_("A newer version was published meanwhile. Read it, then ask for a new code."))
        if form.confirm(link, version, request.company) is not None:
            return 302
    except (ChangedMeanwhile, AgreedAlready, PlanIsOver) as error:
        form.data = {**form.data.dict(), "seen": str(version.number)}  # type: ignore[attr-defined]
        form.add_error(None, str(error))
        return 409
    form.add_error(
        "code", _("This code is not right, has run out, or was used. Look at the newest message, or ask again.")
    )
    return 422


@with_link
@require_POST
def code(request: Request, link: Invitation) -> HttpResponse:
    """Mail a code to the link's own contact."""
    version = version_of(link)
    if not link.contact.email or link.plan.opportunity.outcome is not None:
        return HttpResponseRedirect("../")
    try:
        mail_code(link, version, request.company)
    except TooManyCodes:
        return _page(request, link, version, form=ConfirmForm(), status=429, is_too_often=True)
    return HttpResponseRedirect("../?sent=1")


def _page(
    request: Request, link: Invitation, version: PlanVersion, *, form: ConfirmForm, status: int, **more: Any
) -> HttpResponse:
    context = {"shown": shown_to(link, version, request), "version": version, "link": link, "form": form, **more}
    context |= {"was_sent": "sent" in request.GET, "statement": statement(version), "is_mailed": post.is_configured()}
    context["is_over"] = link.plan.opportunity.outcome is not None
    return render(request, "plans/agree.html", {**context, **agreed_of(link, version)}, status=status)
