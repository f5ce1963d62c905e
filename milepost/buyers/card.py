"""The card of people beside an opportunity's steps."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from milepost.buyers.models import Lists
from milepost.buyers.rows import lines_of, people_of
from milepost.buyers.warn import warnings
from milepost.opportunities.models import Opportunity
from milepost.opportunities.views.guests import guests_of
from milepost.team.request import Request

SHOWN = 8


def people(request: Request, opportunity: Opportunity, context: dict[str, Any]) -> SafeString:
    """Return who is who at the client, or who came to appointments and has no part yet."""
    rows = people_of(opportunity)
    lines = lines_of(rows, Lists.read()) if rows else []
    more = {
        "lines": lines[:SHOWN],
        "more": max(0, len(lines) - SHOWN),
        "warnings": warnings(opportunity, lines, context["standing"], context["today"]),
        "guests": [] if rows else guests_of(opportunity, request.user),
    }
    return render_to_string("buyers/_card.html", context | more, request=request)
