"""The list of accounts, each with the business that is open there."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from milepost.accounts.listing import RELATED, Filters, page, parent_of
from milepost.accounts.models import Account, Accounts
from milepost.accounts.permissions import may_add
from milepost.desk import at_source
from milepost.opportunities.models import Standing
from milepost.opportunities.models.figures import NEVER
from milepost.team.models import Person, Territory
from milepost.team.money import exponent, to_major
from milepost.team.request import Request
from milepost.web.sheet import Column, answer

AT_ONCE = 500


@dataclass(frozen=True)
class Row:
    """One account of the list; `value` is what is known of the open opportunities' worth.

    `missing` counts appointments that took place without a result.
    """

    account: Account
    parent: Account | None
    open: int = 0
    value: int | None = None
    next_on: datetime.date | None = None
    missing: int = 0


@require_GET
@vary_on_headers("HX-Request")
def accounts(request: Request) -> HttpResponse:
    """List the accounts a person sees, by name."""
    filters, business = Filters.read(request.GET), request.GET.get("open") == "1"
    standings = Standing.objects.visible_to(request.user)
    kept = kept_by(filters, business, request)
    found, after = page(kept, request.GET.get("after", ""))
    context = {
        "filters": filters,
        "business": business,
        "rows": rows(found, standings, request),
        "next": filters.query(open=business and 1, after=after) if after else "",
        "territories": Territory.objects.filter(pk__in=request.user.sight.territories | request.user.sight.above),
    }
    if request.htmx and request.GET.get("after"):
        return render(request, "desk/account/_rows.html", context)
    return render(request, "desk/account/list.html", context | around(request, filters, business, kept))


def kept_by(filters: Filters, business: bool, request: Request) -> Accounts:
    """Return the accounts that the person sees and the filters keep; `business` keeps those with something open."""
    kept = filters.keep(Account.objects.visible_to(request.user))
    if not business:
        return kept
    standings = Standing.objects.visible_to(request.user).filter(account__isnull=False)
    return kept.filter(pk__in=standings.values("account_id"))


def around(request: Request, filters: Filters, business: bool, kept: Accounts) -> dict[str, Any]:
    """Return what stands above the list: the exact count, and what can be chosen."""
    seen = Account.objects.visible_to(request.user)
    managing = seen.exclude(manager=None).order_by().values("manager_id")
    return {
        "in_all": kept.count(),
        "behind": request.GET.get("after", ""),
        "managers": Person.objects.filter(pk__in=managing).order_by("name_key"),
        "sectors": seen.exclude(sector="").order_by("sector").values_list("sector", flat=True).distinct()[:200],
        "may_add": may_add(request.user),
        "query": filters.query(open=business and 1),
    }


def rows(accounts: list[Account], standings: QuerySet[Standing], request: Request) -> list[Row]:
    """Return the rows of a page, with one query for the business of all."""
    coming = Q(next_key__gte=request.company.today(), next_key__lt=NEVER)
    counted = standings.filter(account__in=accounts).order_by().values("account_id").annotate(
        open=Count("pk"),
        value=Sum("value_minor"),
        next_on=Min("next_key", filter=coming),
        missing=Count("pk", filter=Q(next_at__lt=timezone.now())),
    )  # fmt: skip
    business: dict[int, dict[str, Any]] = {row["account_id"]: {**row} for row in counted}
    for facts in business.values():
        del facts["account_id"]
    return [Row(row, parent_of(row, request.user), **business.get(row.pk, {})) for row in accounts]


@require_GET
def export(request: Request) -> HttpResponseBase:
    """Hand out the whole list, filtered as on the screen; `as` is csv or xlsx."""
    kind = request.GET.get("as", "csv")
    if kind not in ("csv", "xlsx"):
        raise Http404
    kept = kept_by(Filters.read(request.GET), request.GET.get("open") == "1", request)
    name, currency = f"accounts-{request.company.today().isoformat()}", request.company.currency
    return answer(kind, name, columns(currency), exported(kept, request), decimals=exponent(currency))


def columns(currency: str) -> list[Column]:
    """Return the columns of an export."""
    return [
        Column(_("Account"), width=36),
        Column(_("Belongs to"), width=26),
        Column(_("Territory")),
        Column(_("Account manager"), width=20),
        Column(_("Open"), "number"),
        Column(_("Value (%(currency)s)") % {"currency": currency}, "money"),
        Column(_("Next date"), "day"),
        Column(_("Sector"), width=20),
        Column(_("City")),
        Column(_("Country")),
        Column(_("Website"), width=30),
        Column(_("Employees"), "number"),
        Column(_("Selected since"), "day"),
        at_source.column(),
    ]


def exported(kept: Accounts, request: Request) -> Iterator[list[Any]]:
    """Return every row as the columns of an export, read a few hundred at a time."""
    standings, currency = Standing.objects.visible_to(request.user), request.company.currency
    accounts = kept.select_related(*RELATED).order_by("name_key", "pk").iterator(chunk_size=AT_ONCE)
    while some := list(islice(accounts, AT_ONCE)):
        ids = at_source.ids_at_source("account", [account.pk for account in some])
        for row in rows(some, standings, request):
            account, value = row.account, None if row.value is None else to_major(row.value, currency)
            where = (account.sector, account.city, account.country, account.website)
            rest = (account.employees, account.selected_on, ids.get(account.pk, ""))
            cells = [account.name, row.parent, account.territory, account.manager]
            texts = [str(cell) if cell is not None else "" for cell in cells]
            yield [*texts, row.open, value, row.next_on, *where, *rest]
