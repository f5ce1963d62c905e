"""What is said of a step that is tried again: since when it lasts, and what the past tells of such tries."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from milepost.opportunities.figures import learnt_of
from milepost.opportunities.models import Opportunity, Standing, Stay


@dataclass(frozen=True)
class Again:
    """How often the client was `met` in vain, and how old that leaves the step.

    days     since the first try began; of an imported one those that are known of
    counted  how many of those days count
    is_half  half of the days before the last try count; else none of them
    are_few  the past has too few further tries to tell how old such a step is
    """

    met: int
    days: int
    counted: int
    is_half: bool
    are_few: bool


def again_of(opportunity: Opportunity, standing: Standing | None, today: datetime.date) -> Again | None:
    """Return what is to be said where not all days of several tries count; None where they do."""
    from milepost.engine.ages import BETWEEN, ENTRY, ahead
    from milepost.engine.clocks import LEAST
    from milepost.engine.history import LEFT

    if standing is None or standing.step_id is None or standing.figure is None:
        return None
    tries = _tries(opportunity, standing)
    key, run = standing.figure.steps[0]["key"], standing.figure.run
    learnt = learnt_of(run.pk, run.made_at)
    clock = learnt.clock(key)
    if len(tries) < 2 or clock == ENTRY:
        return None
    further = int(learnt.counts[learnt.keys.index(key), LEFT]) if key in learnt.keys else 0
    before, now = (tries[-1] - tries[0]).days, opportunity.clock(today)
    if not before:
        return None
    since = (now - tries[-1]).days
    return Again(len(tries) - 1, since + before, since + int(ahead(before, clock)), clock == BETWEEN, further < LEAST)


def _tries(opportunity: Opportunity, standing: Standing) -> list[datetime.date]:
    """Return the days on which the tries since the step was last entered began; none where one is not known."""
    tries: list[Stay] = []
    for stay in Stay.objects.filter(opportunity=opportunity, step=standing.step_id).order_by("pk"):
        tries = [*tries, stay] if tries and stay.goes_on_from(tries[-1]) else [stay]
    known = [stay.entered_on for stay in tries if stay.entered_on is not None]
    return known if len(known) == len(tries) else []
