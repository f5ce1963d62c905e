"""Amounts that people gave in the company's currency of their day, and what they are worth in today's."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Iterable, Iterator
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milepost.team.models import Company, Rate
from milepost.team.money import MOST_MINOR, exponent, to_major, to_minor
from milepost.web import words
from milepost.web.history import record


class Restated(models.Model):
    """An amount as it was given, for ever, and the rate at which it counts since the company reckons otherwise.

    `rate` is what one unit of `currency` was worth in `rate_currency` on the day of the change, `rate_on`.
    """

    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=20, decimal_places=10, null=True, editable=False)
    rate_currency = models.CharField(max_length=3, blank=True, editable=False)
    rate_on = models.DateField(null=True, editable=False)

    MONEY: tuple[str, ...] = ("amount_minor",)
    entered: tuple[int, str] | None = None

    class Meta:
        abstract = True

    def counts_in(self, currency: str) -> bool:
        """Tell whether its worth in a currency is known."""
        return currency in (self.currency, self.rate_currency)

    def restated(self, currency: str) -> Self:
        """Return it as it counts in a currency; `entered` then says what was given. It is not to be saved."""
        if currency == self.currency:
            return self
        other = copy.copy(self)
        for name in self.MONEY:
            setattr(other, name, self._worth(getattr(self, name)))
        other.currency, other.entered = currency, (self.amount_minor, self.currency)  # type: ignore[attr-defined]
        return other

    def _worth(self, minor: int | None) -> int | None:
        if minor is None or self.rate is None:
            return None
        return to_minor(to_major(minor, self.currency) * self.rate, self.rate_currency)

    def follow(self, rate: Rate, on: datetime.date) -> None:
        """Count at a rate from now on; what was given stays as it is. Absurd amounts stay without."""
        amount: int = self.amount_minor  # type: ignore[attr-defined]
        if abs(to_major(amount, self.currency) * rate.value) * 10 ** exponent(rate.base) > MOST_MINOR:
            return
        self.rate, self.rate_currency, self.rate_on = rate.value, rate.base, on
        self.save(update_fields=["rate", "rate_currency", "rate_on"])
        now = self.restated(rate.base)
        worth = [words.money(amount, self.currency), words.money(now.amount_minor, rate.base)]  # type: ignore[attr-defined]
        record(self, "restated", by=None, what={"worth": worth, "at": [None, f"{rate.worth} {rate.base}"]})


def counting_in(rows: Iterable[Any], currency: str) -> Iterator[Any]:
    """Yield the rows whose worth in a currency is known, as they count in it."""
    return (row.restated(currency) for row in rows if row.counts_in(currency))


def restate(rows: models.QuerySet[Any], company: Company, *, on: datetime.date) -> int:
    """Give every row that was made in another currency its rate to the company's; return for how many there is none."""
    without, rates = 0, _rates(company, on)
    others = rows.exclude(currency=company.currency).exclude(rate_currency=company.currency).order_by("pk")
    for row in others.iterator(chunk_size=1000):
        if (rate := rates.get(row.currency)) is not None:
            row.follow(rate, on)
        else:
            without += 1
    return without


def _rates(company: Company, on: datetime.date) -> dict[str, Rate]:
    """Return the newest rate of every currency by a day."""
    rows = Rate.objects.filter(base=company.currency, valid_from__lte=on).order_by("valid_from")
    return {rate.currency: rate for rate in rows}


def notes(rows: Iterable[Any], currency: str) -> list[str]:
    """Say of numbers made in other currencies at which rate they count, or that they do not."""
    others = [row for row in rows if row.currency != currency]
    told = []
    for row in {(row.currency, row.rate): row for row in others if row.counts_in(currency)}.values():
        said = {
            "was": row.currency,
            "now": currency,
            "rate": f"{row.rate.normalize():f}",
            "day": words.short_day(row.rate_on),
        }
        told.append(
            _("Numbers made in %(was)s count in %(now)s at %(rate)s, the rate of %(day)s; each keeps what was given.")
            % said
        )
    for was in sorted({row.currency for row in others if not row.counts_in(currency)}):
        n = sum(row.currency == was for row in others)
        told.append(
            ngettext(
                "%(n)s number made in %(was)s is left out: there is no rate of it in %(now)s.",
                "%(n)s numbers made in %(was)s are left out: there is no rate of it in %(now)s.",
                n,
            )
            % {"n": n, "was": was, "now": currency}
        )
    return told
