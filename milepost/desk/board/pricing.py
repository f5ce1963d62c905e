"""Fill in the list prices of many opportunities: see what will happen, do it, and take it back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from milepost.desk.board.back import job_of, take_back
from milepost.desk.board.edit import board_of
from milepost.desk.board.reassign import chosen, with_a_choice
from milepost.desk.models import Pricing, movable
from milepost.opportunities.pricing import by_offer, sums_of
from milepost.team.request import Request
from milepost.web.doors import find


@with_a_choice
def ask(request: Request) -> HttpResponse:
    """Show how many of the chosen get which price; with none chosen, those of the whole filter."""
    ids = chosen(request)
    ours = list(movable(ids, request.user))
    offers = by_offer(ours)
    count = sum(n for *_rest, n in offers)
    context: dict[str, Any] = {
        "ids": ",".join(map(str, ours)),
        "offers": [(name, price, currency, n, price * n) for name, price, currency, n in offers],
        "sums": list(sums_of(offers).items()),
        "count": count,
        "left_out": len(ids) - count,
        "back": board_of(request),
    }
    return render(request, "desk/board_price.html", context)


@with_a_choice
def do(request: Request) -> HttpResponse:
    """Fill them in."""
    done = Pricing.make(chosen(request), by=request.user)
    return redirect("desk:priced", pk=done.pk)


@require_GET
def priced(request: Request, pk: int) -> HttpResponse:
    """Show what was done, with the way back."""
    done = find(Pricing.objects.visible_to(request.user), pk=pk)
    return render(request, "desk/board_priced.html", {"done": done, "job": job_of(done)})


@require_POST
def undo(request: Request, pk: int) -> HttpResponse:
    """Take the prices back where nobody has looked closer since."""
    done = find(Pricing.objects.visible_to(request.user), pk=pk)
    take_back(done, by=request.user)
    return redirect("desk:priced", pk=pk)
