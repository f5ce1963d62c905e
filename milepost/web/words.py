"""Say numbers, money and days as people here read them; every page and export says them the same way."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from functools import cache, lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.numbers import format_decimal, get_currency_symbol
from django.utils import timezone
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from moneyed import get_currency

NARROW = "\N{NARROW NO-BREAK SPACE}"
FIXED = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
ZEROS = re.compile(r"(?<=[.,]\d)0(?!\d)|[.,]00?(?!\d)")
NUMBER = re.compile("[#0,.]+")


@cache
def exponent(currency: str) -> int:
    """Return how many decimals the currency's minor unit has, by ISO 4217.

    >>> [exponent(code) for code in ("EUR", "JPY", "KWD")]
    [2, 0, 3]
    """
    return len(str(get_currency(currency).sub_unit)) - 1


def major(minor: int, currency: str) -> str:
    """Return an amount as a spreadsheet takes it, in whole units of its currency with all decimals.

    >>> major(184_05, "EUR"), major(920, "JPY")
    ('184.05', '920')
    """
    return f"{Decimal(minor).scaleb(-exponent(currency)):f}"


def money(minor: int, currency: str) -> str:
    """Return an amount in full; decimals only where they are not all zero."""
    return _money(minor, currency, get_language() or "en")


def money_short(minor: int, currency: str) -> str:
    """Return an amount to read at a glance: €1.84 M, €920 k, €850."""
    return _money_short(minor, currency, get_language() or "en")


def money_round(minor: int, currency: str) -> str:
    """Return an amount for an axis or a target, where most are round: €2.5 M, €3 M."""
    return ZEROS.sub("", money_short(minor, currency))


def count(number: int) -> str:
    """Return how many there are, with its thousands apart: 2,089."""
    return str(number) if -1000 < number < 1000 else _decimal(Decimal(number), 0, get_language() or "en")


@lru_cache(maxsize=4096)
def _money(minor: int, currency: str, language: str) -> str:
    decimals = exponent(currency)
    amount = Decimal(minor).scaleb(-decimals)
    if amount == amount.to_integral_value():
        decimals = 0
    return _signed(amount < 0, _decimal(abs(amount), decimals, language), currency, language)


@lru_cache(maxsize=4096)
def _money_short(minor: int, currency: str, language: str) -> str:
    amount = abs(Decimal(minor).scaleb(-exponent(currency)))
    # The limits lie half a last figure below the round number, so that 999,990 is 1.00 M and never 1000 k.
    if amount >= 999_995_000:
        number = _scaled(amount / 10**9, pgettext("thousand millions", "bn"), language)
    elif amount >= 999_500:
        number = _scaled(amount / 10**6, pgettext("millions", "M"), language)
    elif amount >= Decimal("999.5"):
        number = _scaled(amount / 1000, pgettext("thousands", "k"), language, places=0)
    else:
        number = _decimal(amount, 0, language)
    return _signed(minor < 0, number, currency, language)


def _scaled(amount: Decimal, unit: str, language: str, places: int = 2) -> str:
    if places == 0 and amount < Decimal("9.95") and round(amount, 1) != round(amount, 0):
        places = 1
    if amount >= 100:
        places = 0
    return f"{_decimal(amount, places, language)}{FIXED}{unit}"


def _decimal(amount: Decimal, places: int, language: str) -> str:
    return str(format_decimal(amount, "#,##0" + ("." + "0" * places if places else ""), _locale(language)))


def _signed(negative: bool, number: str, currency: str, language: str) -> str:
    """Put the currency's sign where the language has it; a sign of letters keeps off the figures."""
    locale = _locale(language)
    sign = str(get_currency_symbol(currency, locale))
    pattern = str(locale.currency_formats["standard"].pattern).split(";")[0]
    before, _, after = NUMBER.sub("\0", pattern, count=1).partition("\0")
    text = before.replace("¤", sign) + number + after.replace("¤", sign)
    if before.endswith("¤") and sign[-1].isalpha():
        text = text.replace(sign, sign + FIXED, 1)
    return f"{MINUS}{text}" if negative else text


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale("en")


def percent(share: float) -> str:
    """Return a chance between 0 and 1 as whole percent; one that is almost 0 or 1 is not said to be so.

    >>> percent(0.58)
    '58\\u202f%'
    """
    if 0 < share < 0.005:
        return f"<1{NARROW}%"
    if 0.995 <= share < 1:
        return f">99{NARROW}%"
    return f"{share * 100:.0f}{NARROW}%"


def interval(low: float, high: float) -> str:
    """Return the limits of a chance in whole percent; what is not certain is not said to be so, nor one figure twice.

    >>> interval(0.942, 0.997), interval(0.001, 0.5), interval(1, 1)
    ('94–>99', '<1–50', '')
    >>> interval(0.121, 0.124), interval(0.1211, 0.1212)
    ('12.1–12.4', '')
    """
    return "" if low == high else _interval(low, high, get_language() or "en")


@lru_cache(maxsize=4096)
def _interval(low: float, high: float, language: str) -> str:
    for places in (0, 1):
        texts = [_whole(share, places, language) for share in (low, high)]
        if texts[0] != texts[1]:
            return "–".join(texts)
    return ""


def _whole(share: float, places: int, language: str) -> str:
    if 0 < share < 0.005:
        return "<1"
    if 0.995 <= share < 1:
        return ">99"
    return _decimal(Decimal(str(100 * share)), places, language)


def local(moment: datetime.date) -> datetime.date:
    """Return the day of a date, or of a moment where we are."""
    if isinstance(moment, datetime.datetime):
        return (timezone.localtime(moment) if timezone.is_aware(moment) else moment).date()
    return moment


def day(moment: datetime.date) -> str:
    """Return a day as "Tue 24 Nov", with its year when that is not this year."""
    return _dated(
        local(moment), pgettext("a date with its weekday", "D j M"), timezone.localdate().year, get_language() or ""
    )


def short_day(moment: datetime.date) -> str:
    """Return a day as "24 Nov", with its year when that is not this year."""
    return _dated(local(moment), pgettext("a date", "j M"), timezone.localdate().year, get_language() or "")


@lru_cache(maxsize=4096)
def _dated(date: datetime.date, pattern: str, this_year: int, language: str) -> str:
    return date_format(date, pattern if date.year == this_year else f"{pattern} Y")


def month_year(moment: datetime.date) -> str:
    """Return a month as "Feb 2027"; months carry their year."""
    return date_format(local(moment), "M Y")


def month_name(number: int) -> str:
    """Return the short name of a calendar month, 1 to 12, as it stands in a heading: Feb."""
    return str(MONTHS_3[number]).capitalize()


def month_named(number: int) -> str:
    """Return the whole name of a calendar month, 1 to 12: February."""
    return str(MONTHS[number])
