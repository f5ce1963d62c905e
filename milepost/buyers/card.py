"""The cards of people, of what is asked and of the vision, beside an opportunity's steps."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from milepost.buyers.arranged import arranged
from milepost.buyers.models import ClientRequest, Question, Verdict, VisionVersion
from milepost.buyers.rows import lines_of, people_of
from milepost.buyers.warn import warnings
from milepost.opportunities.models import Opportunity
from milepost.opportunities.views.guests import guests_of
from milepost.team.request import Request
from milepost.web.prepared import Prepared, given_id

SHOWN = 8
ASKED = 4
"""So many of the client's requests, and so many of our questions, stand beside the steps."""
URGENT = F("due_on").asc(nulls_last=True)


def people(request: Request, opportunity: Opportunity, context: dict[str, Any]) -> SafeString:
    """Return who is who at the client, and who comes to appointments and has no part yet."""
    rows = people_of(opportunity)
    lists, rules = arranged(request.company)
    lines = lines_of(rows, lists) if rows else []
    more = {
        "lines": lines[:SHOWN],
        "more": max(0, len(lines) - SHOWN),
        "warnings": warnings(opportunity, lines, context["standing"], context["today"], rules=rules),
        "guests": guests_of(opportunity, request.user, but=[row.contact_id for row in rows]),
    }
    return render_to_string("buyers/_card.html", context | more, request=request)


def asked(request: Request, opportunity: Opportunity, context: dict[str, Any]) -> SafeString:
    """Return what the client asks of us and what we must find out, as far as it is open; empty when nothing is."""
    kept: Any = opportunity  # counted by the question that found it
    requests = REQUESTS.ask(opportunity=opportunity.pk) if kept.kept_requests else []
    questions = QUESTIONS.ask(opportunity=opportunity.pk) if kept.kept_questions else []
    if not requests and not questions:
        return SafeString()
    more = {
        "requests": requests,
        "questions": questions,
        "more": kept.kept_requests + kept.kept_questions - len(requests) - len(questions),
    }
    return render_to_string("buyers/_asked.html", context | more, request=request)


def vision(request: Request, opportunity: Opportunity, context: dict[str, Any]) -> SafeString:
    """Return whose vision it is, as far as we know: the proven one, else the first hypothesis."""
    held = VISIONS.ask(opportunity=opportunity.pk)
    more = {
        "version": held[0] if held else None,
        "rivals": len(held) - 1 if held and held[0].state != Verdict.Kind.PROVEN else 0,
    }
    return render_to_string("buyers/_vision_card.html", context | more, request=request)


def _requests() -> Any:
    rows = ClientRequest.objects.filter(opportunity=given_id("opportunity")).open()
    return rows.select_related("asked_by", "owner").order_by(URGENT, "asked_on", "pk")[:ASKED]


def _questions() -> Any:
    rows = Question.objects.filter(opportunity=given_id("opportunity")).open()
    return rows.select_related("owner").order_by(URGENT, "pk")[:ASKED]


def _visions() -> Any:
    """Ask for the newest version of each hypothesis that is not set aside, what is proven first."""
    newer = VisionVersion.objects.filter(vision=OuterRef("vision"), number__gt=OuterRef("number"))
    newest = Verdict.objects.filter(vision=OuterRef("vision")).order_by("-id").values("kind")[:1]
    rows = VisionVersion.objects.filter(~Exists(newer), vision__opportunity=given_id("opportunity"))
    rows = rows.annotate(state=Coalesce(Subquery(newest), Value(Verdict.Kind.OPEN))).exclude(state=Verdict.Kind.DROPPED)
    return rows.select_related("whose_stakeholder__contact").order_by("-state", "vision")


REQUESTS = Prepared[ClientRequest](_requests)
QUESTIONS = Prepared[Question](_questions)
VISIONS = Prepared[Any](_visions)
