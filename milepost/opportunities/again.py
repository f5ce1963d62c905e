"""What is said of a step that is tried again: since when it lasts, and what the past tells of such tries."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from milepost.opportunities.figures import learnt_of
from milepost.opportunities.models import Attempt, Opportunity, Standing, Stay


@dataclass(frozen=True)
class Again:
    """How often the client was `met` in vain, and how old that leaves the step.

    days     since the first try began; of an imported one those that are known of
    since    those of them since the last try began
    counted  how many of those days count
    is_taken_back  what was said at the last time was taken back on the same day
    is_half  half of the days before the last try count; else none of them
    are_few  the past has too few further tries to tell how old such a step is
    """

    met: int
    days: int
    since: int
    counted: int
    is_taken_back: bool
    is_half: bool
    are_few: bool

    @property
    def before(self) -> int:
        """Return the days before the last try began."""
        return self.days - self.since

    @property
    def held(self) -> int:
        """Return how often the client was met in all, with the time whose answer was taken back."""
        return self.met + 1


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
    return Again(
        met=len(tries) - 1,
        days=since + before,
        since=since,
        counted=since + int(ahead(before, clock)),
        is_taken_back=_is_taken_back(standing),
        is_half=clock == BETWEEN,
        are_few=further < LEAST,
    )


def _is_taken_back(standing: Standing) -> bool:
    """Tell whether the client's last answer at the step was a yes or a no: it was gone back from."""
    closed = Attempt.objects.filter(step=standing.step_id, state=Attempt.State.CLOSED).order_by("-number")
    last = closed.values_list("result", flat=True).first()
    return last in (Attempt.Result.WON, Attempt.Result.LOST)


def _tries(opportunity: Opportunity, standing: Standing) -> list[datetime.date]:
    """Return the days on which the tries since the step was last entered began; none where one is not known."""
    tries: list[Stay] = []
    for stay in Stay.objects.filter(opportunity=opportunity, step=standing.step_id).order_by("pk"):
        tries = [*tries, stay] if tries and stay.goes_on_from(tries[-1]) else [stay]
    known = [stay.entered_on for stay in tries if stay.entered_on is not None]
    return known if len(known) == len(tries) else []
