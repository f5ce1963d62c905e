"""What one part of the Learn page counts and another does not: said there, so that its totals agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.forecasts.learnt.columns import KINDS
from milepost.opportunities.models import Outcome

if TYPE_CHECKING:
    from milepost.forecasts.learnt.reading import Reading


def came_unseen(reading: Reading) -> int:
    """Count those that ended at a step of the line, of which no coming to it is counted.

    They came before the time that is asked, or on a day that an import did not know.
    """
    import numpy as np

    past, ends = reading.past, reading.ends
    ended, place = past.tables["ended"], past.place["ended"]
    steps = [past.keys.index(step.key) for step in reading.steps if step.key in past.keys]
    here = reading.chosen[place] & ends.within(ended["on"]) & np.isin(ended["key"], steps)
    here &= past.about["playbook"][place] == (reading.shown.playbook_id if reading.shown else 0)
    here &= ended["kind"] != KINDS.index(Outcome.Kind.WON)
    return int((here & ~reading.tally.ended_here()[place]).sum())


def in_other_playbooks(reading: Reading) -> int:
    """Count those that ended otherwise than won in another playbook than the one that is shown."""
    shown = reading.shown.playbook_id if reading.shown else 0
    rows = [row for row in reading.ends.rows if row.within and row.kind != Outcome.Kind.WON]
    return sum(row.number for row in rows if row.playbook != shown)
