"""Show what is known of an opportunity beside its steps, since when, and what such answers have told so far."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from math import log
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from milepost.forecasts.models import AnswersTrial
from milepost.opportunities.because import moved_for
from milepost.opportunities.facts import NOT_KNOWN, Words, facts, read_known
from milepost.opportunities.views.parts import found, standing_of
from milepost.team.request import Request

STRONGEST = 12
SHOWN = 12
LEAST = 0.005
"""An answer that moves log odds by less says nothing."""


@dataclass(frozen=True)
class Line:
    """One fact: its answer today, since when, and how many with this answer were won and lost; None where untold.

    `counts` tells whether it moves the chance.
    """

    label: Words
    answer: Words
    known: bool
    since: datetime.date | None
    factor: float | None
    won: int
    lost: int
    counts: bool = False


@require_GET
def facts_of(request: Request, pk: int) -> HttpResponse:
    """Show the facts of one opportunity, as this day began."""
    opportunity = found(request, pk)
    trial = AnswersTrial.objects.first()
    tomorrow = request.company.today() + datetime.timedelta(days=1)
    standing = standing_of(opportunity)
    counts = {key for key, _answer, _by in standing.answers} if standing is not None else set()
    context: dict[str, Any] = {
        "opportunity": opportunity,
        "trial": trial,
        "lines": lines_of(opportunity.pk, tomorrow, trial, counts),
        "moved": moved_for(standing),
    }
    return render(request, "forecasts/facts.html", context)


def lines_of(pk: int, day: datetime.date, trial: AnswersTrial | None, counts: Collection[str]) -> list[Line]:
    """Return every fact of an opportunity as the day began; those whose keys are in `counts` move its chance."""
    known, told = read_known([pk]), {(key, answer): rest for key, answer, *rest in trial.effects} if trial else {}
    lines = []
    for fact in facts().values():
        answer = known.on(pk, fact.key, day)
        factor, won, lost = told.get((fact.key, answer), (None, 0, 0))
        since = known.since(pk, fact.key, day) if answer != NOT_KNOWN else None
        words = (fact.label, fact.say(answer), answer != NOT_KNOWN)
        lines.append(Line(*words, since, factor, won, lost, fact.key in counts))
    return lines


def trials_shown() -> dict[str, Any]:
    """Return the newest trial, what its answers did, and how earlier ones went."""
    trials = list(AnswersTrial.objects.all()[:SHOWN])
    if not trials:
        return {"trial": None, "trials": []}
    known = facts()
    strongest = [
        Line(known[key].label, known[key].say(answer), True, None, factor, won, lost)
        for key, answer, factor, won, lost in trials[0].effects
        if key in known and abs(log(factor)) >= LEAST
    ]
    return {"trial": trials[0], "trials": trials, "strongest": strongest[:STRONGEST]}
