"""Money in minor units: exponents by ISO 4217 and conversion by dated rates."""

from __future__ import annotations

import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache

from babel.core import get_global
from moneyed import CURRENCIES

from milepost.team.models import Company, Rate
from milepost.web.words import exponent

__all__ = ["MOST_MINOR", "exponent", "in_company_currency", "known_currencies", "to_major", "to_minor"]

MOST_MINOR = 10**16
"""More than any deal is worth; hundreds of such still add up within a database's integer."""


def to_minor(amount: Decimal, currency: str) -> int:
    """Return an amount in minor units, rounded half to even.

    >>> to_minor(Decimal("12.345"), "EUR"), to_minor(Decimal("12.345"), "KWD")
    (1234, 12345)
    """
    return int((amount * 10 ** exponent(currency)).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def to_major(minor: int, currency: str) -> Decimal:
    """Return minor units as an amount with the currency's decimals.

    >>> to_major(1234, "EUR")
    Decimal('12.34')
    """
    return Decimal(minor).scaleb(-exponent(currency))


def known_currencies(*more: str) -> list[tuple[str, str]]:
    """Return code and name of every currency that is tender somewhere today, and of `more`, by code.

    >>> "EUR" in dict(known_currencies()), "DEM" in dict(known_currencies()), "XAU" in dict(known_currencies())
    (True, False, False)
    """
    codes = _tender().union(more)
    return sorted((code, f"{code} {currency.name}") for code, currency in CURRENCIES.items() if code in codes)


@cache
def _tender() -> frozenset[str]:
    spans = (span for of_place in get_global("territory_currencies").values() for span in of_place)
    return frozenset(code for code, _from, until, tender in spans if tender and until is None)


def in_company_currency(
    company: Company,
    minor: int | None,
    currency: str,
    day: datetime.date,
    *,
    known: dict[str, Rate | None] | None = None,
) -> tuple[int | None, Rate | None]:
    """Convert by the newest rate of `day` or before; (None, None) where value or rate is not known or absurd.

    `known` keeps the rates of one day between calls.
    """
    if minor is None:
        return None, None
    if currency == company.currency:
        return minor, None
    rates = {} if known is None else known
    if currency not in rates:
        dated = Rate.objects.filter(currency=currency, base=company.currency, valid_from__lte=day)
        rates[currency] = dated.order_by("-valid_from").first()
    rate = rates[currency]
    if rate is None:
        return None, None
    worth = to_minor(to_major(minor, currency) * rate.value, company.currency)
    return (worth, rate) if abs(worth) <= MOST_MINOR else (None, None)
