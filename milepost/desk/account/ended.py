"""The ended opportunities of an account, newest first, each with the string it left behind."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Count, F, Q, QuerySet, Sum, Value, Window
from django.db.models.functions import Coalesce

from milepost.opportunities.models import Opportunity, Outcome, Step

PAGE = 8
LONG_AGO = datetime.date(1, 1, 1)


@dataclass(frozen=True)
class Ended:
    """One ended opportunity, as it is listed."""

    opportunity: Opportunity
    outcome: Outcome
    beads: list[list[Any]]


WON = Q(kind=Outcome.Kind.WON)
TALLY: dict[str, Aggregate] = {
    "ended": Count("pk"),
    "won": Count("pk", filter=WON),
    "value": Sum("opportunity__company_value_minor", filter=WON),
}
"""How they ended and what was won, in the company's currency."""


def ended(opportunities: QuerySet[Opportunity], after: str = "") -> tuple[list[Ended], str, dict[str, int | None]]:
    """Return one page of them, the key of the next one ("" at the end), and on the first page the tally of all."""
    outcomes = Outcome.objects.standing().filter(opportunity__in=opportunities)
    outcomes = outcomes.annotate(day=Coalesce(F("on"), Value(LONG_AGO))).order_by("-day", "-pk")
    place = read_place(after)
    if place is None:
        # Over a window, the tally of all comes with the rows: no query of its own.
        outcomes = outcomes.annotate(**{f"all_{name}": Window(count) for name, count in TALLY.items()})
    else:
        day, pk = place
        outcomes = outcomes.filter(Q(day__lt=day) | Q(day=day, pk__lt=pk))
    found: list[Any] = list(outcomes.select_related("opportunity", "opportunity__salesperson")[: PAGE + 1])
    strings = strings_of([outcome.opportunity_id for outcome in found[:PAGE]])
    rows = [Ended(outcome.opportunity, outcome, strings[outcome.opportunity_id]) for outcome in found[:PAGE]]
    last = found[PAGE - 1] if len(found) > PAGE else None
    tally = {name: getattr(found[0], f"all_{name}") for name in TALLY} if found and place is None else {}
    return rows, f"{last.day.isoformat()}_{last.pk}" if last else "", tally


def read_place(text: str) -> tuple[datetime.date, int] | None:
    """Read where a page ended from an address; None when it is not a place."""
    day, _line, pk = text.partition("_")
    try:
        return datetime.date.fromisoformat(day), int(pk)
    except ValueError:
        return None


def strings_of(ids: list[int]) -> dict[int, list[list[Any]]]:
    """Return the strings of these opportunities in compact form, with one query."""
    beads: dict[int, list[list[Any]]] = defaultdict(list)
    for step in Step.objects.filter(opportunity_id__in=ids).order_by("opportunity_id", "position"):
        day = step.ended_on.isoformat() if step.ended_on else None
        beads[step.opportunity_id].append([step.state, step.name, int(not step.required), day, None, 0, (), step.pk])
    return beads
