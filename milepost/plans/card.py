"""Cards beside the steps: what the client's people said after the end, and the feasibility study on a line with one."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from milepost.opportunities.models import Opportunity
from milepost.plans.models import Afterword, Study
from milepost.plans.models.study import STEPS
from milepost.team.request import Request


def looked_back(request: Request, opportunity: Opportunity, context: dict[str, Any]) -> SafeString:
    """Return the answers to the end that stands; nothing while it is open, and where nobody answered."""
    if (
        context["standing"] or not opportunity.seal or opportunity.outcome is None
    ):  # no seal: nothing was ever published
        return SafeString()
    rows = list(Afterword.objects.filter(outcome=opportunity.outcome).select_related("link__contact"))
    return render_to_string("plans/_looked_back.html", {"rows": rows}, request=request) if rows else SafeString()


def study(request: Request, opportunity: Opportunity, context: dict[str, Any]) -> SafeString:
    """Return the study in short, or the way to begin it; nothing on a line without the steps of one."""
    if not any(step.key.startswith(STEPS) for step in opportunity.steps_in_order):
        return SafeString()
    row = Study.objects.filter(opportunity=opportunity).first()
    return render_to_string("plans/_study_card.html", context | {"study": row}, request=request)
