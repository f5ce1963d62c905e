"""The client's page: the last published version, with what has happened since; nothing else of an opportunity."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from milepost.opportunities.views.work import hand_out
from milepost.plans import printed, sheet
from milepost.plans.agreeing import standing_of
from milepost.plans.calendar import calendar
from milepost.plans.doors import with_link
from milepost.plans.draft import appointments_in
from milepost.plans.live import SET, Shown, shown
from milepost.plans.models import ClientWord, Invitation, PlanVersion
from milepost.plans.models.afterword import end_of
from milepost.plans.offered import offered_on
from milepost.team.request import Request
from milepost.web import post
from milepost.web.sheet import answer
from milepost.web.text import number


def version_of(link: Invitation) -> PlanVersion:
    """Return what the client sees: the newest version."""
    version = link.plan.versions.first()
    if version is None:
        raise Http404
    return version


def shown_to(link: Invitation, version: PlanVersion, request: Any) -> Shown:
    """Return the version with its progress, as the link's contact reads it."""
    parts = list(link.plan.parts.with_originals().with_appointments())
    today = request.company.today()
    words, offers = words_for(link), offered_on(link.plan) if getattr(link, "has_offers", True) else {}
    laid: dict[str, Any] = {"today": today, "reader": link.contact_id, "words": words, "offers": offers}
    return shown(version.content, parts, appointments_in(parts), **laid)


def agreed_of(link: Invitation, version: PlanVersion) -> dict[str, Any]:
    """Return how the client's yes stands, and whether it is the reader's own."""
    if not link.plan.opportunity.seal_version:  # as long as nobody has confirmed anything, nothing is asked
        return {**standing_of(version, []), "is_confirmed_by_me": False}
    agreements = list(link.plan.agreements.select_related("version"))
    mine = any(each.contact_id == link.contact_id and each.version_id == version.pk for each in agreements)
    return {**standing_of(version, agreements), "is_confirmed_by_me": mine}


def words_for(link: Invitation) -> list[ClientWord]:
    """Return what the reader said, by whichever link, and what others said is done; nobody else's words."""
    mine = Q(link__contact=link.contact_id) | Q(kind=ClientWord.Kind.DONE, answered_at=None)
    return list(link.plan.words.filter(mine).select_related("link__contact"))


@require_safe
@with_link
def page(request: Request, link: Invitation) -> HttpResponse:
    """Show the plan to whoever has its link; a look is noted where the page says that it is."""
    if end_of(link) is not None:
        return HttpResponseRedirect(f"{request.path}over/")
    version = version_of(link)
    plan = shown_to(link, version, request)
    context = {"shown": plan, "plan": link.plan, "version": version, "link": link}
    context |= agreed_of(link, version)
    context |= {
        "was_agreed": (was_agreed := "agreed" in request.GET and context["is_confirmed_by_me"]),
        "is_mailed": was_agreed and post.is_configured(),
        "was_said": "said" in request.GET,
        "was_late": "late" in request.GET,
        "booked": _booked(plan, request.GET.get("booked", "")),
    }
    if link.plan.records_looks and is_a_look(request):
        link.look()
    return render(request, "plans/client.html", context)


def _booked(plan: Shown, asked: str) -> Any:
    """Return the step that the reader has just given its date; what an address claims is not enough."""
    one = plan.part(number(asked) or 0)
    return one if getattr(one, "state", "") == SET else None


def is_a_look(request: HttpRequest) -> bool:
    """Tell whether it is the client who looks: not one of us, and not a program that fetches ahead."""
    ahead = request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", "")
    return request.method == "GET" and "prefetch" not in ahead and not request.user.is_authenticated


@require_safe
@with_link
def dates(request: Request, link: Invitation) -> HttpResponse:
    """Hand out the plan's dates, and what the reader has still to do, for their own calendar."""
    version = version_of(link)
    plan = shown_to(link, version, request)
    # The uid is the same each time: who takes the file in again has no date twice.
    content = calendar(plan, uid=f"plan-{link.plan_id}", at=version.at)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="plan.ics"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@with_link
def workbook(request: Request, link: Invitation) -> HttpResponseBase:
    """Hand out the plan as an Excel sheet."""
    return answer("xlsx", "plan", sheet.columns(), sheet.rows(shown_to(link, version_of(link), request)))


@require_safe
@with_link
def pdf(request: Request, link: Invitation) -> HttpResponse:
    """Hand out the plan on paper."""
    version = version_of(link)
    return printed.answer(shown_to(link, version, request), version, "plan")


@require_safe
@with_link
def file(request: Request, link: Invitation, part: int) -> HttpResponseBase:
    """Hand out a file that the published version names, under the name it has there."""
    row = next((row for row in _files(version_of(link).content) if row["part"] == part), None)
    kept = link.plan.parts.with_originals().filter(pk=part, file__removed_at=None).first() if row else None
    if row is None or kept is None or kept.file is None:
        raise Http404
    return hand_out(kept.file, name_with_ending(row["name"], kept.file.name))


def _files(content: Any) -> list[Any]:
    return [*content["files"], *(file for step in content["steps"] for file in step["files"])]


def name_with_ending(name: str, original: str) -> str:
    """Return a name by which the file still opens in its program: "Our offer" of "offer-v3.pdf" is "Our offer.pdf".

    >>> name_with_ending("Our offer", "offer-v3.PDF"), name_with_ending("offer.pdf", "offer.pdf")
    ('Our offer.PDF', 'offer.pdf')
    """
    ending = PurePath(original).suffix
    return name if name.casefold().endswith(ending.casefold()) else name + ending
