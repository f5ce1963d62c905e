"""Read amounts as people write them: 1,250,000.50 or 1.250.000,50 or 1 250 000, or 1.25 M."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal, get_decimal_symbol
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from milepost.team.money import MOST_MINOR, exponent, to_major
from milepost.web.words import _locale, money

DIGITS = 20
SIGNS = {"€": ("EUR",), "£": ("GBP", "FKP", "GIP", "SHP", "EGP", "SYP", "LBP", "SDG"), "¥": ("JPY", "CNY")}
DOLLARS = ("MXN", "ARS", "CLP", "COP", "UYU", "CUP", "DOP", "BRL")
"""Currencies written with the dollar sign whose codes do not end with D."""
CODE = re.compile(r"(?<![a-z])(?!(?:mio|mln|tsd|mrd)(?![a-z]))[a-z]{3}(?![a-z])", re.I)
"""Three letters by themselves that are no unit: the code of a currency."""
SPACES = re.compile(r"[\s'’\u00a0\u202f\u2009€$£¥]")
GROUPS = re.compile(r"\d{1,3}(?:[.,]\d{2,3})*[.,]\d{3}")
THOUSAND = ("k", "tsd", "thousand", "tausend")
MILLION = ("m", "mio", "mln", "million", "millions", "millionen")
UNITS = {"": 1} | dict.fromkeys(THOUSAND, 1000) | dict.fromkeys(MILLION, 1_000_000) | {"bn": 10**9, "mrd": 10**9}
WRITTEN = re.compile(rf"(?P<sign>[-−]?)(?P<figures>\d[\d.,]*)(?P<unit>{'|'.join(filter(None, UNITS))})?\.?", re.I)


class Unclear(ValueError):
    """What was typed is no amount, or could be two; the message says so in words for the screen."""


def read_amount(text: str, *, decimal_mark: str = ".", places: int = 2) -> Decimal:
    """Return the amount that was typed; `decimal_mark` is the person's own, where the text leaves it open.

    >>> [str(read_amount(t)) for t in ("1,250,000.50", "1.250.000,50", "1.25 M", "1,25 Mio.", "920k", "12 million")]
    ['1250000.50', '1250000.50', '1250000', '1250000', '920000', '12000000']
    >>> str(read_amount("1.250", decimal_mark=","))
    '1250'
    """
    match = WRITTEN.fullmatch(SPACES.sub("", text))
    if match is None:
        raise Unclear(_("“%(text)s” is no amount. Write one like 1250000.50.") % {"text": text.strip()})
    unit = UNITS[(match["unit"] or "").lower()]
    figures = _figures(match["figures"], decimal_mark, places, text.strip(), bool(match["unit"]))
    if len(figures) > DIGITS:
        raise Unclear(_("This amount is too large."))
    amount = (Decimal(figures) * unit).normalize()
    amount = amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else Decimal(figures) * unit
    return -amount if match["sign"] else amount


def without_currency(text: str, currency: str) -> str:
    """Return the text without the code of its currency; one with the code or sign of another is refused.

    >>> without_currency("EUR 9000", "EUR"), without_currency("12 Mio. EUR", "EUR"), without_currency("€ 12,5", "EUR")
    ('9000', '12 Mio.', '€ 12,5')
    """
    for sign, codes in SIGNS.items():
        if sign in text and currency not in codes:
            raise Unclear(_other(sign, currency))
    if "$" in text and not currency.endswith("D") and currency not in DOLLARS:
        raise Unclear(_other("$", currency))
    code = CODE.search(text) if any(sign.isdigit() for sign in text) else None
    if code is None:
        return text
    if code.group().upper() != currency:
        raise Unclear(_other(code.group(), currency))
    return text.replace(code.group(), "").strip()


def _other(what: str, currency: str) -> str:
    words = {"what": what, "currency": currency}
    return _("“%(what)s” is not %(currency)s. Choose its currency, or leave it out.") % words


def _figures(written: str, decimal_mark: str, places: int, text: str, scaled: bool) -> str:
    """Return the figures with a point before the decimals and nothing else."""
    marks = [c for c in written if c in ".,"]
    if not marks:
        return written
    last = marks[-1]
    if len(set(marks)) == 2:
        whole, _mark, rest = written.rpartition(last)
        if marks.count(last) > 1 or not GROUPS.fullmatch(whole):
            raise Unclear(_("“%(text)s” is no amount. Write one like 1250000.50.") % {"text": text})
        return whole.replace(".", "").replace(",", "") + "." + (rest or "0")
    if len(marks) > 1:
        if not GROUPS.fullmatch(written):
            raise Unclear(_("“%(text)s” is no amount. Write one like 1250000.50.") % {"text": text})
        return written.replace(last, "")
    whole, _mark, rest = written.partition(last)
    if scaled or len(rest) != 3:
        return f"{whole}.{rest or '0'}"
    if last != decimal_mark:
        return whole + rest
    if places == 3:
        return f"{whole}.{rest}"
    words = {"text": text, "one": whole + rest, "other": f"{whole}{last}{rest[:places] or '0'}"}
    raise Unclear(_("“%(text)s” could be %(one)s or about %(other)s. Write one of these two.") % words)


def to_exact_minor(amount: Decimal, currency: str) -> int:
    """Return minor units; an amount with more decimals than the currency has is refused, not rounded."""
    minor = amount * 10 ** exponent(currency)
    if minor != minor.to_integral_value():
        words = {"currency": currency, "places": exponent(currency)}
        raise Unclear(_("%(currency)s has %(places)s decimals: write no more.") % words)
    if abs(minor) > MOST_MINOR:
        raise Unclear(_("This amount is too large."))
    return int(minor)


class AmountField(forms.CharField):
    """An amount in a currency: a text on the screen, minor units in the code; empty is unknown."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        self.below_zero = kwargs.pop("below_zero", False)
        kwargs.setdefault("required", False)
        super().__init__(max_length=40, **kwargs)
        self.currency = "EUR"
        self.initial_currency = "EUR"

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        amount = to_major(value, self.initial_currency)
        if amount == amount.to_integral_value():
            amount = amount.quantize(Decimal(1))
        else:
            amount = amount.quantize(Decimal(1).scaleb(-exponent(self.initial_currency)))
        places = max(0, -int(amount.as_tuple().exponent))
        return format_decimal(amount, format=f"#,##0.{'0' * places}", locale=_locale(get_language() or "en"))

    def said(self, value: int | None, row: Any) -> str:
        """Write an amount in full, in the currency of the row it is stored in, or in the one that it is typed in."""
        return "" if value is None else money(value, getattr(row, "currency", self.currency))

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        mark = get_decimal_symbol(_locale(get_language() or "en"))
        try:
            written = without_currency(text, self.currency)
            amount = read_amount(written, decimal_mark=mark, places=exponent(self.currency))
            minor = to_exact_minor(amount, self.currency)
        except Unclear as error:
            raise forms.ValidationError(str(error)) from error
        if minor < 0 and not self.below_zero:
            raise forms.ValidationError(_("An amount cannot be below zero."))
        return minor

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != initial)
        except forms.ValidationError:
            return True


class WithAmounts:
    """A form whose amounts are in the currency of its own field `currency`, or in a given one."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def clean(self) -> dict[str, Any]:
        """Refuse a margin above the value it is part of."""
        data: dict[str, Any] = super().clean() or self.cleaned_data  # type: ignore[misc]
        value, margin = data.get("value_minor"), data.get("margin_minor")
        if value is not None and margin is not None and margin > value:
            self.add_error("margin_minor", _("This is more than the value it is part of."))  # type: ignore[attr-defined]
        return data

    def set_currencies(self, stored: str) -> None:
        """Tell every amount which currency its text is in, and which one its stored value has."""
        sent = self.data.get(self.add_prefix("currency"), "") if self.is_bound else ""  # type: ignore[attr-defined]
        known = {code for code, _label in getattr(self.fields.get("currency"), "choices", [])}
        for field in self.fields.values():
            if isinstance(field, AmountField):
                field.initial_currency = stored
                field.currency = sent if sent in known else stored
