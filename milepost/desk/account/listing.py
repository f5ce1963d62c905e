"""The list of accounts, each with the business that is open there."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from milepost.accounts.listing import Filters, page, parent_of
from milepost.accounts.models import Account, Accounts
from milepost.accounts.permissions import may_add
from milepost.opportunities.models import Standing
from milepost.opportunities.models.figures import NEVER
from milepost.team.models import Person, Territory
from milepost.team.request import Request


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
    filters = Filters.read(request.GET)
    business = request.GET.get("open") == "1"
    standings = Standing.objects.visible_to(request.user)
    seen = Account.objects.visible_to(request.user)
    kept = filters.keep(seen)
    if business:
        kept = kept.filter(pk__in=standings.filter(account__isnull=False).values("account_id"))
    found, after = page(kept, request.GET.get("after", ""))
    context = {
        "filters": filters,
        "business": business,
        "rows": rows(found, standings, request),
        "next": filters.query(open=business and 1, after=after) if after else "",
        "territories": Territory.objects.filter(pk__in=request.user.sight.territories),
    }
    if request.htmx and request.GET.get("after"):
        return render(request, "desk/account/_rows.html", context)
    return render(request, "desk/account/list.html", context | around(request, filters, kept, seen))


def around(request: Request, filters: Filters, kept: Accounts, seen: Accounts) -> dict[str, Any]:
    """Return what stands above the list: the exact count, and what can be chosen."""
    managing = seen.exclude(manager=None).order_by().values("manager_id")
    return {
        "in_all": kept.count(),
        "behind": request.GET.get("after", ""),
        "managers": Person.objects.filter(pk__in=managing).order_by("name_key"),
        "sectors": seen.exclude(sector="").order_by("sector").values_list("sector", flat=True).distinct()[:200],
        "may_add": may_add(request.user),
        "query": filters.query(),
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
    business = {row.pop("account_id"): row for row in counted}
    return [Row(row, parent_of(row, request.user), **business.get(row.pk, {})) for row in accounts]
