"""Convert many amounts into the company's currency without a query for each."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from milepost.team.models import Company, Rate
from milepost.team.money import in_company_currency, to_major, to_minor


class Rates:
    """Remember the rates already looked up."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.today = company.today()
        self._rate = lru_cache(maxsize=None)(self._look_up)

    def _look_up(self, currency: str, day: dt.date) -> Rate | None:
        return in_company_currency(self.company, 1, currency, day)[1]

    def convert(self, minor: int | None, currency: str, day: dt.date | None) -> tuple[int | None, Rate | None]:
        """Convert at the rate of a day, today's without one: closed opportunities stay at their closing day's."""
        if minor is None:
            return None, None
        if currency == self.company.currency:
            return minor, None
        rate = self._rate(currency, day or self.today)
        if rate is None:
            return None, None
        return to_minor(to_major(minor, currency) * rate.value, self.company.currency), rate
