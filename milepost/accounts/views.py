"""Accounts and their contacts: add, edit. The list and the page of one account are `desk`'s."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.accounts.forms import AccountForm, ContactForm
from milepost.accounts.listing import Filters
from milepost.accounts.models import Account, Contact
from milepost.accounts.moved import Moved, account_or_moved, carried_over
from milepost.accounts.permissions import may_add, may_edit
from milepost.accounts.twins import twins
from milepost.team.request import Request
from milepost.web.doors import find, must
from milepost.web.text import name_key, number

get_or_post = require_http_methods(["GET", "POST"])


@get_or_post
def new(request: Request) -> HttpResponse:
    """Add an account; one that may be here already is pointed out first."""
    must(may_add(request.user), _("Accounts are added by those who sell or coordinate."))
    form = AccountForm(request.POST or None, person=request.user, initial={"name": request.GET.get("name", "")})
    if request.method == "POST" and form.is_valid() and form.is_another():
        account = form.create(by=request.user)
        messages.success(request, _("“%(name)s” is in your accounts now.") % {"name": account.name})
        return redirect("desk:account", account.pk)
    return render(request, "accounts/form.html", {"form": form}, status=422 if form.errors else 200)


@get_or_post
def edit(request: Request, pk: int) -> HttpResponse:
    """Edit an account; what was typed about one that was merged away meanwhile is brought to where it went."""
    account, moved = account_or_moved(request.user, pk)
    if moved is not None:
        return _edit_where_it_went(request, account, moved)
    must(may_edit(request.user, account), _("This account is kept by the people of its territory."))
    form = AccountForm(request.POST or None, instance=account, person=request.user)
    if request.method == "POST" and form.is_valid() and form.apply(by=request.user):
        messages.success(request, _("Saved."))
        return redirect("desk:account", pk)
    context = {"form": form, "account": form.row}
    return render(request, "accounts/form.html", context, status=refused(form))


def _edit_where_it_went(request: Request, account: Account, moved: Moved) -> HttpResponse:
    if request.method == "GET" or not may_edit(request.user, account):
        raise moved.away()
    given: dict[str, Any] = {"person": request.user}
    typed = carried_over(
        AccountForm(request.POST, instance=moved.gone, **given), AccountForm(instance=account, **given)
    )
    form = AccountForm(typed, instance=account, **given)
    moved.tell(form)
    form.compare_with(form.row)
    context = {"form": form, "account": form.row, "moved": moved, "there": reverse("accounts:edit", args=[account.pk])}
    return render(request, "accounts/form.html", context, status=409)


def refused(form: Any) -> int:
    """Return the status of a page with this form: somebody was first, something is wrong, or all is well."""
    return 409 if form.conflicts else 422 if form.errors else 200


@require_GET
def show_twins(request: Request) -> HttpResponse:
    """Point out the accounts that are called like what is being typed."""
    name, but = request.GET.get("name", "")[:200], number(request.GET.get("but", ""))
    seen = Account.objects.visible_to(request.user)
    found = twins(name, seen, but=but)
    return render(request, "accounts/_twins.html", {"twins": found})


@require_GET
def names(request: Request) -> HttpResponse:
    """Offer names of accounts that have a word beginning with what is typed."""
    typed = str(next(iter(request.GET.values()), ""))[:200]
    rows: QuerySet[Account] = Filters(q=typed).keep(Account.objects.visible_to(request.user))
    return render(request, "accounts/_names.html", {"rows": rows[:12] if name_key(typed) else []})


@get_or_post
def add_contact(request: Request, pk: int) -> HttpResponse:
    """Add a person to an account."""
    account, moved = account_or_moved(request.user, pk)
    if moved is not None and (request.method == "GET" or not may_edit(request.user, account)):
        raise moved.away()
    must(may_edit(request.user, account), _("Contacts are added by the people of the account’s territory."))
    form = ContactForm(request.POST or None, account=account)
    if moved is not None:
        moved.tell(form)
    if request.method == "POST" and form.is_valid() and form.is_another() and form.create(by=request.user):
        messages.success(request, _("%(name)s is a contact now.") % {"name": form.cleaned_data["name"]})
        return redirect("desk:account", pk)
    there = reverse("accounts:add_contact", args=[account.pk])
    context = {"form": form, "account": account, "moved": moved, "there": there}
    return render(request, "accounts/contact.html", context, status=409 if moved else refused(form))


@get_or_post
def edit_contact(request: Request, pk: int) -> HttpResponse:
    """Edit a person at an account."""
    contact = find_contact(request, pk)
    form = ContactForm(request.POST or None, instance=contact, account=contact.account)
    if request.method == "POST" and form.is_valid() and form.apply(by=request.user):
        messages.success(request, _("Saved."))
        return redirect("desk:account", contact.account_id)
    context = {"form": form, "account": contact.account, "contact": form.row}
    return render(request, "accounts/contact.html", context, status=refused(form))


@require_POST
def leave(request: Request, pk: int) -> HttpResponse:
    """Record today that a contact has left the account."""
    contact = find_contact(request, pk)
    contact.leave(by=request.user, on=request.company.today())
    messages.success(request, _("%(name)s has left.") % {"name": contact.name})
    return redirect("desk:account", contact.account_id)


@require_POST
def come_back(request: Request, pk: int) -> HttpResponse:
    """Take a contact's leaving back."""
    contact = find_contact(request, pk)
    contact.come_back(by=request.user)
    messages.success(request, _("%(name)s is there again.") % {"name": contact.name})
    return redirect("desk:account", contact.account_id)


def find_contact(request: Request, pk: int) -> Contact:
    """Return a contact that the person may edit."""
    contact = find(Contact.objects.visible_to(request.user).select_related("account"), pk=pk)
    must(may_edit(request.user, contact.account), _("Contacts are kept by the people of the account’s territory."))
    return contact
