"""Read dates the way a whole column writes them: ISO, either order, month names, Excel's numbers."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from milepost.exchange.values import Unreadable, is_nothing

ISO = re.compile(r"^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ]+(.*))?$")
COMPACT = re.compile(r"^((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})$")
PARTS = re.compile(r"^([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?:[ T,]+(.*))?$")
DAY_NAME = re.compile(r"^([0-9]{1,2})[-. ]+([^\W\d]{3,})[-. ,]+([0-9]{4}|[0-9]{2})(?:[ T,]+(.*))?$")
NAME_DAY = re.compile(r"^([^\W\d]{3,})\.? +([0-9]{1,2})(?:st|nd|rd|th)?,? +([0-9]{4})(?:[ T,]+(.*))?$")
CLOCK = re.compile(
    r"^([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?\s*([ap]\.?m\.?)?\s*(z|utc|gmt|[+-][0-9]{2}:?[0-9]{2})?$",
    re.IGNORECASE,
)
SERIAL = re.compile(r"^[2-6][0-9]{4}(\.[0-9]+)?$")
GREENWICH = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{3})?(?:Z|\+00:?00)$")
MILLISECONDS = re.compile(r"^1[0-9]{12}$")  # since 1970, as programs write moments
EXCEL_EPOCH = dt.date(1899, 12, 30)
MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "jan january januar janvier enero ene",
            "feb february februar février fevrier febrero",
            "mar march märz maerz mrz mars marzo",
            "apr april avril abril abr",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juillet julio",
            "aug august août aout agosto ago",
            "sep sept september septembre septiembre",
            "oct october okt oktober octobre octubre",
            "nov november novembre noviembre",
            "dec december dez dezember décembre decembre diciembre dic",
        ],
        start=1,
    )
    for name in names.split()
}
EARLIEST, LATEST = 1970, 2100
Parts = tuple[tuple[int, int, int], str | None]


@dataclass(frozen=True)
class DateStyle:
    """Say in which order a column writes day and month; `doubtful` when its dates fit both.

    Moments are told as they were in `zone`, without one in the zone that is current.
    """

    order: str = "mdy"
    doubtful: bool = False
    zone: dt.tzinfo | None = None


def settle_dates(texts: Iterable[str], *, default: str = "mdy") -> DateStyle:
    """Find from a whole column whether the day or the month comes first."""
    seen: Counter[str] = Counter()
    for text in texts:
        seen[_order_evidence(text.strip())] += 1
    if seen["dmy"] or seen["mdy"]:
        return DateStyle("dmy" if seen["dmy"] >= seen["mdy"] else "mdy")
    if seen["."]:  # nobody writes month.day.year
        return DateStyle("dmy")
    return DateStyle(default, doubtful=bool(seen["?"]))


def _order_evidence(text: str) -> str:
    """Name the order a date proves; "?" when it fits both and would mean another day, "." for dots."""
    parts = PARTS.match(text)
    if not parts:
        return ""
    first, second = int(parts[1]), int(parts[3])
    if first > 12 >= second:
        return "dmy"
    if second > 12 >= first:
        return "mdy"
    if first == second:
        return ""
    return "." if parts[2] == "." else "?"


def read_date(text: str, style: DateStyle = DateStyle()) -> dt.date | Unreadable | None:
    """Read a date, leaving out a time of day if there is one."""
    found = read_moment(text, style)
    return found.date() if isinstance(found, dt.datetime) else found


def read_moment(text: str, style: DateStyle = DateStyle()) -> dt.datetime | Unreadable | None:
    """Read a date with its time of day, midnight if it has none; one that tells its time zone as it was here.

    A midnight of Greenwich is a day that was written as a moment, and stays that day everywhere.
    """
    if GREENWICH.match(text) and (quickly := _greenwich(text, style.zone)):
        return quickly
    if is_nothing(text):
        return None
    if MILLISECONDS.match(text):
        return _here(dt.datetime.fromtimestamp(int(text) / 1000, dt.UTC), style.zone)
    found = _split(text.strip(), style)
    clock = CLOCK.match(found[1]) if found and found[1] else None
    if found is None or (found[1] and not clock):
        return Unreadable(_("“%(value)s” is not a date.") % {"value": text})
    try:
        value = dt.datetime.combine(dt.date(*found[0]), _time(clock))
    except ValueError:
        return Unreadable(_("“%(value)s” is not a day of the calendar.") % {"value": text})
    if not EARLIEST <= value.year <= LATEST:
        return Unreadable(_("“%(value)s” is too far away to be meant.") % {"value": text})
    if clock is None or not clock[5] or value.time() == dt.time.min:
        return value
    return _here(value.replace(tzinfo=_zone(clock[5])), style.zone)


def _greenwich(text: str, zone: dt.tzinfo | None) -> dt.datetime | None:
    """Read a moment as programs write most of them; None where there is anything to be said about it."""
    try:
        value = dt.datetime.fromisoformat(text[:19] + "Z")
    except ValueError:
        return None
    if not EARLIEST <= value.year <= LATEST:
        return None
    return _here(value, zone) if value.hour or value.minute or value.second else value.replace(tzinfo=None)


def _here(moment: dt.datetime, zone: dt.tzinfo | None) -> dt.datetime:
    return moment.astimezone(zone or timezone.get_current_timezone()).replace(tzinfo=None)


def _time(clock: re.Match[str] | None) -> dt.time:
    """Read a time of day; raises ValueError for one that no clock shows."""
    if clock is None:
        return dt.time.min
    hour, half = int(clock[1]), (clock[4] or "").casefold()[:1]
    if half and not 1 <= hour <= 12:
        raise ValueError(clock[0])
    hour = hour % 12 + 12 * (half == "p") if half else hour
    return dt.time(hour, int(clock[2]), int(clock[3] or 0))


def _zone(text: str) -> dt.tzinfo:
    """Read a time zone: “Z”, “UTC” or hours and minutes from Greenwich."""
    if text[0] not in "+-":
        return dt.UTC
    bare = text[1:].replace(":", "")
    ahead = dt.timedelta(hours=int(bare[:2]), minutes=int(bare[2:]))
    return dt.timezone(ahead if text[0] == "+" else -ahead)


def _split(text: str, style: DateStyle) -> Parts | None:
    """Take a date apart into year, month, day and the rest."""
    if iso := ISO.match(text):
        return (int(iso[1]), int(iso[2]), int(iso[3])), iso[4]
    if parts := PARTS.match(text):
        day, month = (parts[1], parts[3]) if style.order == "dmy" else (parts[3], parts[1])
        return (_year(parts[4]), int(month), int(day)), parts[5]
    if named := DAY_NAME.match(text):
        return _named(named[3], named[2], named[1], named[4])
    if named := NAME_DAY.match(text):
        return _named(named[3], named[1], named[2], named[4])
    if compact := COMPACT.match(text):
        return (int(compact[1]), int(compact[2]), int(compact[3])), None
    if SERIAL.match(text):
        day = EXCEL_EPOCH + dt.timedelta(days=int(float(text)))
        return (day.year, day.month, day.day), None
    return None


def _named(year: str, name: str, day: str, clock: str | None) -> Parts | None:
    month = MONTHS.get(name.casefold())
    return ((_year(year), month, int(day)), clock) if month else None


def _year(text: str) -> int:
    """Read a year; two digits mean the century that puts it nearest to the 2020s."""
    number = int(text)
    if len(text) == 4:
        return number
    return 2000 + number if number < 70 else 1900 + number
