"""The jobs of this folder: what clients did on their pages, by mail."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from milepost.plans.news import any_before, mail_digest, mail_soon
from milepost.team.models import Company
from milepost.web.jobs import Work

HOUR = datetime.time(7)
"""In the company's time zone, each morning: what had come by then."""


def morning(company: Company) -> datetime.datetime:
    """Return this day's moment of the digest; on a day whose hour has not come yet, that of the day before."""
    moment = datetime.datetime.combine(company.today(), HOUR, company.zone)
    return moment if moment <= timezone.now() else moment - datetime.timedelta(days=1)


def digest_due() -> str:
    """Name the morning whose digest is due; "" while there is nothing to tell."""
    company = Company.objects.first()
    if company is None or not any_before(moment := morning(company)):
        return ""
    return moment.isoformat()


def digest(work: Work) -> dict[str, Any]:
    """Mail the digest of this morning."""
    company = Company.the()
    return {"letters": mail_digest(company, morning(company))}


def soon(work: Work, *, plan: int) -> dict[str, Any]:
    """Mail what people wait on of a plan."""
    return {"letters": mail_soon(Company.the(), plan)}
