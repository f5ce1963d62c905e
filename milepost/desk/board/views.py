"""The Board's page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from milepost.desk.board.asked import Asked
from milepost.desk.board.known import Known
from milepost.desk.board.query import Board
from milepost.desk.board.show import around, rows_of
from milepost.team.request import Request


@require_GET
def board(request: Request) -> HttpResponse:
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
