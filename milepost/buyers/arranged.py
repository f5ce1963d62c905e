"""What the company has arranged: its lists and its warnings, remembered by each process until they change."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import get_language

from milepost.buyers.models import Lists, WarningRule
from milepost.team.models import Company


class Arranged(NamedTuple):
    """The lists, and when to warn, as the company has them."""

    lists: Lists
    rules: dict[str, WarningRule]


def arranged(company: Company) -> Arranged:
    """Return what a company has arranged, for reading; asked again when its stamp is another (decision 0017)."""
    return _read(company.team_stamp, get_language())


@lru_cache(maxsize=8)
def _read(stamp: str, language: str | None) -> Arranged:
    return Arranged(Lists.read(), WarningRule.all_as_kept())
