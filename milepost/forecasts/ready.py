"""Have Forecast, Roll-up and Learn ready before anybody looks: computed when something changes, not when they open.

All that takes long is kept in the database by what it follows from: ranges, totals, what a forecast points at, how
steps go. So it is enough to read as a sales manager would; a page of any process then finds all of it there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import F

from milepost.forecasts.asked import Asked
from milepost.forecasts.calls import Calls
from milepost.forecasts.kept_answers import forget_old
from milepost.forecasts.learnt.asked import Asked as AskedOfLearn
from milepost.forecasts.learnt.reading import Reading as Learnt
from milepost.forecasts.page import Reading
from milepost.forecasts.rollup import Rollup
from milepost.opportunities.models import FiguresRun, Standing
from milepost.team.models import Company, Person, Role
from milepost.web import following
from milepost.web.jobs import Work
from milepost.web.models import Job

if TYPE_CHECKING:
    from milepost.engine.fiscal import Kind

KIND = "make_ready"
SECONDS = 6.0
"""So long it works at most; what is not reached is computed when somebody looks, or the next time."""
COORDINATORS = 5
RESTS = 9
"""So many times as long as it worked it rests: a tenth of one processor at most goes into it."""


def due() -> str:
    """Name what there is to make ready; "" while that is done, nothing is open, or it has not rested yet."""
    company = Company.objects.first()
    if company is None or not Standing.objects.exists():
        return ""
    before = Job.objects.filter(kind=KIND).order_by("-pk").first()
    if before is not None and not following.has_rested(before, times=RESTS):
        return ""
    of, done = _hangs_on(company), _done()
    if done is None or done.result["of"] != of:
        return of
    return "" if done.result["go_on"] is None else f"{of} after {done.pk}"


def follow(work: Work) -> dict[str, Any]:
    """Make it ready; where the last time was cut short and nothing has changed since, go on from there."""
    of, done = _hangs_on(Company.the()), _done()
    go_on = done.result["go_on"] if done is not None and done.result["of"] == of else None
    return {"of": of, **make_ready(go_on or 0, seconds=SECONDS, told=work.progress)._asdict()}


def _done() -> Job | None:
    return Job.objects.filter(kind=KIND, state=Job.State.DONE).order_by("-pk").first()


def _hangs_on(company: Company) -> str:
    """Name what all figures hang on: the day, what was learnt, rates, and every change that is settled."""
    figures = following.last(FiguresRun.objects.exclude(refreshed_at=None))
    rates = following.last(Job.objects.filter(kind="reprice", state=Job.State.DONE))
    return f"{company.today().isoformat()} {figures} {rates} {following.settled()}"


class Made(NamedTuple):
    """What was made ready: how many pages, and with which to go on; None where none is left."""

    pages: int
    go_on: int | None


def make_ready(go_on: int = 0, *, seconds: float = SECONDS, told: Callable[[int], None] = lambda done: None) -> Made:
    """Compute what sales managers, and after them some coordinators, see first. Safe to run twice.

    That is Forecast, the roll-up of this quarter and Learn, for everybody; then the roll-ups of this month and year
    and of the next quarter. Others see the same lines, or fewer; where confidential opportunities make a difference
    theirs are computed then.
    """
    forget_old()
    until, company = time.monotonic() + seconds, Company.the()

    def is_over() -> bool:
        return time.monotonic() >= until

    pages = [(page, person) for some in PAGES for person in _people() for page in some]
    for at, (page, person) in enumerate(pages[go_on:], go_on):
        if at > go_on and is_over():
            return Made(at - go_on, at)
        person.company = company
        if not page(person, company, is_over):
            return Made(at - go_on, at)
        told(at + 1)
    return Made(len(pages) - go_on, None)


def _people() -> list[Person]:
    """Return the sales managers, and a few coordinators who came in last: a small company may have no manager."""
    last = Person.objects.filter(is_active=True).order_by(F("last_login").desc(nulls_last=True), "pk").distinct()
    managers = list(last.filter(memberships__role=Role.SALES_MANAGER))
    others = last.filter(memberships__role=Role.COORDINATOR, last_login__isnull=False)
    return managers + list(others.exclude(pk__in=[each.pk for each in managers])[:COORDINATORS])


def _forecast(person: Person, company: Company, is_over: Callable[[], bool]) -> bool:
    reading = Reading.read(person, company, Asked())
    if reading.first is not None:
        Calls(reading.portfolio, reading.first.period).lines  # noqa: B018 - reading it computes it
    return True


def _learn(person: Person, company: Company, is_over: Callable[[], bool]) -> bool:
    Learnt(person, company, AskedOfLearn()).lines  # noqa: B018
    return True


def _rollup(
    person: Person, company: Company, is_over: Callable[[], bool], kind: Kind = "quarter", ahead: int = 0
) -> bool:
    """Compute the lines of a period until it is over; tell whether all are ready."""
    first = company.fiscal.move(company.fiscal.period(kind, company.today()), ahead).key
    rollup = Rollup(person, company, Asked(kind=kind, first=first), is_over=is_over)
    return None not in rollup.ranges.values()


PAGES = (
    (_forecast, _rollup, _learn),
    (partial(_rollup, kind="month"), partial(_rollup, kind="year"), partial(_rollup, ahead=1)),
)
"""The pages in the order they are made ready: those that open first, for everybody, then the others."""
