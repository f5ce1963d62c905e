"""Have the ranges of the roll-up ready before anybody looks: computed when figures change, not when a page opens."""

from __future__ import annotations

from milepost.forecasts.asked import Asked
from milepost.forecasts.kept_ranges import forget_old
from milepost.forecasts.rollup import Rollup
from milepost.team.models import Company, Person, Role


def make_ready() -> int:
    """Compute this quarter's ranges as sales managers see them; return for how many lines. Safe to run twice.

    Others see the same lines, or fewer; where confidential opportunities make a difference theirs are computed then.
    """
    forget_old()
    company, lines = Company.the(), 0
    managers = Person.objects.filter(memberships__role=Role.SALES_MANAGER, is_active=True).distinct()
    for person in managers.order_by("pk"):
        person.company = company
        lines += len(Rollup(person, company, Asked()).ranges)
    return lines
