"""Take a forecast along: each period with its range and its target, as CSV or Excel."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.forecasts.page import PeriodView, Reading
from milepost.team.models import Company
from milepost.team.money import exponent, to_major
from milepost.team.request import Request
from milepost.web.sheet import Column, answer


@require_GET
def as_csv(request: Request) -> HttpResponseBase:
    """Return the periods as CSV."""
    return _export(request, "csv")


@require_GET
def as_xlsx(request: Request) -> HttpResponseBase:
    """Return the periods as an Excel sheet."""
    return _export(request, "xlsx")


def _export(request: Request, kind: str) -> HttpResponseBase:
    reading = Reading.of(request)
    currency = request.company.currency
    name = f"forecast-{request.company.today().isoformat()}"
    rows = [row(view, currency) for view in reading.views]
    heads = columns(currency_said(request.company))
    return answer(kind, name, heads, rows, decimals=exponent(currency))


def currency_said(company: Company) -> str:
    """Name the currency of a file's amounts, and the one in which some still are while they are being brought over."""
    if not company.former_currency:
        return company.currency
    return _("%(now)s, some still %(former)s") % {"now": company.currency, "former": company.former_currency}


def columns(currency: str) -> list[Column]:
    """Return the columns of an exported forecast."""
    amounts = [
        _("Already won"),
        _("Low (10 %)"),
        _("Middle"),
        _("High (90 %)"),
        _("Mean"),
        _("Best anyone could do, ±"),
        _("Target"),
    ]
    return [
        Column(_("Period")),
        Column(_("From"), "day"),
        Column(_("To"), "day"),
        *(Column(f"{head} ({currency})", "money") for head in amounts),
        Column(_("Chance to reach the target"), "share"),
        Column(_("Open, to close in it"), "number"),
    ]


def row(view: PeriodView, currency: str) -> list[Any]:
    """Return the cells of one period."""
    found: list[int | None] = [None] * 5
    if view.distribution is not None:
        found = [*view.limits, view.minor(view.distribution.mean), view.floor_minor]
    amounts = [view.won.value_minor, *found, view.target_minor]
    major = [None if each is None else to_major(each, currency) for each in amounts]
    period = view.period
    return [view.name, period.start, period.end, *major, view.reach, view.in_play]
