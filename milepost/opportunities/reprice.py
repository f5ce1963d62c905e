"""Bring amounts to the company's currency when a rate or the currency itself has changed.

Many rows are a job's work: each chunk is a short transaction of its own, and doing a chunk twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db.models import QuerySet

from milepost.opportunities.models import Opportunity, Outcome
from milepost.opportunities.standing import restand
from milepost.team.models import Company, Rate
from milepost.team.money import in_company_currency
from milepost.web.turns import in_turns

Told = Callable[[int, int], None]


def concerned(currency: str | None = None) -> tuple[QuerySet[Opportunity], QuerySet[Opportunity]]:
    """Return the open and the ended opportunities whose amounts follow a new rate of `currency`.

    Without one they follow the company's own currency, and all are concerned. Ended ones keep the rate they have.
    """
    priced = Opportunity.objects.filter(value_minor__isnull=False).order_by()
    if currency is None:
        return priced.open(), priced.closed()
    priced = priced.filter(currency=currency)
    return priced.open(), priced.closed().filter(company_value_minor=None)


def reprice(*, currency: str | None = None, told: Told = lambda done, of: None) -> int:
    """Bring open opportunities to today's rate, ended ones to that of their day; return how many open ones followed."""
    going, over = (list(rows.values_list("pk", flat=True)) for rows in concerned(currency))
    of = len(going) + len(over)
    in_turns(going, reprice_some, told=lambda done: told(done, of))
    in_turns(over, reprice_some, told=lambda done: told(len(going) + done, of))
    return len(going)


def reprice_some(ids: Iterable[int]) -> None:
    """Bring these to the company's currency, in the caller's transaction."""
    company = Company.the()
    today = company.today()
    ended = dict(Outcome.objects.standing().filter(opportunity__in=ids).values_list("opportunity_id", "on"))
    known: dict[str, dict[str, Rate | None]] = {}
    rows = list(Opportunity.objects.filter(pk__in=ids).select_for_update().order_by("pk"))
    for row in rows:
        day = ended.get(row.pk) or today
        row.company_value_minor, row.rate = in_company_currency(
            company, row.value_minor, row.currency, day, known=known.setdefault(day.isoformat(), {})
        )
    Opportunity.objects.bulk_update(rows, ["company_value_minor", "rate"])
    restand([row.pk for row in rows if row.pk not in ended], today=today)
