"""The outbox: every letter Milepost wrote, what became of it, and sending again."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from milepost.team.request import Request
from milepost.team.views.people import administrator
from milepost.web import post
from milepost.web.history import record
from milepost.web.models import Letter
from milepost.web.text import number

PAGE = 50
MOST_AT_ONCE = 200
STATES = {"": lazy("All"), "waiting": lazy("Waiting"), "failed": lazy("Failed"), "sent": lazy("Sent")}


@require_GET
def outbox(request: Request) -> HttpResponse:
    """List letters, newest first."""
    administrator(request)
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    letters, more = _page(_in_state(state), number(request.GET.get("after", "")))
    context = {
        "state": state,
        "states": STATES.items(),
        "letters": letters,
        "more": more,
        "is_mailed": post.is_configured(),
        "waiting": _in_state("waiting").count(),
    }
    return render(request, "desk/mail/outbox.html", context)


def _in_state(state: str) -> QuerySet[Letter]:
    if state == "sent":
        return Letter.objects.exclude(sent_at=None)
    unsent = Letter.objects.filter(sent_at=None)
    return {"waiting": unsent.filter(error=""), "failed": unsent.exclude(error="")}.get(state, Letter.objects.all())


def _page(letters: QuerySet[Letter], after: int | None) -> tuple[list[Letter], int | None]:
    """Return the letters older than the one numbered `after`, and the number the next page begins after."""
    rows = letters.filter(pk__lt=after) if after is not None else letters
    # What they say is for the page of each: a list of fifty need not read it.
    found = list(rows.defer("text").order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


@never_cache
@require_GET
def letter(request: Request, pk: int) -> HttpResponse:
    """Show what a letter says; that somebody read a code or a personal link is kept."""
    administrator(request)
    one = get_object_or_404(Letter, pk=pk)
    if one.confidential and one.text:
        record(one, "confidential letter read", by=request.user, part=one.address)
    return render(request, "desk/mail/letter.html", {"letter": one, "is_mailed": post.is_configured()})


@require_POST
def send_again(request: Request, pk: int) -> HttpResponse:
    """Send a letter that waits or failed."""
    administrator(request)
    one = get_object_or_404(Letter, pk=pk)
    if one.sent_at is not None:
        messages.error(request, _("It has been sent meanwhile."))
    elif not post.is_configured():
        messages.error(request, _("No mail server is set up."))
    else:
        post.send_later(one, by=request.user)
        messages.success(request, _("It is sent in a moment."))
    return redirect("desk:letter", pk=pk)


@require_POST
def send_waiting(request: Request) -> HttpResponse:
    """Send what waited for a mail server, oldest first."""
    administrator(request)
    if not post.is_configured():
        messages.error(request, _("No mail server is set up."))
        return redirect("desk:outbox")
    rows = list(_in_state("waiting").order_by("pk")[:MOST_AT_ONCE])
    for one in rows:
        post.send_later(one, by=request.user)
    told = ngettext("%(n)s letter is sent in a moment.", "%(n)s letters are sent in a moment.", len(rows))
    messages.success(request, told % {"n": len(rows)})
    return redirect("desk:outbox")
