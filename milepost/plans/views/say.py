"""What a client says: of one part of the plan, or of the plan as a whole."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from milepost.plans.doors import with_link
from milepost.plans.live import Duty, Milestone, Shown
from milepost.plans.models import ClientWord, Invitation, PlanPart, PlanVersion
from milepost.plans.models.word import ChangedMeanwhile
from milepost.plans.saying import TITLES, SayForm, kinds_for, titled
from milepost.plans.views.client import shown_to, version_of
from milepost.team.request import Request


def found(request: Request, link: Invitation, part: int) -> tuple[PlanVersion, Shown, Duty | Milestone]:
    """Return a step or a duty of the published plan; 404 for what is not on it."""
    version = version_of(link)
    plan = shown_to(link, version, request)
    one = plan.part(part)
    if one is None:
        raise Http404
    return version, plan, one


@require_safe
@with_link
def part(request: Request, link: Invitation, part: int) -> HttpResponse:
    """Show one part, what was said of it, and what can be said."""
    version, plan, one = found(request, link, part)
    context = {"shown": plan, "one": one, "version": version, "link": link, "choices": titled(kinds_for(one))}
    return render(request, "plans/part.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_link
def say(request: Request, link: Invitation, part: int, kind: str) -> HttpResponse:
    """Ask for, and keep, one thing that a client says of a part."""
    version, plan, one = found(request, link, part)
    if kind not in kinds_for(one):
        # It was done or said since the page was opened: they are shown what happened, or what they said a moment ago.
        if kind in TITLES and request.method == "POST":
            said = one.claimed if kind == ClientWord.Kind.DONE else None
            is_theirs = said is not None and said.link.contact_id == link.contact_id
            return _answered(request, link, one.part, "said" if is_theirs else "late")
        raise Http404
    row = PlanPart.objects.filter(plan=link.plan_id, pk=part).first()
    context = {"shown": plan, "one": one, "version": version, "link": link, "up": "../../../"}
    return _talk(request, link, kind, row, context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_link
def missing(request: Request, link: Invitation) -> HttpResponse:
    """Ask for, and keep, what a client misses in the plan."""
    version = version_of(link)
    context = {"shown": shown_to(link, version, request), "version": version, "link": link, "up": "../"}
    return _talk(request, link, ClientWord.Kind.MISSING, None, context)


def _talk(request: Request, link: Invitation, kind: str, row: PlanPart | None, context: dict[str, Any]) -> HttpResponse:
    one, version = context.get("one"), context["version"]
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = SayForm(*sent, kind=kind, today=request.company.today(), initial={"seen": version.number})
    status = 200
    if form.is_bound:
        status = _said(form, link, row, one.name if one else "", version.number)
    if status == 302:
        return _answered(request, link, one.part if one else None, "said")
    context |= {"form": form, "title": TITLES[ClientWord.Kind(kind)], "takes_files": kind == ClientWord.Kind.FILE}
    return render(request, "plans/say.html", context, status=status)


def _said(form: SayForm, link: Invitation, row: PlanPart | None, about: str, newest: int) -> int:
    """Keep what was said and return the answer's status: somebody who was late may send it once more."""
    if not form.is_valid():
        return 422
    try:
        form.say(link, part=row, about=about)
    except ChangedMeanwhile as error:
        form.data = {**form.data.dict(), "seen": str(newest)}  # type: ignore[attr-defined]
        form.add_error(None, str(error))
        return 409
    except ValueError as error:
        form.add_error(None, str(error))
        return 429
    return 302


def _answered(request: Request, link: Invitation, part: int | None, what: str) -> HttpResponse:
    """Lead back to the plan, which says what became of it; the address is the one that was asked."""
    token = request.resolver_match.kwargs["token"] if request.resolver_match else ""
    mark = f"#part-{part}" if part else ""
    return HttpResponseRedirect(f"{reverse('plans:client', args=[token])}?{what}=1{mark}")
