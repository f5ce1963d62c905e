"""The company's fiscal calendar, as its settings have it."""

from __future__ import annotations

from milepost.engine.fiscal import Calendar
from milepost.team.models import Company


def calendar_of(company: Company) -> Calendar:
    """Return the rule of the company's fiscal years, quarters and months."""
    return Calendar(company.fiscal_year_starts, company.fiscal_calendar, company.week_starts)
