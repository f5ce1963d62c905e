"""Recompute values in the company's currency when a rate or the currency itself changes."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from milepost.opportunities.models import Opportunity, Outcome
from milepost.opportunities.standing import chunks, restand
from milepost.team.models import Company, Rate
from milepost.team.money import in_company_currency

CHUNK = 500


def reprice_open(*, currency: str | None = None) -> int:
    """Bring every open opportunity (of one currency, if given) to today's rate; ended ones keep theirs."""
    rows = Opportunity.objects.open().filter(value_minor__isnull=False)
    if currency is not None:
        rows = rows.filter(currency=currency)
    ids = list(rows.values_list("pk", flat=True))
    for chunk in chunks(ids, CHUNK):
        _reprice(chunk)
    return len(ids)


def price_ended(currency: str) -> int:
    """Give ended opportunities that had no rate the one of the day they ended; those that have one keep it."""
    unpriced = Opportunity.objects.closed().filter(
        currency=currency, value_minor__isnull=False, company_value_minor=None
    )
    ended = dict(Outcome.objects.standing().filter(opportunity__in=unpriced).values_list("opportunity_id", "on"))
    company = Company.the()
    for ids in chunks(ended, CHUNK):
        rows = list(Opportunity.objects.filter(pk__in=ids))
        for row in rows:
            day = ended[row.pk] or company.today()
            row.company_value_minor, row.rate = in_company_currency(company, row.value_minor, currency, day)
        Opportunity.objects.bulk_update(rows, ["company_value_minor", "rate"])
    return len(ended)


@transaction.atomic
def _reprice(ids: Iterable[int]) -> None:
    company = Company.the()
    today = company.today()
    known: dict[str, Rate | None] = {}
    rows = list(Opportunity.objects.filter(pk__in=ids))
    for row in rows:
        row.company_value_minor, row.rate = in_company_currency(
            company, row.value_minor, row.currency, today, known=known
        )
    Opportunity.objects.bulk_update(rows, ["company_value_minor", "rate"])
    restand([row.pk for row in rows], today=today)
