"""The orders of the Board, and places in them: the key of the last row seen, never a count of rows to pass over."""

from __future__ import annotations

import base64
import datetime
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from milepost.opportunities.models import Standing

LARGEST = 2**63 - 1


def _whole(value: Any) -> int:
    if type(value) is not int or abs(value) > LARGEST:
        raise ValueError
    return value


def _share(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError
    value.encode()  # a lone surrogate is no text for a database
    return value


@dataclass(frozen=True)
class Sort:
    """One order: a column that is never null, and the opportunity's id to break ties."""

    label: Any
    column: str
    descending: bool
    key: Callable[[Any], Any]


SORTS = {
    "expected": Sort(_("Expected value"), "expected_key", True, _whole),
    "value": Sort(_("Value"), "value_key", True, _whole),
    "next": Sort(_("Next date"), "next_key", False, datetime.date.fromisoformat),
    "close": Sort(_("Expected close"), "close_key", False, datetime.date.fromisoformat),
    "name": Sort(_("Name"), "name_key", False, _text),
    "win": Sort(_("Win chance"), "win", True, _share),
    "loss": Sort(_("Lost by waiting"), "weekly_loss_minor", True, _whole),
}


def is_descending(sort: str) -> bool:
    """Tell which way an order runs; a minus before its name turns it round."""
    return SORTS[sort.removeprefix("-")].descending != sort.startswith("-")


def ordering(sort: str) -> list[str]:
    """Return the columns of an order; its index has the same."""
    sign = "-" if is_descending(sort) else ""
    return [f"{sign}{SORTS[sort.removeprefix('-')].column}", f"{sign}opportunity_id"]


@dataclass(frozen=True)
class Place:
    """Where a page ended: the group, key and id of its last row."""

    group: str
    key: Any
    pk: int

    @classmethod
    def of(cls, row: Standing, sort: str, group: str) -> Place:
        """Return the place of a row in an order."""
        return cls(group, getattr(row, SORTS[sort.removeprefix("-")].column), row.pk)

    def behind(self, sort: str) -> Q:
        """Return the condition of coming after this place.

        The first comparison alone bounds the index, so that the database begins where the last page ended.
        """
        column = SORTS[sort.removeprefix("-")].column
        than = "lt" if is_descending(sort) else "gt"
        tie = Q(**{f"{column}__{than}": self.key}) | Q(**{f"opportunity_id__{than}": self.pk})
        return Q(**{f"{column}__{than}e": self.key}) & tie

    def token(self, sort: str, grouped_by: str) -> str:
        """Return the place as it stands in an address; it says for which order and groups it is."""
        key = self.key.isoformat() if isinstance(self.key, datetime.date) else self.key
        text = json.dumps([sort, grouped_by, self.group, key, self.pk], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, token: str, sort: str, grouped_by: str) -> Place | None:
        """Read a place from an address; None when it is none of this order and these groups."""
        try:
            text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            of_sort, of_groups, group, key, pk = json.loads(text)
            if (of_sort, of_groups) != (sort, grouped_by):
                return None
            return cls(_text(group), SORTS[sort.removeprefix("-")].key(key), _whole(pk))
        except (ValueError, TypeError, RecursionError):
            return None
