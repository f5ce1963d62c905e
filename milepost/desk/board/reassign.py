"""Give many opportunities to one person: choose, see what will happen, do it, and take it back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.desk.board.asked import Asked
from milepost.desk.board.back import job_of, take_back
from milepost.desk.board.edit import board_of
from milepost.desk.board.known import Known
from milepost.desk.board.query import Board
from milepost.desk.models import Reassignment, movable
from milepost.opportunities.models import Standing
from milepost.team.models import Person
from milepost.team.request import Request
from milepost.web.doors import find

MOST = 20_000
SHOWN = 12


class ReassignForm(forms.Form):
    """Who gets them, as what."""

    role = forms.ChoiceField(
        label=gettext_lazy("As their"),
        choices=Reassignment.For.choices,
        widget=forms.RadioSelect,
        initial=Reassignment.For.COORDINATOR,
    )
    person = forms.ModelChoiceField(
        Person.objects.working(), label=gettext_lazy("New person"), empty_label=gettext_lazy("Choose")
    )


def with_a_choice(view: Callable[[Request], HttpResponse]) -> Callable[[Request], HttpResponse]:
    """Let a view have what was chosen on the Board; whoever comes by its address alone is led there to choose."""

    @wraps(view)
    def asked(request: Request) -> HttpResponse:
        return view(request) if request.method == "POST" else redirect("desk:board")

    return require_http_methods(["GET", "HEAD", "POST"])(asked)


@with_a_choice
def reassign(request: Request) -> HttpResponse:
    """Ask who gets the chosen opportunities; with none chosen, those of the whole filter."""
    return _ask(request, ReassignForm(), chosen(request))


@with_a_choice
def do(request: Request) -> HttpResponse:
    """Give the chosen opportunities to the person."""
    ids = chosen(request)
    form = ReassignForm(request.POST)
    if not ids or not form.is_valid():
        return _ask(request, form, ids)
    done = Reassignment.make(ids, by=request.user, **form.cleaned_data)
    return redirect("desk:reassigned", pk=done.pk)


@require_GET
def reassigned(request: Request, pk: int) -> HttpResponse:
    """Show what was done, with the way back."""
    done = find(Reassignment.objects.visible_to(request.user).select_related("person"), pk=pk)
    return render(request, "desk/board_reassigned.html", {"done": done, "job": job_of(done)})


@require_POST
def undo(request: Request, pk: int) -> HttpResponse:
    """Give the opportunities back to whom they had, where nothing newer stands on it."""
    done = find(Reassignment.objects.visible_to(request.user), pk=pk)
    take_back(done, by=request.user)
    return redirect("desk:reassigned", pk=pk)


def chosen(request: Request) -> list[int]:
    """Return the ids that were sent, or those of the filter that was sent; each may still be refused."""
    texts = [text for given in request.POST.getlist("ids") for text in given.split(",")]
    ids = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]
    if ids or "query" not in request.POST:
        return list(dict.fromkeys(ids))[:MOST]
    known = Known(request.user, request.company)
    asked = Asked.read_query(request.POST["query"], known)
    return list(Board(asked, known).rows.values_list("pk", flat=True)[:MOST])


def _ask(request: Request, form: ReassignForm, ids: list[int]) -> HttpResponse:
    ours = movable(ids, request.user)
    seen = Standing.objects.visible_to(request.user).filter(pk__in=list(ours)[:SHOWN]).order_by("name_key")
    context: dict[str, Any] = {
        "form": form,
        "count": len(ours),
        "ids": ",".join(map(str, ours)),
        "refused": len(ids) - len(ours),
        "some": list(seen),
        "others": max(0, len(ours) - SHOWN),
        "back": board_of(request),
    }
    return render(request, "desk/board_reassign.html", context, status=422 if form.errors else 200)
