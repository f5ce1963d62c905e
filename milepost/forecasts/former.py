"""Numbers given under a former fiscal calendar: they keep the days they were given for.

What stood for a period of the former calendar stands for the one of the new calendar that has its days, give or take a
week. Where there is none it is set aside: in place of a period's key it bears its days, "2026-10-01/2026-12-31", and
counts nowhere until a calendar has such a period again. So no target is ever held against other days than its own.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Case, Value, When
from django.utils.translation import ngettext

from milepost.forecasts.models import PeriodLock, PeriodTotal, Submission, Target
from milepost.web import words

if TYPE_CHECKING:
    from milepost.engine.fiscal import Calendar, Kind, Period

NEAR = datetime.timedelta(days=7)
"""Weeks end at most so far from the end of the month or quarter they stand for."""
LONGEST: tuple[tuple[Kind, int], ...] = (("month", 35), ("quarter", 98))
A_YEAR, DAY = datetime.timedelta(days=371), datetime.timedelta(days=1)
Days = tuple[datetime.date, datetime.date]


@transaction.atomic
def keep_days(before: Calendar, now: Calendar) -> None:
    """Give every number the period that has its days by now."""
    for kind in (Target, Submission, PeriodLock, PeriodTotal):
        rows: models.QuerySet[Any] = kind._default_manager.order_by()
        days = {key: days_of(key, before) for key in rows.values_list("period", flat=True).distinct()}
        new = _periods(days, now)
        moving = {key: as_text(days[key]) for key in days if new.get(key, as_text(days[key])) != key}
        # By way of their days: the key that one leaves may be the one that another gets.
        _rename(rows, moving)
        _rename(rows, {aside: new[key] for key, aside in moving.items() if key in new})


def _periods(days: dict[str, Days], calendar: Calendar) -> dict[str, str]:
    """Return the new keys; where two calendars' days are near the same period, what counts today comes first."""
    new: dict[str, str] = {}
    for key in sorted(days, key=lambda key: (is_aside(key), key)):
        period = period_of(days[key], calendar)
        if period is not None and period.key not in new.values():
            new[key] = period.key
    return new


def _rename(rows: models.QuerySet[Any], names: dict[str, str]) -> None:
    changed = {old: new for old, new in names.items() if old != new}
    if changed:
        cases = (When(period=old, then=Value(new)) for old, new in changed.items())
        rows.filter(period__in=changed).update(period=Case(*cases, output_field=models.CharField()))


def days_of(key: str, calendar: Calendar) -> Days:
    """Return the days of a period by its key, or those that something set aside bears.

    >>> from milepost.engine.fiscal import Calendar
    >>> [str(day) for day in days_of("2026-Q4", Calendar())]
    ['2026-10-01', '2026-12-31']
    """
    if is_aside(key):
        first, last = map(datetime.date.fromisoformat, key.split("/"))
        return first, last
    period = calendar.find(key)
    return period.start, period.end


def is_aside(key: str) -> bool:
    """Tell whether something counts in no period of today's calendar."""
    return "/" in key


def as_text(days: Days) -> str:
    """Return what something set aside bears in place of a period's key."""
    return "/".join(day.isoformat() for day in days)


def period_of(days: Days, calendar: Calendar) -> Period | None:
    """Return the period that has these days, or almost.

    >>> from milepost.engine.fiscal import Calendar
    >>> days = days_of("2026-Q4", Calendar())
    >>> period_of(days, Calendar(4)).key, period_of(days, Calendar(1, "4-4-5")).key, period_of(days, Calendar(2))
    ('2027-Q3', '2026-Q4', None)
    """
    first, last = days
    lasts = (last - first).days + 1
    kind: Kind = next((kind for kind, most in LONGEST if lasts <= most), "year")
    period = calendar.period(kind, first + (last - first) / 2)
    return period if abs(period.start - first) <= NEAR and abs(period.end - last) <= NEAR else None


def spell_out(key: str) -> str:
    """Return the days of something set aside as people write them."""
    first, last = map(datetime.date.fromisoformat, key.split("/"))
    return f"{words.short_day(first)} – {words.short_day(last)}"


def name_of(days: Days, calendar: Calendar) -> str:
    """Return the name of the period that has these days; the days themselves where none has."""
    period = period_of(days, calendar)
    return period.name([words.month_name(n) for n in range(1, 13)]) if period else spell_out(as_text(days))


def notes_of_former(rows: models.QuerySet[Any], periods: Sequence[Period]) -> list[str]:
    """Say which targets, or submitted numbers, for days of these periods count in none of them."""
    first, last = min(each.start for each in periods), max(each.end for each in periods)
    aside = rows.filter(period__contains="/", period__gte=str(first - A_YEAR), period__lt=str(last + DAY))
    keys = [key for key in aside.order_by().values_list("period", flat=True) if _is_missed(key, periods)]
    if not keys:
        return []
    said = {"n": words.count(len(keys)), "days": "; ".join(spell_out(key) for key in sorted(set(keys)))}
    return [(_targets(len(keys)) if rows.model is Target else _numbers(len(keys))) % said]


def _is_missed(key: str, periods: Sequence[Period]) -> bool:
    """Tell whether somebody may look for it in one of the periods: it has days of it, and is no longer."""
    first, last = map(datetime.date.fromisoformat, key.split("/"))
    return any(
        first <= each.end and last >= each.start and last - first <= each.end - each.start + NEAR for each in periods
    )


def _targets(n: int) -> str:
    return ngettext(
        "%(n)s target was set for %(days)s, when the fiscal calendar was another one. No period of today’s has these "
        "days: it counts in none.",
        "%(n)s targets were set for %(days)s, when the fiscal calendar was another one. No period of today’s has these "
        "days: they count in none.",
        n,
    )


def _numbers(n: int) -> str:
    return ngettext(
        "%(n)s number was submitted for %(days)s, when the fiscal calendar was another one. No period of today’s has "
        "these days: it counts in none.",
        "%(n)s numbers were submitted for %(days)s, when the fiscal calendar was another one. No period of today’s has "
        "these days: they count in none.",
        n,
    )
