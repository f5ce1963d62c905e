"""How opportunities looked on two days, as far as what moved between them goes."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from milepost.engine.flow import OPEN, Rates
from milepost.forecasts.models import Snapshot, SnapshotDay
from milepost.opportunities.models import Opportunity, Outcome, Standing
from milepost.team.models import Company, Person, PlanRate, Rate
from milepost.web.words import exponent

WEEK = datetime.timedelta(days=7)
AT_ONCE = 2_000
STANDING = (
    "pk",
    "opportunity__value_minor",
    "opportunity__currency",
    "judged_close",
    "close_on",
    "territory_id",
    "salesperson_id",
    "playbook_id",
    "win",
)
ENDED = (
    "opportunity_id",
    "kind",
    "at",
    "on",
    "opportunity__value_minor",
    "opportunity__currency",
    "opportunity__company_value_minor",
    "opportunity__territory_id",
    "opportunity__salesperson_id",
    "opportunity__playbook_version__playbook_id",
)


class Look(NamedTuple):
    """How an opportunity looked, as far as the flow goes; `frozen` is the worth of what has ended."""

    amount: int | None
    currency: str
    closes_on: datetime.date | None
    territory: int
    salesperson: int | None
    playbook: int
    state: str
    frozen: int | None
    win: float


Looks = dict[int, Look]


def usual_since(until: datetime.date) -> datetime.date | None:
    """Return the newest kept day that is a week older or more, or the oldest there is; None before there is any."""
    days = SnapshotDay.objects.filter(on__lt=until)
    oldest = days.order_by("on").values("on")[:1]
    newest = days.filter(on__lte=until - WEEK).order_by("-on").values("on")[:1]
    found: datetime.date | None = days.annotate(best=Coalesce(newest, oldest)).values_list("best", flat=True).first()
    return found


def kept_days(today: datetime.date) -> list[datetime.date]:
    """Return the kept days before today, newest first."""
    return list(SnapshotDay.objects.filter(on__lt=today).order_by("-on").values_list("on", flat=True)[:800])


def choices(kept: Sequence[datetime.date], today: datetime.date) -> list[datetime.date]:
    """Return the days to choose from: each of the last eight, then the last of each week, then of each month."""
    chosen, seen = [], set()
    for day in kept:
        age = (today - day).days
        key: Any = day if age <= 8 else day.isocalendar()[:2] if age <= 70 else (day.year, day.month, "m")
        if key not in seen:
            seen.add(key)
            chosen.append(day)
    return chosen


def kept_looks(person: Person, day: datetime.date, counts: Q) -> Looks:
    """Return how what a person sees looked on a kept day, as far as it counts."""
    rows = Snapshot.objects.on(day).visible_to(person).filter(counts).order_by("opportunity")
    return {row.opportunity_id: _kept(row) for row in rows.iterator(chunk_size=AT_ONCE)}


def _kept(row: Snapshot) -> Look:
    frozen = None if row.state == OPEN else row.value_minor or 0
    return Look(
        amount=row.amount_minor,
        currency=row.currency,
        closes_on=row.closes_on,
        territory=row.territory,
        salesperson=row.salesperson,
        playbook=row.playbook,
        state=row.state,
        frozen=frozen,
        win=row.win,
    )


def open_now_or_then(until: datetime.date | None) -> Q:
    """Return what counts on the first day: of what had ended by then, only what is open again can have moved."""
    if until is None:
        return Q(state=OPEN) | Q(opportunity__standing__isnull=False)
    later = Snapshot.objects.on(until).open().filter(opportunity=OuterRef("opportunity"))
    return Q(state=OPEN) | Q(Exists(later))


def had_ended(since: datetime.date) -> Exists:
    """Return the condition that an opportunity had ended by a kept day: if it has not been opened, it cannot move."""
    return Exists(Snapshot.objects.on(since).exclude(state=OPEN).filter(opportunity=OuterRef("opportunity")))


def looks_then(person: Person, since: datetime.date, until: datetime.date) -> Looks:
    """Return how everything looked on the later of two kept days: what was open, and what had ended in between."""
    return kept_looks(person, until, Q(state=OPEN) | Q(valid_from__gt=since) & ~Q(had_ended(since)))


def looks_now(person: Person, company: Company, since: datetime.date, before: Looks) -> Looks:
    """Return how everything looks now: what is open, and what has ended since the day or was open on it."""
    rows = Standing.objects.visible_to(person).order_by("pk").values_list(*STANDING)
    found = {
        pk: Look(amount, currency, said or model, territory, seller, book, OPEN, None, win)
        for pk, amount, currency, said, model, territory, seller, book, win in rows
    }
    ended = Outcome.objects.standing().visible_to(person).filter(~had_ended(since), at__date__gte=since)
    for pk, kind, at, on, amount, currency, value, territory, seller, book in ended.order_by("pk").values_list(*ENDED):
        if pk in before or at.astimezone(company.zone).date() > since:
            found[pk] = Look(amount, currency, on, territory, seller, book, kind, value or 0, 0.0)
    return found


def rates_on(company: Company, day: datetime.date) -> Rates:
    """Return what one minor unit of each currency was worth on a day, in minor units of the company's."""
    rows = Rate.objects.filter(base=company.currency, valid_from__lte=day).order_by("valid_from")
    return _rates(company, [(rate.currency, rate.value) for rate in rows])


def plan_rates(company: Company) -> dict[int, Rates]:
    """Return what one minor unit of each currency counts in the plan of each fiscal year."""
    rows = list(PlanRate.objects.filter(base=company.currency))
    years = {rate.year for rate in rows}
    return {year: _rates(company, [(r.currency, r.value) for r in rows if r.year == year]) for year in years}


def _rates(company: Company, pairs: Sequence[tuple[str, Any]]) -> Rates:
    found: dict[str, Fraction] = {company.currency: Fraction(1)}
    for currency, value in pairs:
        found[currency] = Fraction(value) * Fraction(10) ** (exponent(company.currency) - exponent(currency))
    return found


def named(person: Person, ids: Sequence[int]) -> dict[int, Opportunity]:
    """Return the opportunities that are to be named, of those that the person sees."""
    rows = Opportunity.objects.visible_to(person).filter(pk__in=ids).select_related("account")
    return {one.pk: one for one in rows}
