"""The page of one account."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from milepost.accounts.listing import RELATED
from milepost.accounts.models import Account
from milepost.accounts.moved import Moved, account_at, account_or_moved
from milepost.accounts.permissions import may_edit, may_merge
from milepost.desk.account.ended import ended
from milepost.desk.account.forms import NoteForm, TaskForm
from milepost.desk.board.known import Known
from milepost.desk.board.totals import ALL, Totals
from milepost.opportunities.models import Note, Opportunity, Standing, Task
from milepost.opportunities.permissions import may_begin
from milepost.team.models import Person
from milepost.team.request import Request
from milepost.web.doors import must
from milepost.web.history_words import tell
from milepost.web.models import Change
from milepost.web.text import number
from milepost.web.words import interval

MOST_OPEN = 100
MOST_TASKS = 50
MOST_NOTES = 20
PAGE = 40


@require_GET
@vary_on_headers("HX-Request")
def page(request: Request, pk: int) -> HttpResponse:
    """Show how we stand with one account; one that was merged away leads to where it went."""
    account = find_account(request, pk)
    after = request.GET.get("after", "")
    if request.htmx and after:
        rows, following, _tally = ended(theirs(request, account), after)
        return render(request, "desk/account/_ended.html", {"account": account, "ended": rows, "next": following})
    return render(request, "desk/account/page.html", everything(request, account))


def find_account(request: Request, pk: int) -> Account:
    """Return an account that the person may see; one that was merged away leads to where it went."""
    return account_at(request.user, pk, related=RELATED)


def theirs(request: Request, account: Account) -> Any:
    """Return the account's opportunities that the person sees."""
    return Opportunity.objects.visible_to(request.user).filter(account=account)


def everything(request: Request, account: Account) -> dict[str, Any]:
    """Return what the page shows."""
    rows, following, tally = ended(theirs(request, account), request.GET.get("after", ""))
    contacts = list(account.contacts.order_by("left_on", "name_key", "pk"))
    return {
        **head(request, account),
        "tally": tally,
        **standings(request, account),
        "ended": rows,
        "next": following,
        "present": [contact for contact in contacts if contact.left_on is None],
        "gone": [contact for contact in contacts if contact.left_on is not None],
        "children": Account.objects.visible_to(request.user).filter(parent=account).order_by("name_key")[:50],
        **written(account),
    }


def head(request: Request, account: Account) -> dict[str, Any]:
    """Return what stands above every tab of the account."""
    parent = account.parent
    return {
        "account": account,
        "parent": parent if parent is not None and parent.is_seen_by(request.user) else None,
        "may_edit": may_edit(request.user, account),
        "may_merge": may_merge(request.user, account),
        "may_begin": may_begin(request.user, account.territory_id),
    }


def standings(request: Request, account: Account) -> dict[str, Any]:
    """Return the open opportunities, dearest first, and what they come to, as the Board reckons it."""
    known = Known(request.user, request.company)
    rows = Standing.objects.visible_to(request.user).filter(account=account)
    shown = list(rows.order_by("-expected_key", "-opportunity_id")[:MOST_OPEN])
    totals = Totals(rows, None, known)
    expected = totals.expected()[ALL] if totals.all.valued else None
    return {
        "today": known.today,
        "open": [open_row(row, known.today) for row in shown],
        "sums": totals.all,
        "expected": expected,
        "spread": expected.limits(known.company.currency) if expected else (),
    }


def open_row(row: Standing, today: datetime.date) -> dict[str, Any]:
    """Return an open opportunity with what its line needs to be drawn."""
    clock = row.as_of or today
    days = max(0, (clock - row.entered_on).days) if row.entered_on else None
    return {"row": row, "days": days, "over": row.over_from <= clock, "interval": interval(row.win_low, row.win_high)}


def written(account: Account) -> dict[str, Any]:
    """Return the account's own tasks, open ones first, and its notes."""
    tasks = Task.objects.filter(account=account, opportunity=None).select_related("owner")
    notes = Note.objects.filter(account=account, opportunity=None).select_related("by", "contact")
    return {"tasks": tasks.filter(done_at=None).order_by("due_on", "pk")[:MOST_TASKS], "notes": notes[:MOST_NOTES]}


@require_http_methods(["GET", "POST"])
def add_task(request: Request, pk: int) -> HttpResponse:
    """Write down a task for the account."""
    account, moved = to_write_to(request, pk)
    must(may_edit(request.user, account), _("Tasks are added by the people of the account’s territory."))
    form = TaskForm(request.POST or None, prefix="task")
    if kept(form, account, moved, by=request.user):
        messages.success(request, _("The task is on the list."))
        return redirect("desk:account", pk)
    return write(request, account, form, _("Add a task"), moved)


@require_http_methods(["GET", "POST"])
def add_note(request: Request, pk: int) -> HttpResponse:
    """Keep a note about the account."""
    account, moved = to_write_to(request, pk)
    must(may_edit(request.user, account), _("Notes are written by the people of the account’s territory."))
    form = NoteForm(request.POST or None, prefix="note", account=account)
    if kept(form, account, moved, by=request.user):
        messages.success(request, _("Kept."))
        return redirect("desk:account", pk)
    return write(request, account, form, _("Add a note"), moved)


def to_write_to(request: Request, pk: int) -> tuple[Account, Moved | None]:
    """Return the account that something is written down about, or the one it went into while it was typed."""
    account, moved = account_or_moved(request.user, pk, related=RELATED)
    if moved is not None and (request.method == "GET" or not may_edit(request.user, account)):
        raise moved.away()
    return account, moved


def kept(form: Any, account: Account, moved: Moved | None, *, by: Person) -> bool:
    """Keep what was sent and is right, at the account it was meant for."""
    if moved is not None:
        moved.tell(form)
    if not form.is_bound or not form.is_valid():
        return False
    try:
        form.keep(account, by=by)
    except ValueError as error:
        form.add_error(None, str(error))
    return not form.errors


def write(request: Request, account: Account, form: Any, title: str, moved: Moved | None) -> HttpResponse:
    """Show a form in its place on the account's page, or as a page of its own where there are no scripts."""
    template = "desk/account/_write.html" if request.htmx else "desk/account/write.html"
    there = reverse(f"desk:{form.address}", args=[account.pk])
    context = {"account": account, "form": form, "title": title, "there": there, "moved": moved}
    return render(request, template, context, status=409 if moved else 422 if form.errors else 200)


@require_GET
def history(request: Request, pk: int) -> HttpResponse:
    """Show who changed what at the account and its contacts, newest first."""
    account = find_account(request, pk)
    merges = list(account.merges.filter(undone_at=None).select_related("gone", "by"))
    people = list(account.contacts.values_list("pk", flat=True))
    ids = [pk, *(merge.gone_id for merge in merges)]
    about = Q(subject_kind="account", subject_id__in=ids) | Q(subject_kind="contact", subject_id__in=people)
    changes = Change.objects.filter(about).select_related("by", "on_behalf_of").order_by("-pk")
    before = number(request.GET.get("before", ""))
    if before is not None:
        changes = changes.filter(pk__lt=before)
    found = list(changes[: PAGE + 1])
    more = found[PAGE - 1].pk if len(found) > PAGE else None
    context = {
        **head(request, account),
        "tab": "history",
        "changes": tell(found[:PAGE]),
        "more": more,
        "merges": merges,
    }
    return render(request, "desk/account/history.html", context)
