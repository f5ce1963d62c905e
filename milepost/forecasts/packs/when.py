"""When a pack by schedule is due next."""

from __future__ import annotations

import datetime
import zoneinfo
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from milepost.engine.fiscal import Calendar

MOST_DAYS = 28
"""Every month has this many, and every fiscal quarter."""


class Rhythm(models.TextChoices):
    """How often a pack comes."""

    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")
    QUARTERLY = "quarterly", _("Every fiscal quarter")


def next_due(
    rhythm: str, day: int, hour: int, zone: str, calendar: Calendar, after: datetime.datetime
) -> datetime.datetime:
    """Return the first moment after `after` at which a pack is due, in UTC.

    `day` is 1 (Monday) to 7 of a week, or the so-many-th day of a month or a fiscal quarter. An hour that the clocks
    leave out comes an hour later; one that they go through twice counts once.

    >>> from milepost.engine.fiscal import Calendar
    >>> now = datetime.datetime(2026, 3, 27, 12, tzinfo=datetime.timezone.utc)
    >>> str(next_due("weekly", 1, 7, "Europe/Berlin", Calendar(), now))
    '2026-03-30 05:00:00+00:00'
    >>> str(next_due("quarterly", 3, 8, "Asia/Kolkata", Calendar(4), now))
    '2026-04-03 02:30:00+00:00'
    """
    place = zoneinfo.ZoneInfo(zone)
    here = after.astimezone(place).date()
    for on in _days(rhythm, day, calendar, here):
        moment = datetime.datetime.combine(on, datetime.time(hour), place).astimezone(datetime.UTC)
        if moment > after:
            return moment
    raise AssertionError("one of three days in a row is always to come")


def _days(rhythm: str, day: int, calendar: Calendar, here: datetime.date) -> list[datetime.date]:
    """Return the days on which a pack may be due, from before `here` on."""
    if rhythm == Rhythm.WEEKLY:
        monday = here - datetime.timedelta(days=here.weekday())
        return [monday + datetime.timedelta(days=day - 1 + 7 * n) for n in range(3)]
    if rhythm == Rhythm.MONTHLY:
        first = here.replace(day=1)
        months = [first, _month_after(first), _month_after(_month_after(first))]
        return [month.replace(day=day) for month in months]
    quarter = calendar.period("quarter", here)
    return [calendar.move(quarter, n).start + datetime.timedelta(days=day - 1) for n in range(3)]


def _month_after(first: datetime.date) -> datetime.date:
    return (first + datetime.timedelta(days=32)).replace(day=1)
