"""Say how an opportunity stands in its source, where people here have taken it in hand and it stays as it is."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from milepost.exchange.loading.drafts import Draft
from milepost.opportunities.models import Opportunity, Outcome
from milepost.team.models import Territory
from milepost.web.words import day

VERB = "left by import"
ELSEWHERE = "elsewhere"
"""What is listed is where a salesperson works: nobody here made it so."""


def progress_otherwise(opportunity: Opportunity, draft: Draft, key: str | None) -> dict[str, str] | None:
    """Set beside each other how it ended, or the step it is in; None where the source says what people here did.

    `key` is that of the step which the source's stage stands for.
    """
    outcome = opportunity.outcome
    here = (outcome.kind, outcome.on) if outcome else (None, None)
    there = (draft.outcome, draft.ended_on)
    if here != there:
        return {"field": _("Outcome"), "ours": _ended(*here), "theirs": _ended(*there)}
    step = opportunity.current_step
    if draft.outcome is not None or (step.key if step else None) == key:
        return None
    return {"field": _("Stage"), "ours": step.name if step else _("every step done"), "theirs": draft.stage}


def territory_otherwise(opportunity: Opportunity) -> dict[str, str] | None:
    """Set beside each other its territory and those its salesperson works in; None where these hold it."""
    seller = opportunity.salesperson
    held = Territory.objects.filter(memberships__person=seller).distinct().order_by("path") if seller else []
    places = list(held)
    if not places or any(opportunity.territory.path.startswith(place.path) for place in places):
        return None
    works = _("%(name)s works in %(places)s") % {"name": seller, "places": ", ".join(map(str, places))}
    return {"field": _("Territory"), "ours": str(opportunity.territory), "theirs": works, "about": ELSEWHERE}


def _ended(kind: str | None, on: dt.date | None) -> str:
    if kind is None:
        return _("open")
    words = str(Outcome.Kind(kind).label)
    return f"{words}, {day(on)}" if on else words
