"""The pack for the forecast call: periods, roll-up, calls, what decides, what changed; one page and one book."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.forecasts import calls, export, rollup_export
from milepost.forecasts.asked import Asked
from milepost.forecasts.models import Snapshot, SnapshotDay
from milepost.forecasts.page import Reading
from milepost.forecasts.portfolio import Row
from milepost.forecasts.rollup import WEEK, Rollup
from milepost.opportunities.models import Category, Opportunity
from milepost.team.money import exponent, to_major
from milepost.team.request import Request
from milepost.web.sheet import Column, Sheet, answer_book

MOST = 12


@dataclass(frozen=True)
class Changed:
    """An opportunity that looks different from a week ago: what changed, and how much of the period moves with it."""

    pk: int
    name: str
    what: str
    minor: int


@require_GET
def page(request: Request) -> HttpResponse:
    """Show the pack, made to be printed."""
    return render(request, "forecasts/pack.html", _read(request))


@require_GET
def as_xlsx(request: Request) -> HttpResponseBase:
    """Return the pack as an Excel book."""
    told, currency = _read(request), request.company.currency
    name = f"forecast-call-{told['rollup'].period.key}-{request.company.today().isoformat()}"
    return answer_book(name, list(_sheets(told, currency)), decimals=exponent(currency))


def _read(request: Request) -> dict[str, Any]:
    """Read everything in the pack: of one territory and all below it, or of all that the person sees."""
    asked = replace(Asked.read(request.GET), person=None, playbook=None)
    reading, rollup = Reading.of(request, asked), Rollup(request.user, request.company, asked)
    first = reading.first
    lines = calls.calls(reading.portfolio, first.period) if first else []
    since, changed = changes(reading, rollup)
    return {
        "asked": asked,
        "rollup": rollup,
        "views": reading.views,
        "first": first,
        "currency": request.company.currency,
        "today": request.company.today(),
        "calls": lines,
        "together": calls.together(reading.portfolio, first.period, lines) if first else None,
        "deciding": calls.deciding(reading.portfolio, first.period) if first else [],
        "changed": changed[:MOST],
        "since": since,
        "is_pack": True,
    }


def changes(reading: Reading, rollup: Rollup) -> tuple[datetime.date | None, list[Changed]]:
    """Return the day that is compared with, and what changed since in what closes in the period, the most first."""
    day = SnapshotDay.objects.filter(on__lte=rollup.today - WEEK).values_list("on", flat=True).first()
    if day is None:
        return None, []
    before = Snapshot.objects.on(day).open().visible_to(rollup.reader)
    if rollup.asked.territory is not None:
        before = before.filter(rollup.asked.condition("opportunity__"))
    was = {each.opportunity_id: each for each in before.select_related("opportunity")}
    now = {row.pk: row for row in reading.portfolio.rows}
    began = {pk for pk in now if pk not in was}
    found = [Changed(pk, now[pk].name, _("new"), now[pk].value_minor or 0) for pk in began if _closes(now[pk], rollup)]
    found += _ended(rollup, [each for pk, each in was.items() if pk not in now])
    for pk, each in was.items():
        if pk in now and (what := _differences(each, now[pk], rollup)):
            moved = _counted(now[pk], rollup) - (each.value_minor or 0 if _closes(each, rollup) else 0)
            found.append(Changed(pk, now[pk].name, ", ".join(what), moved))
    return day, sorted(found, key=lambda each: (-abs(each.minor), each.pk))


def _closes(look: Row | Snapshot, rollup: Rollup) -> bool:
    day = look.closes_on
    return day is not None and day in rollup.period


def _counted(row: Row, rollup: Rollup) -> int:
    return row.value_minor or 0 if _closes(row, rollup) else 0


def _ended(rollup: Rollup, gone: list[Snapshot]) -> Iterable[Changed]:
    """Yield those that have ended since, with how."""
    ids = [each.opportunity_id for each in gone]
    seen = Opportunity.objects.visible_to(rollup.reader).filter(pk__in=ids, outcomes__superseded_by=None)
    ends = dict(seen.values_list("pk", "outcomes__kind"))
    for each in gone:
        kind = ends.get(each.opportunity_id)
        if kind and (_closes(each, rollup) or kind == "won"):
            value = each.value_minor or 0
            said = str(Snapshot.State(kind).label)
            yield Changed(each.opportunity_id, each.opportunity.name, said, 0 if kind == "won" else -value)


def _differences(was: Snapshot, now: Row, rollup: Rollup) -> list[str]:
    """Say how what is called and counted of the period differs."""
    told = []
    inside, before = _closes(now, rollup), _closes(was, rollup)
    if before and not inside:
        told.append(_("pushed out"))
    elif inside and not before:
        told.append(_("pulled in"))
    if not (before or inside):
        return []
    if (was.value_minor or 0) != (now.value_minor or 0):
        told.append(_("value up") if (now.value_minor or 0) > (was.value_minor or 0) else _("value down"))
    if was.category != now.category:
        names = dict(Category.choices)
        said = {"was": names.get(was.category, was.category), "now": names.get(now.category, now.category)}
        told.append(_("%(was)s to %(now)s") % said)
    return told


def _sheets(told: dict[str, Any], currency: str) -> Iterable[Sheet]:
    yield Sheet(_("Periods"), export.columns(currency), [export.row(view, currency) for view in told["views"]])
    yield Sheet(_("Roll-up"), rollup_export.columns(currency), rollup_export.rows(told["rollup"]))
    heads = [_("People say"), _("Low (10 %)"), _("Middle"), _("High (90 %)"), _("Difference")]
    amounts = [Column(f"{head} ({currency})", "money") for head in heads]
    called = [_called(each, currency) for each in told["calls"]]
    yield Sheet(_("Calls"), [Column(_("Category")), Column(_("Deals"), "number"), *amounts], called)
    value = Column(f"{_('Value')} ({currency})", "money")
    decides = [
        [each.row.name, each.row.account, *_major(currency, each.row.value_minor or 0), each.chance, each.share]
        for each in told["deciding"]
    ]
    columns = [Column(_("Opportunity"), width=40), Column(_("Account"), width=30), value]
    columns += [Column(_("Won in it"), "share"), Column(_("Part in the luck"), "share")]
    yield Sheet(_("What decides"), columns, decides)
    moved = [[each.name, each.what, *_major(currency, each.minor)] for each in told["changed"]]
    columns = [Column(_("Opportunity"), width=40), Column(_("What changed"), width=40)]
    yield Sheet(_("Since last week"), [*columns, Column(f"{_('Open in the period')} ({currency})", "money")], moved)


def _called(call: calls.Call, currency: str) -> list[Any]:
    amounts = _major(currency, call.said_minor, *call.limits, call.difference_minor)
    return [str(dict(Category.choices)[call.category]), len(call.rows), *amounts]


def _major(currency: str, *minor: int) -> list[Any]:
    return [to_major(each, currency) for each in minor]
