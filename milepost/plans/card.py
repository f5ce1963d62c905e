"""What the client's people said after the end, beside the seller's own reasons."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from milepost.opportunities.models import Opportunity
from milepost.plans.models import Afterword
from milepost.team.request import Request


def looked_back(request: Request, opportunity: Opportunity, context: dict[str, Any]) -> SafeString:
    """Return the answers to the end that stands; nothing while it is open, and where nobody answered."""
    if (
        context["standing"] or not opportunity.seal or opportunity.outcome is None
    ):  # no seal: nothing was ever published
        return SafeString()
    rows = list(Afterword.objects.filter(outcome=opportunity.outcome).select_related("link__contact"))
    return render_to_string("plans/_looked_back.html", {"rows": rows}, request=request) if rows else SafeString()
