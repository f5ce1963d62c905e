"""Find opportunities, accounts, contacts and pages by the beginnings of their words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.accounts.models import Account, Contact
from milepost.opportunities.models import Opportunity
from milepost.team.models import Person
from milepost.team.request import Request
from milepost.web import search as index
from milepost.web.context import places, shut
from milepost.web.paths import path
from milepost.web.text import name_key

SHOWN = 10


@dataclass(frozen=True)
class Found:
    """One thing found: what it is called, what stands under it, where it is."""

    name: str
    under: str
    href: str


@require_GET
def search(request: Request) -> HttpResponse:
    """Show what a person may see of what was found."""
    query = request.GET.get("q", "").strip()[:200]
    groups = found_by(query, request.user) if query else []
    template = "desk/_found.html" if request.htmx else "desk/search.html"
    return render(request, template, {"query": query, "groups": groups})


def found_by(query: str, person: Person) -> list[tuple[str, list[Found]]]:
    """Return what was found in groups: places to go to first, then opportunities, accounts and people."""
    groups = [
        (_("Go to"), go_to(query, person)),
        (_("Opportunities"), [opportunity(o) for o in seen("opportunity", query, Opportunity.objects, person)]),
        (_("Accounts"), [account(a) for a in seen("account", query, Account.objects, person)]),
        (_("Contacts"), [contact(c) for c in seen("contact", query, Contact.objects, person)]),
    ]
    return [(name, rows) for name, rows in groups if rows]


def seen(kind: str, query: str, rows: Any, person: Person) -> Iterable[Any]:
    """Return the best few of the candidates that the person may see, in the index's order."""
    ids = list(index.candidates(query, kind=kind).values_list("object_id", flat=True))
    related = {"opportunity": "account", "account": "territory", "contact": "account"}[kind]
    visible: QuerySet[Any] = rows.visible_to(person).select_related(related)
    found: list[Any] = []
    # Most people see most of what is found: the first few are nearly always enough.
    for some in (ids[: SHOWN * 2], ids[SHOWN * 2 :]):
        if some and len(found) < SHOWN:
            by_id = visible.in_bulk(some)
            found += [by_id[pk] for pk in some if pk in by_id]
    return found[:SHOWN]


def opportunity(row: Opportunity) -> Found:
    under = row.account.name if row.account else _("account unknown")
    return Found(row.name, under, path("opportunities:page", row.pk))


def account(row: Account) -> Found:
    return Found(row.name, ", ".join(filter(None, [row.city, row.territory.name])), path("desk:account", row.pk))


def contact(row: Contact) -> Found:
    under = ", ".join(filter(None, [row.job_title, row.account.name]))
    return Found(row.name, under, path("desk:account", row.account_id))


def go_to(query: str, person: Person) -> list[Found]:
    """Return the pages whose names begin with what was typed."""
    key = name_key(query)
    pages = [(place.label, place.url) for place in places("", shut(person))]
    pages.append((_("New opportunity"), reverse("opportunities:new")))
    return [Found(str(name), "", url) for name, url in pages if name_key(str(name)).startswith(key)]
