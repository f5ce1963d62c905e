"""Read what a cell says: numbers, dates and yes or no, each a value or a plain reason why not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _
from moneyed import CURRENCIES


@dataclass(frozen=True)
class Unreadable:
    """Say in plain words why a cell could not be read."""

    reason: str


NOTHING = frozenset({"", "-", "–", "—", "n/a", "na", "#n/a", "null", "none", "nan", "(blank)", "000000000000000aaa"})
LONGEST_NOTHING = max(map(len, NOTHING))


def is_nothing(text: str) -> bool:
    """Tell whether a cell says that nothing is known."""
    bare = text.strip()
    return len(bare) <= LONGEST_NOTHING and bare.casefold() in NOTHING


# ---------------------------------------------------------------- numbers

CURRENCY_SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₩": "KRW",
    "₽": "RUB",
    "₺": "TRY",
    "zł": "PLN",
    "kč": "CZK",
    "US$": "USD",
}
SIGN = re.compile(r"US\$|[$€£¥₹₩₽₺]|zł|kč|\bkr\.?|\bfr\.?", re.IGNORECASE)
ISO_CODE = re.compile(r"^([A-Z]{3})\b\s*|\s*\b([A-Z]{3})$")
SPACES = re.compile(r"[\s\u00a0\u202f'’]")
SHORTHAND = re.compile(r"^[-+(]*[0-9][0-9.,]*\s?(k|m|mn|mio|bn|tsd)\.?\)?$", re.IGNORECASE)
PLAIN = re.compile(r"^[0-9]+(\.[0-9]*)?(e[+-]?[0-9]{1,2})?$|^\.[0-9]+$", re.IGNORECASE)
MOST_DIGITS = 13  # of whole units: thousands of such amounts still add up within a database's integer


@dataclass(frozen=True)
class NumberStyle:
    """Say how a column writes numbers; `doubtful` when its values could be read two ways."""

    decimal: str = "."
    doubtful: bool = False


def settle_numbers(texts: Iterable[str], *, default: str = ".") -> NumberStyle:
    """Find from a whole column which sign divides off the cents."""
    seen: Counter[str] = Counter()
    for text in texts:
        seen[_decimal_evidence(_bare_number(text)[0])] += 1
    if seen["."] or seen[","]:
        return NumberStyle("," if seen[","] > seen["."] else ".")
    if seen["?."] or seen["?,"]:  # only groups of three: read as thousands, and say so
        return NumberStyle("," if seen["?."] > seen["?,"] else ".", doubtful=True)
    return NumberStyle(default)


def _decimal_evidence(bare: str) -> str:
    """Name the decimal sign a number proves; "?." or "?," when its one sign could be either."""
    dots, commas = bare.count("."), bare.count(",")
    if dots and commas:
        return "." if bare.rindex(".") > bare.rindex(",") else ","
    if not dots and not commas:
        return ""
    mark, other = (".", ",") if dots else (",", ".")
    if dots + commas > 1:
        return other  # repeated: thousands, so the cents have the other sign
    whole, _mark, rest = bare.partition(mark)
    if len(rest) == 3 and 1 <= len(whole) <= 3 and whole != "0":
        return f"?{mark}"
    return mark


def _bare_number(text: str) -> tuple[str, bool]:
    """Strip signs, currency and spaces from a number; tell whether it is negative."""
    bare = SIGN.sub("", ISO_CODE.sub("", text.strip()))
    bare = SPACES.sub("", bare)
    negative = False
    if bare.startswith("(") and bare.endswith(")"):
        bare, negative = bare[1:-1], True
    if bare.startswith(("-", "−")):
        bare, negative = bare[1:], True
    elif bare.endswith("-"):
        bare, negative = bare[:-1], True
    return bare.removeprefix("+"), negative


def read_number(text: str, style: NumberStyle = NumberStyle()) -> Decimal | Unreadable | None:
    """Read an amount or count; None when the cell says nothing."""
    if text.isdigit() and text.isascii() and len(text) <= MOST_DIGITS:  # as most are: there is nothing to look for
        return Decimal(text)
    if is_nothing(text):
        return None
    if SHORTHAND.match(SIGN.sub("", text.strip()).strip()):
        return Unreadable(_("“%(value)s” is shorthand: write the number out.") % {"value": text})
    bare, negative = _bare_number(text)
    thousands = "," if style.decimal == "." else "."
    if not _groups_fit(bare, thousands, style.decimal):
        return Unreadable(_("“%(value)s” is not a number.") % {"value": text})
    plain = bare.replace(thousands, "").replace(style.decimal, ".")
    if not PLAIN.match(plain):
        return Unreadable(_("“%(value)s” is not a number.") % {"value": text})
    value = Decimal(plain)
    if value >= Decimal(10) ** MOST_DIGITS:
        return Unreadable(_("“%(value)s” is too large a number.") % {"value": text})
    return -value if negative else value


def _groups_fit(bare: str, thousands: str, decimal: str) -> bool:
    """Tell whether thousands signs stand where they may: not “1,23” in a column of decimal points."""
    whole = bare.split(decimal, 1)[0]
    if thousands in bare[len(whole) :]:
        return False
    groups = whole.split(thousands)
    if len(groups) == 1:
        return True
    # Indian amounts group by two before the last three: 12,34,567.
    return len(groups[-1]) == 3 and 1 <= len(groups[0]) <= 3 and all(len(g) in (2, 3) for g in groups[1:-1])


def read_percent(text: str, style: NumberStyle = NumberStyle()) -> Decimal | Unreadable | None:
    """Read a percentage, with or without its sign, as 0 to 100."""
    value = read_number(text.replace("%", ""), style)
    if isinstance(value, Decimal) and not 0 <= value <= 100:
        return Unreadable(_("“%(value)s” is not between 0 and 100 %%.") % {"value": text})
    return value


def currency_in(text: str) -> str | None:
    """Name the currency a written amount shows beyond doubt; a lone $ or kr could be several."""
    if found := ISO_CODE.search(text.strip()):
        code: str = found.group(1) or found.group(2)
        return code if code in CURRENCIES else None
    sign = SIGN.search(text)
    return (
        CURRENCY_SIGNS.get(sign.group(0).upper() if "$" in sign.group(0) else sign.group(0).casefold())
        if sign
        else None
    )


def currency_code(text: str) -> str:
    """Return the three-letter code of a currency that is written as its code, its name or its sign.

    >>> currency_code("eur"), currency_code("US Dollar"), currency_code("Euro"), currency_code("£"), currency_code("??")
    ('EUR', 'USD', 'EUR', 'GBP', '??')
    """
    bare = text.strip()
    return _codes_by_name().get(bare.casefold()) or CURRENCY_SIGNS.get(bare) or bare.upper()


@lru_cache(maxsize=1)
def _codes_by_name() -> dict[str, str]:
    return {currency.name.casefold(): code for code, currency in CURRENCIES.items()}


# ---------------------------------------------------------------- yes or no

YES = frozenset(
    {
        "true",
        "1",
        "yes",
        "y",
        "t",
        "x",
        "ja",
        "j",
        "wahr",
        "oui",
        "vrai",
        "sí",
        "si",
        "verdadero",
        "sim",
        "on",
        "unsubscribed",
        "opted out",
        "do not allow",
        "abgemeldet",
    }
)
NO = frozenset({"false", "0", "no", "n", "f", "nein", "falsch", "non", "faux", "falso", "não", "nao", "nee", "off"}) | {
    "subscribed",
    "opted in",
    "allow",
    "angemeldet",
}


def read_yes_no(text: str) -> bool | Unreadable | None:
    """Read a yes or no in the words exports use."""
    word = text.strip().casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    if is_nothing(text):
        return None
    return Unreadable(_("“%(value)s” is neither yes nor no.") % {"value": text})


def read_text(text: str, longest: int = 200) -> str | Unreadable | None:
    """Read a short text; None when the cell says nothing."""
    if is_nothing(text):
        return None
    if len(text) > longest:
        return Unreadable(_("The text has %(n)d letters; %(most)d fit.") % {"n": len(text), "most": longest})
    return text if text.isalnum() else " ".join(text.split())
