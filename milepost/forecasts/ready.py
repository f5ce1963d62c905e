"""Have ranges and totals ready before anybody looks: computed when figures change, not when a page opens."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.forecasts import calls
from milepost.forecasts.asked import KINDS, Asked
from milepost.forecasts.kept_ranges import forget_old
from milepost.forecasts.page import Reading
from milepost.forecasts.rollup import Rollup
from milepost.team.models import Company, Person, Role


def make_ready() -> int:
    """Compute what sales managers see first; return of how many lines of roll-ups. Safe to run twice.

    That is the roll-up of this month, quarter and year and of the next quarter, and the Forecast page. Others see the
    same lines, or fewer; where confidential opportunities make a difference theirs are computed then.
    """
    forget_old()
    company, lines = Company.the(), 0
    managers = Person.objects.filter(memberships__role=Role.SALES_MANAGER, is_active=True).distinct()
    for person in managers.order_by("pk"):
        person.company = company
        _forecast(person, company)  # first: the roll-up takes what is known exactly
        lines += sum(len(Rollup(person, company, asked).ranges) for asked in _first_asked(company))
    return lines


def _first_asked(company: Company) -> Iterator[Asked]:
    yield from (Asked(kind=kind) for kind in KINDS)
    calendar = company.fiscal
    yield Asked(first=calendar.move(calendar.period("quarter", company.today()), 1).key)


def _forecast(person: Person, company: Company) -> None:
    """Compute the totals of the Forecast page: of its periods, and of what people call in the first one."""
    reading = Reading.read(person, company, Asked())
    if reading.first is not None:
        calls.calls(reading.portfolio, reading.first.period)
