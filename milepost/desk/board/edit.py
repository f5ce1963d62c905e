"""Change a line where it is read: its category, and the date of its next appointment."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from milepost.desk.board.asked import Asked
from milepost.desk.board.forms import CategoryForm, NextForm, RowForm
from milepost.desk.board.known import Known
from milepost.desk.board.line import Line, lines
from milepost.desk.board.query import Board
from milepost.desk.board.show import line_of, totals_of
from milepost.opportunities.models import Opportunity, Standing
from milepost.opportunities.permissions import may_report
from milepost.opportunities.rows import gates_in_the_way
from milepost.opportunities.views.parts import outcome_of
from milepost.team.request import Request
from milepost.web.doors import GoneMeanwhile, find, must
from milepost.web.words import day, local


@require_http_methods(["GET", "POST"])
def category(request: Request, pk: int) -> HttpResponse:
    """Keep the person's own category of an opportunity."""
    return _edit(request, pk, CategoryForm)


@require_http_methods(["GET", "POST"])
def next_date(request: Request, pk: int) -> HttpResponse:
    """Book the appointment of the current step, or move it; behind a shut gate there is none to book."""
    row = _find(request, pk)
    gate = gates_in_the_way(row.beads).get(row.step_id or 0)
    if request.method == "GET" and gate and row.step_state in ("planned", "scheduled"):
        messages.info(request, _("No date yet: “%(gate)s” comes first.") % {"gate": gate})
        return _leave_for(request, reverse("gates:gates", args=[pk]))
    return _edit(request, pk, NextForm)


def _leave_for(request: Request, address: str) -> HttpResponse:
    """Lead to another page, from a row that htmx asked for as well."""
    return HttpResponse(headers={"HX-Redirect": address}) if request.htmx else redirect(address)


@require_GET
def row(request: Request, pk: int) -> HttpResponse:
    """Show one line as it stands: what a row returns to when its form is put away."""
    line = _line(request, _find(request, pk), focus=request.GET.get("from", ""))
    if not request.htmx:
        return redirect(f"{board_of(request)}#row-{pk}")
    return render(request, "desk/_board_lines.html", line_of(line))


def board_of(request: Request) -> str:
    """Return the address of the Board as the person sees it: its own, carried in the form, or before this page."""
    place = urlsplit(request.htmx.current_url or request.POST.get("next") or request.headers.get("Referer") or "")
    board = reverse("desk:board")
    return f"{board}?{place.query}" if place.path == board and place.query else board


def _find(request: Request, pk: int) -> Standing:
    """Return the row of an open opportunity; raises GoneMeanwhile when it has ended."""
    row = Standing.objects.visible_to(request.user).select_related("opportunity").filter(pk=pk).first()
    if row is None:
        raise _ended(find(Opportunity.objects.visible_to(request.user), pk=pk))
    return row


def _ended(opportunity: Opportunity) -> Exception:
    outcome = outcome_of(opportunity)
    if outcome is None:
        return Http404()
    said = {"name": opportunity.name, "how": outcome, "who": outcome.by or _("Milepost"), "day": day(local(outcome.at))}
    told = _("“%(name)s” has ended: %(how)s. %(who)s entered it on %(day)s.") % said
    return GoneMeanwhile(told, to=reverse("opportunities:page", args=[opportunity.pk]), name=opportunity.name)


def _line(request: Request, standing: Standing, **more: Any) -> Line:
    line = lines([standing], Known(request.user, request.company))[0]
    for name, value in more.items():
        setattr(line, name, value)
    return line


def _edit(request: Request, pk: int, kind: type[RowForm]) -> HttpResponse:
    standing = _find(request, pk)
    may = may_report(request.user, standing.opportunity)
    must(may, _("Only the people who work on this opportunity may change it."))
    form = kind(request.POST or None, row=standing, person=request.user)
    if request.method == "POST" and form.is_valid() and form.keep():
        return _kept(request, pk, form)
    line = _line(request, standing, editing=form.name, form=form)
    context = line_of(line) | {"back": board_of(request)}
    page = "desk/_board_lines.html" if request.htmx else "desk/board_edit.html"
    return render(request, page, context, status=form.status)


def _kept(request: Request, pk: int, form: RowForm) -> HttpResponse:
    """Show the line anew, and the totals of the Board it stands on."""
    if not request.htmx:
        messages.success(request, form.said)
        return redirect(f"{board_of(request)}#row-{pk}")
    known = Known(request.user, request.company)
    asked = Asked.read_query(urlsplit(board_of(request)).query, known)
    board = Board(asked, known)
    now = _find(request, pk)
    line = _line(request, now, focus=form.name, gone=not board.rows.filter(pk=pk).exists())
    context = line_of(line) | totals_of(board, _heads(request, board, form.row, now))
    return render(request, "desk/_board_kept.html", context)


def _heads(request: Request, board: Board, *rows: Standing) -> list[str]:
    """Return the groups a row has left and come to, as far as the page shows their heads."""
    if board.group is None:
        return []
    shown = request.headers.get("Board-Groups", "").split(",")
    return [key for key in dict.fromkeys(board.group.of(row) for row in rows) if key in shown]
