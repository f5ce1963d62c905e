"""The filters of the Board: how each is read from the address, what it keeps, and how it is said."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.buyers.models import KeptWarning
from milepost.buyers.models.rule import RULES
from milepost.desk.board.known import Known
from milepost.opportunities.models import Category
from milepost.web.text import name_key
from milepost.web.words import money, month_year

MOST_DIGITS = 15
ME, NOBODY = "me", "nobody"


class Wrong(ValueError):
    """A value in the address that means nothing; the message says so in words for the screen."""


@dataclass(frozen=True)
class Filter:
    """One filter: `read` turns its text into a value or raises Wrong, `keep` is its condition, `say` its words."""

    name: str
    label: Any
    read: Callable[[str, Known], Any]
    keep: Callable[[Any, Known], Q]
    say: Callable[[Any, Known], str]
    many: bool = False


def stalled(known: Known) -> Q:
    """Return the condition of being over the usual time."""
    return Q(over_from__lte=known.today)


def without_date(_known: Known) -> Q:
    """Return the condition of a current step nobody has booked."""
    return Q(step_state="planned")


def result_missing(known: Known) -> Q:
    """Return the condition of an appointment that is over and not reported."""
    return Q(step_state="held") | Q(step_state="scheduled", next_at__lt=known.now)


def _flag(text: str, _known: Known) -> bool:
    if text != "1":
        raise Wrong(_("it can only be 1"))
    return True


def read_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise Wrong(_("“%s” is not a number") % text[:40])
    return int(text)


def read_person(text: str, known: Known) -> int | str:
    if text in (ME, NOBODY):
        return text
    if (pk := read_number(text)) not in known.people:
        raise Wrong(_("there is nobody with number %s") % text)
    return pk


def _of_person(value: int | str, known: Known) -> Q:
    if value == NOBODY:
        return Q(coordinator=None, salesperson=None)
    ids = known.person.sight.people if value == ME else [value]
    return Q(coordinator_id__in=ids) | Q(salesperson_id__in=ids)


def say_person(value: int | str, known: Known) -> str:
    if isinstance(value, int):
        return known.people[value].name
    return _("Me") if value == ME else _("Nobody")


def read_territory(text: str, known: Known) -> int:
    pk = read_number(text)
    if pk not in known.named:
        raise Wrong(_("there is no territory with number %s") % text)
    return pk


def read_playbook(text: str, known: Known) -> int:
    if (pk := read_number(text)) not in known.playbooks:
        raise Wrong(_("there is no playbook with number %s") % text)
    return pk


def _category(text: str, _known: Known) -> str:
    if text not in Category.values:
        raise Wrong(_("“%s” is not a category") % text[:40])
    return text


UNKNOWNS = {
    "value": (gettext_lazy("value unknown"), Q(value_minor=None)),
    "account": (gettext_lazy("account unknown"), Q(account=None)),
    "start": (gettext_lazy("start unknown"), Q(started_on=None)),
    "coordinator": (gettext_lazy("no coordinator"), Q(coordinator=None)),
}


def _unknown(text: str, _known: Known) -> str:
    if text not in UNKNOWNS:
        raise Wrong(_("“%(text)s” is none of %(all)s") % {"text": text[:40], "all": ", ".join(UNKNOWNS)})
    return text


WARNED = {
    "any": gettext_lazy("Any"),
    "none": gettext_lazy("None"),
    **{kind: usual.label for kind, usual in RULES.items()},
}
"""What can be asked of the warnings about an opportunity's people."""


def _warned(text: str, _known: Known) -> str:
    if text not in WARNED:
        raise Wrong(_("“%(text)s” is none of %(all)s") % {"text": text[:40], "all": ", ".join(WARNED)})
    return text


def _warns(value: str, _known: Known) -> Q:
    kept = KeptWarning.objects.all() if value in ("any", "none") else KeptWarning.objects.filter(kind=value)
    held = Q(pk__in=kept.values("opportunity"))
    return ~held if value == "none" else held


def _month(text: str, _known: Known) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text + "-01" if len(text) == 7 else text)
    except ValueError:
        raise Wrong(_("“%s” is not a month; write it as 2027-03") % text[:40]) from None


def _say_before(value: datetime.date, _known: Known) -> str:
    day = month_year(value) if value.day == 1 else date_format(value, "j M Y")
    return _("before %s") % day


def _amount(text: str, known: Known) -> int:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise Wrong(_("“%s” is not an amount") % text[:40]) from None
    if not amount.is_finite() or not 0 <= amount < 10**MOST_DIGITS:
        raise Wrong(_("“%s” is not an amount") % text[:40])
    return int(amount * known.unit)


def _text(text: str, _known: Known) -> str:
    if not text.isprintable() or not name_key(text):
        raise Wrong(_("it holds no letters"))
    return text[:100]


def _holding(text: str, _known: Known) -> Q:
    key = name_key(text)
    return Q(name_key__contains=key) | Q(account__name_key__contains=key)


def _yes(_value: Any, _known: Known) -> str:
    return ""


FILTERS = (
    Filter("q", gettext_lazy("Holds"), _text, _holding, lambda value, known: f"“{value}”"),
    Filter("person", gettext_lazy("Person"), read_person, _of_person, say_person),
    Filter(
        "territory",
        gettext_lazy("Territory"),
        read_territory,
        lambda value, known: Q(territory_id__in=known.below(value)),
        lambda value, known: known.territories[value].name,
    ),
    Filter(
        "category",
        gettext_lazy("Category"),
        _category,
        lambda value, known: Q(category=value),
        lambda value, known: str(Category(value).label),
    ),
    Filter(
        "playbook",
        gettext_lazy("Playbook"),
        read_playbook,
        lambda value, known: Q(playbook_id=value),
        lambda value, known: known.playbooks[value],
    ),
    Filter("closes_before", gettext_lazy("Closes"), _month, lambda value, known: Q(close_key__lt=value), _say_before),
    Filter(
        "min_value",
        gettext_lazy("Value"),
        _amount,
        lambda value, known: Q(value_key__gte=value),
        lambda value, known: _("from %s") % money(value, known.company.currency),
    ),
    Filter("stalled", gettext_lazy("Over time"), _flag, lambda value, known: stalled(known), _yes),
    Filter("no_date", gettext_lazy("No date"), _flag, lambda value, known: without_date(known), _yes),
    Filter("result", gettext_lazy("Result missing"), _flag, lambda value, known: result_missing(known), _yes),
    Filter("warns", gettext_lazy("Warnings"), _warned, _warns, lambda value, known: str(WARNED[value])),
    Filter(
        "unknown",
        gettext_lazy("Unknown"),
        _unknown,
        lambda value, known: UNKNOWNS[value][1],
        lambda value, known: str(UNKNOWNS[value][0]),
        many=True,
    ),
)
BY_NAME = {each.name: each for each in FILTERS}
