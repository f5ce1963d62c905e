"""Bands of value: "-50000", "50000-200000", "200000-" or "unknown", in whole units of the company's currency.

The limits stand in the address, so that a link shows a colleague the same opportunities whatever has come in since.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from milepost.forecasts.learnt.columns import UNVALUED
from milepost.web import words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

UNKNOWN = "unknown"
MOST_DIGITS = 13
ROUND = (1, 2, 5, 10)


@dataclass(frozen=True)
class Size:
    """One band: from `low` to below `high`, None where it has no limit; `is_unknown` keeps what has no value."""

    low: int | None = None
    high: int | None = None
    is_unknown: bool = False

    @classmethod
    def read(cls, text: str) -> Size | None:
        """Read a band from an address; None when it is not one.

        >>> Size.read("50000-200000"), Size.read("5-1"), Size.read("-")
        (Size(low=50000, high=200000, is_unknown=False), None, None)
        """
        if text == UNKNOWN:
            return cls(is_unknown=True)
        low, dash, high = text.partition("-")
        parts = [part for part in (low, high) if part]
        if not dash or not parts or not all(_is_number(part) for part in parts):
            return None
        size = cls(int(low) if low else None, int(high) if high else None)
        return None if size.low is not None and size.high is not None and size.low >= size.high else size

    def __str__(self) -> str:
        if self.is_unknown:
            return UNKNOWN
        return f"{'' if self.low is None else self.low}-{'' if self.high is None else self.high}"

    def condition(self, column: str, unit: int) -> Q:
        """Return the condition on a column of minor units."""
        if self.is_unknown:
            return Q((column, None))
        kept = Q((f"{column}__isnull", False))
        if self.low is not None:
            kept &= Q((f"{column}__gte", self.low * unit))
        if self.high is not None:
            kept &= Q((f"{column}__lt", self.high * unit))
        return kept

    def chosen(self, minor: NDArray[np.int64], unit: int) -> NDArray[np.bool_]:
        """Tell of each value in minor units whether it lies in the band: `condition`, in memory."""
        if self.is_unknown:
            return minor == UNVALUED
        kept = minor != UNVALUED
        if self.low is not None:
            kept &= minor >= self.low * unit
        if self.high is not None:
            kept &= minor < self.high * unit
        return kept

    def say(self, currency: str) -> str:
        """Return the band in words."""
        if self.is_unknown:
            return _("value unknown")
        low, high = (_short(limit, currency) for limit in (self.low, self.high))
        if self.low is None:
            return _("below %s") % high
        return _("%(low)s to %(high)s") % {"low": low, "high": high} if high else _("from %s") % low


def bands(usual: int | None) -> list[Size]:
    """Return four bands around what is usual, with round limits; none where nothing is known.

    >>> [str(size) for size in bands(180_000)]
    ['-50000', '50000-200000', '200000-500000', '500000-']
    """
    if not usual or usual < 3:
        return []
    limits = [rounded(usual / 3), rounded(usual), rounded(usual * 3)]
    return [Size(None, limits[0]), *(Size(a, b) for a, b in pairwise(limits)), Size(limits[2])]


def rounded(amount: float) -> int:
    """Return the nearest 1, 2 or 5 with noughts behind it.

    >>> rounded(180_000), rounded(34), rounded(7.4e6)
    (200000, 50, 10000000)
    """
    nought = 10 ** floor(log10(amount))
    return int(min(ROUND, key=lambda step: abs(log10(amount / nought / step))) * nought)


def _is_number(text: str) -> Any:
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


def _short(limit: int | None, currency: str) -> str:
    return "" if limit is None else words.money_round(limit * 10 ** words.exponent(currency), currency)
