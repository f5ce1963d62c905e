"""The Learn page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.forecasts.learnt import ends, steps
from milepost.forecasts.learnt.asked import Asked, menus
from milepost.playbooks.models import Playbook
from milepost.team.money import exponent, to_major
from milepost.team.request import Request
from milepost.web.sheet import Column, answer
from milepost.web.words import month_name


@require_GET
def learn(request: Request) -> HttpResponse:
    """Show where opportunities are won and lost, why, against whom, and whether that changes."""
    asked, today = Asked.read(request.GET), request.company.today()
    rows = ends.outcomes(asked, request.user, today)
    shown = asked.playbook or steps.busiest(request.user)
    of_steps = replace(asked, playbook=shown)
    context: dict[str, Any] = {
        "asked": asked,
        "lines": steps.lines(of_steps, request.user, today) if shown else [],
        "shown_name": Playbook.objects.filter(pk=shown or 0).values_list("name", flat=True).first(),
        "fates": fates(),
        "reasons": ends.reasons(rows),
        "rivals": ends.rivals(rows),
        "quarters": quarters(request, asked),
        "since": asked.since(today),
        "currency": request.company.currency,
    }
    return render(request, "forecasts/learn.html", context | menus(request, asked, words()))


def quarters(request: Request, asked: Asked) -> list[ends.Quarter]:
    """Return the last quarters; none where nothing has ended in any of them."""
    names = [month_name(n) for n in range(1, 13)]
    found = ends.quarters(asked, request.user, request.company, names)
    return found if any(each.share.cases for each in found) else []


def fates() -> list[tuple[str, str]]:
    """Return the words for what became of those that came to a step, in the bar's order."""
    return [
        ("won", _("reached")),
        ("open", _("there now")),
        ("no_decision", _("no decision")),
        ("stopped", _("stopped by us")),
        ("no", _("client said no")),
    ]


def words() -> dict[str, str]:
    """Return the words of the menus, in the person's language."""
    spans = {"1 years": _("The last year"), "2 years": _("The last 2 years"), "4 years": _("The last 4 years")}
    return spans | {"always": _("All of it"), "everything": _("All I see"), "all playbooks": _("All playbooks")}


@require_GET
def steps_csv(request: Request) -> HttpResponseBase:
    """Return the steps as CSV."""
    return _export(request, "steps", *_steps(request, Asked.read(request.GET)))


@require_GET
def reasons_csv(request: Request) -> HttpResponseBase:
    """Return the reasons as CSV."""
    return _export(request, "reasons", *_reasons(request, Asked.read(request.GET)))


@require_GET
def quarters_csv(request: Request) -> HttpResponseBase:
    """Return the quarters as CSV."""
    return _export(request, "quarters", *_quarters(request, Asked.read(request.GET)))


def _export(request: Request, what: str, columns: list[Column], rows: list[list[Any]]) -> HttpResponseBase:
    name = f"learn-{what}-{request.company.today().isoformat()}"
    return answer("csv", name, columns, rows, decimals=exponent(request.company.currency))


def _steps(request: Request, asked: Asked) -> tuple[list[Column], list[list[Any]]]:
    heads = [
        _("Step"),
        _("Came"),
        _("Reached"),
        _("Client said no"),
        _("No decision"),
        _("Stopped by us"),
        _("There now"),
    ]
    columns = [Column(head) for head in [*heads, _("Share"), _("Low (10 %)"), _("High (90 %)"), _("Days, middle")]]
    shown = asked.playbook or steps.busiest(request.user)
    found = steps.lines(replace(asked, playbook=shown), request.user, request.company.today()) if shown else []
    kinds = ("won", "no", "no_decision", "stopped", "open")
    return columns, [
        [
            line.step.name,
            line.came,
            *(line.counts[kind] for kind in kinds),
            *(round(value, 4) for value in (line.share.mean, line.share.low, line.share.high)),
            line.days[0] if line.days else None,
        ]
        for line in found
    ]


def _reasons(request: Request, asked: Asked) -> tuple[list[Column], list[list[Any]]]:
    currency = request.company.currency
    columns = [Column(_("Outcome")), Column(_("Reason"), width=36), Column(_("Times"), "number")]
    rows = ends.reasons(ends.outcomes(asked, request.user, request.company.today()))
    return [*columns, Column(f"{_('Value')} ({currency})", "money")], [
        [label, why.text, why.count, None if why.value_minor is None else to_major(int(why.value_minor), currency)]
        for _kind, label, _whole, whys in rows
        for why in whys
    ]


def _quarters(request: Request, asked: Asked) -> tuple[list[Column], list[list[Any]]]:
    heads = [_("Quarter"), _("Won"), _("Lost"), _("No decision"), _("Stopped by us"), _("Share won")]
    return [Column(head) for head in heads], [
        [each.name, *each.counts.values(), round(each.share.mean, 4)] for each in quarters(request, asked)
    ]
