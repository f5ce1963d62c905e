"""Say what becomes of a request in its row of the queue, without leaving the list."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from milepost.buyers.forms.requests import VerdictForm
from milepost.buyers.models import ClientRequest
from milepost.buyers.triage import draft, usual
from milepost.opportunities.permissions import may_move
from milepost.opportunities.views.parts import goes, today_of
from milepost.team.request import Request
from milepost.web.doors import find, must

RELATED = ("opportunity__account", "opportunity__salesperson", "asked_by", "owner")


@require_http_methods(["GET", "POST"])
def triage(request: Request, pk: int) -> HttpResponse:
    """Ask in the row what becomes of a request; once it is said, show the row with a reply to begin with."""
    row = _row(request, pk)
    must(row.may_say, _("Its coordinator says what becomes of a request."))
    if not request.htmx:
        return redirect("buyers:request", pk)
    if request.method == "GET" and "away" in request.GET:
        return render(request, "buyers/_request_row.html", {"row": row, "in_queue": True, "today": today_of(request)})
    what = usual(row.opportunity)
    first = {"verdict": what.verdict, "owner": row.opportunity.salesperson_id, "version": row.version}
    form = VerdictForm(request.POST or None, usual=what.verdict, initial=first, auto_id=f"id_{pk}_%s")
    if goes(form, lambda: form.say(row, by=request.user)):
        said = _row(request, pk)
        reply = draft(said, said.verdict, request.user)
        context = {"row": said, "in_queue": True, "reply": reply, "today": today_of(request)}
        return render(request, "buyers/_request_row.html", context)
    context = {"row": _row(request, pk), "form": form, "usual": what}
    return render(request, "buyers/_request_say.html", context, status=422 if form.errors else 200)


def _row(request: Request, pk: int) -> Any:
    row = find(ClientRequest.objects.visible_to(request.user).select_related(*RELATED), pk=pk)
    row.may_say = may_move(request.user, row.opportunity)
    return row
