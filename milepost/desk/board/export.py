"""Take what is on the screen along: every row of the filter, in its order, as CSV or Excel."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.buyers.models import KeptWarning
from milepost.buyers.models.kept import in_words
from milepost.desk import at_source
from milepost.desk.board.asked import Asked
from milepost.desk.board.known import Known
from milepost.desk.board.query import Board
from milepost.opportunities.models import Category, Standing, Step
from milepost.team.money import exponent, to_major
from milepost.team.request import Request
from milepost.web.sheet import Column, answer
from milepost.web.templatetags.milepost import seal_words
from milepost.web.turns import chunks

READ_AT_ONCE = 2_000


@require_GET
def as_csv(request: Request) -> HttpResponseBase:
    """Return the Board as CSV."""
    return _export(request, "csv")


@require_GET
def as_xlsx(request: Request) -> HttpResponseBase:
    """Return the Board as an Excel sheet."""
    return _export(request, "xlsx")


def _export(request: Request, kind: str) -> HttpResponseBase:
    known = Known(request.user, request.company)
    board = Board(Asked.read(request.GET, known), known)
    rows = board.in_order.defer("beads").iterator(chunk_size=READ_AT_ONCE)
    warned = KeptWarning.of_all(board.rows.values("pk"))
    name, decimals = f"board-{known.today.isoformat()}", exponent(known.company.currency)
    return answer(kind, name, columns(known), _rows(rows, known, warned), decimals=decimals)


def columns(known: Known) -> list[Column]:
    """Return the columns of an export of open opportunities."""
    money = f"({known.company.currency})"
    return [
        Column(_("Opportunity"), width=36),
        Column(_("Account"), width=26),
        Column(_("Territory")),
        Column(_("Coordinator"), width=20),
        Column(_("Salesperson"), width=20),
        Column(_("Playbook"), width=18),
        Column(_("Started on"), "day"),
        Column(f"{_('Value')} {money}", "money"),
        Column(_("Step"), width=22),
        Column(_("Step number"), "number"),
        Column(_("Steps"), "number"),
        Column(_("State")),
        Column(_("Days in step"), "number"),
        Column(_("Usual days"), "number"),
        Column(_("Next date"), "day"),
        Column(_("Win chance"), "share"),
        Column(_("10 % limit"), "share"),
        Column(_("90 % limit"), "share"),
        Column(f"{_('Expected value')} {money}", "money"),
        Column(_("Close, early"), "day"),
        Column(_("Close, middle"), "day"),
        Column(_("Close, late"), "day"),
        Column(_("Category")),
        Column(_("Model’s category")),
        Column(_("Warnings"), width=40),
        Column(_("Shared plan"), width=30),
        at_source.column(),
    ]


def _rows(rows: Iterator[Standing], known: Known, warned: dict[int, list[str]]) -> Iterator[list[Any]]:
    for some in chunks(rows, READ_AT_ONCE):
        ids = at_source.ids_at_source("opportunity", [row.pk for row in some])
        for row in some:
            yield [*_row(row, known, warned), ids.get(row.pk, "")]


def _row(row: Standing, known: Known, warned: dict[int, list[str]]) -> list[Any]:
    people, currency = known.people, known.company.currency
    return [
        row.name,
        row.account_name,
        known.territories[row.territory_id].name,
        people[row.coordinator_id].name if row.coordinator_id else "",
        people[row.salesperson_id].name if row.salesperson_id else "",
        known.playbooks[row.playbook_id],
        row.started_on,
        None if row.value_minor is None else to_major(row.value_minor, currency),
        row.step_name,
        row.step_number,
        row.step_count,
        _state(row),
        None if row.entered_on is None else max(0, ((row.as_of or known.today) - row.entered_on).days),
        row.usual_days,
        _next(row, known),
        round(row.win, 4),
        round(row.win_low, 4),
        round(row.win_high, 4),
        None if row.expected_minor is None else to_major(row.expected_minor, currency),
        row.close_low,
        row.close_on,
        row.close_high,
        str(Category(row.category).label),
        str(Category(row.model_category).label),
        in_words(warned.get(row.pk, [])),
        seal_words(row.seal, row.seal_version) if row.seal else "",
    ]


def _state(row: Standing) -> str:
    return _("all reached") if row.step_state == "done" else str(Step.State(row.step_state).label)


def _next(row: Standing, known: Known) -> datetime.date | None:
    return row.next_at.astimezone(known.company.zone).date() if row.next_at else None
