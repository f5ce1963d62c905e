"""Take a roll-up along, as CSV or Excel."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.forecasts.export import currency_said
from milepost.forecasts.line import Line
from milepost.forecasts.rollup import Rollup, of_request
from milepost.team.money import exponent, to_major
from milepost.team.request import Request
from milepost.web.sheet import Column, answer


@require_GET
def as_csv(request: Request) -> HttpResponseBase:
    """Return the roll-up as CSV."""
    return _export(request, "csv")


@require_GET
def as_xlsx(request: Request) -> HttpResponseBase:
    """Return the roll-up as an Excel sheet."""
    return _export(request, "xlsx")


def _export(request: Request, kind: str) -> HttpResponseBase:
    rollup, currency = of_request(request), request.company.currency
    name = f"rollup-{rollup.period.key}-{rollup.today.isoformat()}"
    heads = columns(currency_said(request.company))
    return answer(kind, name, heads, rows(rollup), decimals=exponent(currency))


def columns(currency: str) -> list[Column]:
    """Return the columns of an exported roll-up."""
    heads = [
        _("Target"),
        _("Already won"),
        _("Commit"),
        _("of it proposed by the model"),
        _("Best case"),
        _("of it proposed by the model"),
        _("Submitted"),
        _("Adjusted"),
        _("Low (10 %)"),
        _("Middle"),
        _("High (90 %)"),
        _("Missing to the target"),
        _("Submitted, change since last week"),
        _("Middle, change since last week"),
    ]
    return [
        Column(_("Territory"), width=24),
        Column(_("Person"), width=24),
        *(Column(f"{head} ({currency})", "money") for head in heads),
        Column(_("Chance to reach the target"), "share"),
        Column(_("Submitted by"), width=24),
        Column(_("Note"), width=40),
        Column(_("Adjusted by"), width=24),
        Column(_("Why"), width=40),
    ]


def rows(rollup: Rollup) -> list[list[Any]]:
    """Return the cells of every line that has figures."""
    return [_row(line, rollup.company.currency) for line in rollup.lines if not line.place.is_heading]


def _row(line: Line, currency: str) -> list[Any]:
    own, adjusted = line.said.own, line.said.adjusted
    amounts = [
        line.target_minor,
        line.won.value_minor,
        line.commit_minor,
        line.open.commit.proposed_minor,
        line.best_case_minor,
        line.open.best_case.proposed_minor,
        own and own.amount_minor,
        adjusted and adjusted.amount_minor,
        *(line.limits or (None, None, None)),
        line.gap_minor,
        line.change_minor,
        line.model_change_minor,
    ]
    place = line.place
    return [
        place.territory.name,
        _("Without a salesperson") if place.is_nobody else place.person.name if place.person else "",
        *(None if each is None else to_major(each, currency) for each in amounts),
        line.reach,
        own.by.name if own and own.by else "",
        own.note if own else "",
        adjusted.by.name if adjusted and adjusted.by else "",
        adjusted.note if adjusted else "",
    ]
