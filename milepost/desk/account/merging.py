"""Merge two accounts that are one company, with a look at both before, and a way back after."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from milepost.accounts import merge as merging
from milepost.accounts.forms import MergeForm
from milepost.accounts.models import Account, Merge
from milepost.accounts.permissions import may_merge
from milepost.accounts.twins import twins
from milepost.desk.account.views import find_account
from milepost.opportunities.models import Opportunity
from milepost.team.request import Request
from milepost.web.doors import find, must


@require_http_methods(["GET", "POST"])
def merge(request: Request, pk: int) -> HttpResponse:
    """Choose what goes into this account, look at both, and merge them."""
    account = find_account(request, pk)
    must(may_merge(request.user, account), _("Accounts are merged by who coordinates or manages their territory."))
    data = request.POST if request.method == "POST" else request.GET or None
    form = MergeForm(data, account=account, person=request.user)
    other = form.cleaned_data["other"] if form.is_valid() else None
    if request.method == "POST" and other is not None:
        return _merge(request, other, account)
    context: dict[str, Any] = {"account": account, "form": form, "other": other}
    if other is not None:
        context["sides"] = [_facts(request, account), _facts(request, other)]
    else:
        context["alike"] = twins(account.name, Account.objects.visible_to(request.user), but=account.pk)
    return render(request, "desk/account/merge.html", context, status=422 if form.errors else 200)


def _merge(request: Request, other: Account, account: Account) -> HttpResponse:
    try:
        row = merging.merge(other, into=account, by=request.user)
    except ValueError as error:
        messages.error(request, str(error))
        return redirect("desk:account_merge", account.pk)
    undo = reverse("desk:merge_undo", args=[row.pk])
    said = {"gone": other.name, "kept": account.name}
    messages.success(request, _("“%(gone)s” is part of “%(kept)s” now.") % said, extra_tags=undo)
    return redirect("desk:account", account.pk)


def _facts(request: Request, account: Account) -> dict[str, Any]:
    """Return what is compared before two accounts are merged."""
    return {
        "account": account,
        "contacts": account.contacts.count(),
        "opportunities": Opportunity.objects.visible_to(request.user).filter(account=account).count(),
    }


@require_POST
def undo(request: Request, pk: int) -> HttpResponse:
    """Let the two be two again."""
    seen = Merge.objects.filter(kept__in=Account.objects.visible_to(request.user))
    row = find(seen.select_related("kept", "gone"), pk=pk)
    allowed = may_merge(request.user, row.kept, row.gone)
    must(allowed, _("A merge is taken back by who coordinates or manages both territories."))
    try:
        merging.take_back(row, by=request.user)
    except ValueError as error:
        messages.error(request, str(error))
        return redirect("desk:account", row.kept_id)
    messages.success(request, _("“%(gone)s” is an account of its own again.") % {"gone": row.gone.name})
    return redirect("desk:account", row.gone_id)
