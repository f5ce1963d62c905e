"""What is said of a step that is tried again: since when it lasts, and whether the past tells how such tries fare."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from milepost.opportunities.figures import learnt_of
from milepost.opportunities.models import Opportunity, Standing, Stay


@dataclass(frozen=True)
class Again:
    """How often the client was `met` in vain, since when the step lasts, and whether such tries are rare."""

    met: int
    since: datetime.date
    days: int
    are_few: bool


def again_of(opportunity: Opportunity, standing: Standing | None, today: datetime.date) -> Again | None:
    """Return what is to be said where the days count from the last of several tries; None where they do not."""
    from milepost.engine.ages import ATTEMPT
    from milepost.engine.clocks import LEAST
    from milepost.engine.history import LEFT

    if standing is None or standing.step_id is None or standing.figure is None:
        return None
    tries = _tries(opportunity, standing)
    key, run = standing.figure.steps[0]["key"], standing.figure.run
    learnt = learnt_of(run.pk, run.made_at)
    if len(tries) < 2 or learnt.clock(key) != ATTEMPT:
        return None
    further = int(learnt.counts[learnt.keys.index(key), LEFT]) if key in learnt.keys else 0
    since = tries[0]
    return Again(len(tries) - 1, since, (opportunity.clock(today) - since).days, further < LEAST)


def _tries(opportunity: Opportunity, standing: Standing) -> list[datetime.date]:
    """Return the days on which the tries since the step was last entered began; none where one is not known."""
    days: list[datetime.date | None] = []
    rows = Stay.objects.filter(opportunity=opportunity, step=standing.step_id).order_by("pk")
    for entered_on, end in rows.values_list("entered_on", "end"):
        days.append(entered_on)
        if end not in ("", Stay.End.AGAIN):
            days.clear()
    known = [day for day in days if day is not None]
    return known if len(known) == len(days) else []
