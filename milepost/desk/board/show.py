"""What the Board's templates are given."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from milepost.desk.board import menus
from milepost.desk.board.asked import Asked
from milepost.desk.board.drawing import Drawing
from milepost.desk.board.line import Line, lines
from milepost.desk.board.query import Board, Section
from milepost.desk.board.sorts import SORTS, is_descending
from milepost.desk.board.totals import ALL, Expected, Sums
from milepost.opportunities.models import Opportunity
from milepost.opportunities.permissions import MOVERS, may_begin
from milepost.web.words import money_short

MANY_ALIKE = 20
WITH_SUMS = {"sums": "1"}
"""What an address says of a Board that is to be added up at once, however many there are."""


def rows_of(board: Board) -> dict[str, Any]:
    """Return what the rows of a page need."""
    by_pk = {line.pk: line for line in drawn(lines(board.page.rows, board.known))}
    parts = [_part(board, section, by_pk) for section in board.page.sections]
    return {
        "grouped": board.group is not None,
        "currency": board.known.company.currency,
        "parts": parts,
        "follows": _follows(board),
        "next": board.asked.link(after=board.page.next) if board.page.next else "",
    }


def around(board: Board) -> dict[str, Any]:
    """Return what stands around the rows: totals, views, filters, groups and orders."""
    asked, known = board.asked, board.known
    views = menus.views(asked, known)
    here = next((view.label for view in views if view.is_here), "")
    return {
        "views": views,
        "view": here,
        "view_name": here or _("All open"),
        "save_query": urlencode({"query": asked.query(shut=None)}),
        "may_begin": may_begin(known.person),
        "may_reassign": known.person.sight.holds(*MOVERS),
        "asked": asked,
        "total": board.totals.all,
        **_expected(board, board.expected.get(ALL)),
        "with_sums": asked.link(**WITH_SUMS),
        "chips": menus.chips(asked, known),
        "menus": menus.menus(asked, known),
        "flags": menus.flags(asked),
        "more": menus.more(asked, known),
        "kept": menus.kept(asked, "q", "min_value", "closes_before"),
        "groups": menus.groups(asked),
        "orders": menus.orders(asked),
        "heads": menus.heads(asked),
        "is_descending": is_descending(asked.sort),
        "alike": alike(board),
    }


def _expected(board: Board, expected: Expected | None) -> dict[str, Any]:
    """Return what is expected of the whole filter; nothing where that is still to follow."""
    return {"expected": expected, "spread": expected.limits(board.known.company.currency) if expected else ()}


def _follows(board: Board) -> str:
    """Return the address of the sums that this page is still to show, "" where it has them."""
    if not board.is_brief:
        return ""
    heads = ",".join(section.key for section in board.page.sections if section.begins)
    return f"{reverse('desk:board_totals')}?{urlencode({'of': board.asked.query(), 'heads': heads})}"


def alike(board: Board) -> dict[str, Any] | None:
    """Say how many rows of a group stand in no order, as where no value is known, and lead to one that tells more."""
    name = board.asked.sort.removeprefix("-")
    if name not in ("expected", "value"):
        return None
    for section in board.page.sections:
        keys = {getattr(row, SORTS[name].column) for row in section.rows}
        if len(section.rows) >= MANY_ALIKE and len(keys) == 1:
            return {"n": len(section.rows), "order": SORTS[name].label, "link": board.asked.link(sort="loss")}
    return None


def drawn(some: list[Line]) -> list[Line]:
    """Draw the cells of these lines."""
    if some:
        drawing = Drawing(some[0].known.company.currency, without_rate(some))
        for line in some:
            line.cells = drawing.cells(line)
    return some


def without_rate(some: list[Line]) -> dict[int, str]:
    """Return the amounts, in their own currency, of those that no rate brings into the company's."""
    unknown = [line.pk for line in some if line.row.value_minor is None]
    if not unknown:
        return {}
    known = Opportunity.objects.filter(pk__in=unknown, value_minor__isnull=False, company_value_minor=None)
    amounts = known.order_by().values_list("pk", "value_minor", "currency")
    return {pk: money_short(minor, currency) for pk, minor, currency in amounts if minor is not None}


def line_of(line: Line) -> dict[str, Any]:
    """Return what one line alone needs."""
    return {"line": line, "lines": drawn([line]), "currency": line.known.company.currency}


def totals_of(board: Board, keys: list[str]) -> dict[str, Any]:
    """Return the totals of a Board, and the heads of some of its groups."""
    expected = board.totals.expected(keys)
    sections = [Section(key, board.groups.get(key, ""), board.totals.by_group.get(key, Sums())) for key in keys]
    return {
        "total": board.totals.all,
        **_expected(board, expected[ALL]),
        "heads": [_head(board, section, expected[section.key]) for section in sections] if board.group else [],
    }


def _part(board: Board, section: Section, by_pk: dict[int, Line]) -> dict[str, Any]:
    head = _head(board, section, board.expected.get(section.key))
    shown = (by_pk[row.pk] for row in section.rows)
    rows = "".join(f"{line.opening}\n{line.cells}\n</tr>" for line in shown)
    return {**head, "rows": mark_safe(rows)}  # noqa: S308 - the drawing has escaped every text


def _head(board: Board, section: Section, expected: Expected | None) -> dict[str, Any]:
    spread = expected.spread(board.known.company.currency) if expected else ()
    return {"section": section, "expected": expected, "spread": spread, "toggle": _toggle(board.asked, section.key)}


def _toggle(asked: Asked, key: str) -> str:
    """Return the link that shuts an open group, or opens a shut one."""
    shut = [k for k in asked.shut if k != key] if key in asked.shut else [*asked.shut, key]
    return asked.link(shut=",".join(shut) or None)
