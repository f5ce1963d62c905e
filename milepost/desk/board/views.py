"""The Board's page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from milepost.desk.board import menus
from milepost.desk.board.asked import Asked
from milepost.desk.board.known import Known
from milepost.desk.board.line import lines
from milepost.desk.board.query import Board


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Show how every open opportunity stands; for htmx, only the rows behind a place."""
    known = Known(request.user, request.company)
    shown = Board(Asked.read(request.GET, known), known)
    context = rows_of(shown)
    if request.htmx and shown.asked.after is not None:
        response = render(request, "desk/_board_rows.html", context)
    else:
        response = render(request, "desk/board.html", context | around(shown))
    patch_vary_headers(response, ["HX-Request"])
    return response


def rows_of(board: Board) -> dict[str, Any]:
    """Return what the rows of a page need to be drawn."""
    by_pk = {line.pk: line for line in lines(board.page.rows, board.known)}
    sections = [
        {
            "section": section,
            "expected": board.cells.expected(section.key) if section.begins and board.group else None,
            "lines": [by_pk[row.pk] for row in section.rows],
            "toggle": _toggle(board.asked, section.key),
        }
        for section in board.page.sections
    ]
    return {
        "board": board,
        "currency": board.known.company.currency,
        "sections": sections,
        "next": board.asked.link(after=board.page.next) if board.page.next else "",
    }


def around(board: Board) -> dict[str, Any]:
    """Return what stands above the rows: totals, filters, groups and orders."""
    asked, known = board.asked, board.known
    return {
        "asked": asked,
        "total": board.total,
        "expected": board.expected,
        "chips": menus.chips(asked, known),
        "menus": menus.menus(asked, known),
        "flags": menus.flags(asked),
        "more": menus.more(asked, known),
        "kept": menus.kept(asked, "q", "min_value", "closes_before"),
        "groups": menus.groups(asked),
        "orders": menus.orders(asked),
    }


def _toggle(asked: Asked, key: str) -> str:
    """Return the link that shuts an open group, or opens a shut one."""
    shut = [k for k in asked.shut if k != key] if key in asked.shut else [*asked.shut, key]
    return asked.link(shut=",".join(shut) or None)
