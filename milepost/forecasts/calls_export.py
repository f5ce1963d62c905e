"""Take along how good calls are, as far as one is shown it, as CSV or Excel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.forecasts.calls import CALLED
from milepost.forecasts.people_calls import Line, PeoplesCalls
from milepost.opportunities.models import Category
from milepost.team.request import Request
from milepost.web.sheet import Column, answer
from milepost.web.text import number


@require_GET
def as_csv(request: Request) -> HttpResponseBase:
    """Return what is shown of calls as CSV."""
    return _export(request, "csv")


@require_GET
def as_xlsx(request: Request) -> HttpResponseBase:
    """Return the same as an Excel sheet."""
    return _export(request, "xlsx")


def _export(request: Request, kind: str) -> HttpResponseBase:
    calls = PeoplesCalls(request.user, request.company, number(request.GET.get("territory", "")))
    return answer(kind, f"calls-{request.company.today().isoformat()}", columns(), list(rows(calls)), decimals=3)


def columns() -> list[Column]:
    """Return the columns of exported records."""
    heads = [
        _("Said"),
        _("Won"),
        _("Too hopeful by"),
        _("80 % from"),
        _("80 % to"),
        _("Brier"),
        _("Milepost’s Brier"),
        _("Log loss"),
        _("Milepost’s log loss"),
        _("Calibration slope"),
    ]
    labels = dict(Category.choices)
    return [
        Column(_("Of")),
        Column(_("Name"), width=28),
        Column(_("People"), "number"),
        Column(_("Ended"), "number"),
        *(Column(head, "number") for head in heads),
        *(Column(_("%(category)s: won") % {"category": labels[name]}, "number") for name in CALLED),
    ]


def rows(calls: PeoplesCalls) -> Iterator[list[Any]]:
    """Yield the lines of the page: one's own, groups, and names where these are shown."""
    if calls.own.record.n:
        yield row(_("You"), calls.own, calls.own.record.categories)
        for line in calls.own_quarters:
            yield row(_("You, by quarter"), line, {})
    for line in calls.groups:
        yield row(_("Group"), line, {})
    for line in calls.quarters:
        yield row(_("By quarter"), line, {})
    for line in calls.named:
        yield row(_("Person"), line, line.record.categories)


def row(kind: str, line: Line, categories: Any) -> list[Any]:
    """Return the cells of one line; what was won of a category is told of one's own and of named people alone."""
    record = line.record
    shares = [record.share(name)[0] if name in categories else None for name in CALLED]
    figures = [
        line.said,
        line.won,
        *record.bias,
        record.said.brier,
        record.model.brier,
        record.said.log_loss,
        record.model.log_loss,
        record.slope,
    ]
    rounded = [None if each is None else round(each, 4) for each in (*figures, *shares)]
    return [kind, line.name, line.people, round(record.n), *rounded]
