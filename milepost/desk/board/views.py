"""The Board's page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from milepost.desk.board.asked import Asked
from milepost.desk.board.known import Known
from milepost.desk.board.query import Board
from milepost.desk.board.show import WITH_SUMS, around, rows_of, totals_of
from milepost.team.request import Request


@require_GET
def board(request: Request) -> HttpResponse:
    """Show how every open opportunity stands; for htmx, only the rows behind a place."""
    known = Known(request.user, request.company)
    shown = Board(Asked.read(request.GET, known), known, briefly="sums" not in request.GET)
    context = rows_of(shown)
    if request.htmx and shown.asked.after is not None:
        response = render(request, "desk/_board_rows.html", context)
    else:
        response = render(request, "desk/board.html", context | around(shown))
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_GET
def totals(request: Request) -> HttpResponse:
    """Show the sums of a very large Board, and of the groups whose heads its page shows."""
    known = Known(request.user, request.company)
    asked = Asked.read_query(request.GET.get("of", ""), known)
    if not request.htmx:
        return redirect(f"{reverse('desk:board')}{asked.link(**WITH_SUMS)}")
    shown = Board(asked, known)
    heads = [key for key in request.GET.get("heads", "").split(",") if key in shown.totals.by_group]
    return render(request, "desk/_board_sums.html", totals_of(shown, heads) | {"currency": request.company.currency})
