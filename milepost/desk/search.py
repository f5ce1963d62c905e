"""Find opportunities, accounts and contacts by the beginnings of their words or by their source's id, and pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from milepost.accounts.models import Account, Contact
from milepost.desk.search_buyers import KINDS as KINDS_OF_BUYERS
from milepost.desk.search_buyers import about_buyers
from milepost.opportunities.models import Opportunity, Outcome
from milepost.team.directory import everybody
from milepost.team.models import Company, Person
from milepost.team.request import Request
from milepost.team.sight import Sight
from milepost.web import search as index
from milepost.web.context import places, shut
from milepost.web.paths import path
from milepost.web.prepared import Prepared, among, given_ids
from milepost.web.text import name_key
from milepost.web.words import short_day

SHOWN = 10
FEW = 2 * SHOWN


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
    groups = found_by(query, request.user, request.company) if query else []
    template = "desk/_found.html" if request.htmx else "desk/search.html"
    return render(request, template, {"query": query, "groups": groups})


def found_by(query: str, person: Person, company: Company) -> list[tuple[str, list[Found]]]:
    """Return what was found in groups: places to go to first, then opportunities, accounts and people.

    What is called just as was typed comes first, with its group.
    """
    ids = index.candidates_of_each(query, [*KINDS, *KINDS_OF_BUYERS])
    sources = import_string(settings.FOUND_BY_ID)(query)
    groups = [
        (_("Go to"), go_to(query, person)),
        *((str(label), _drawn(kind, ids[kind], sources[kind], person)) for kind, label in LABELS.items()),
        (_("People"), colleagues(query, company)),
        *((name, [Found(*one) for one in rows]) for name, rows in about_buyers(ids, person, most=SHOWN)),
    ]
    key = name_key(query)
    in_order = [(name, sorted(rows, key=lambda row: name_key(row.name) != key)) for name, rows in groups if rows]
    return sorted(in_order, key=lambda group: name_key(group[1][0].name) != key)


def _drawn(kind: str, ids: list[int], sources: dict[int, str], person: Person) -> list[Found]:
    """Return what the person sees of what was found of a kind: first what has the id typed in its source."""
    others = [pk for pk in ids if pk not in sources]
    rows = seen(kind, [*sources, *others], person)
    return [_with_its_id(DRAWN[kind](row), sources.get(row.pk)) for row in rows]


def _with_its_id(found: Found, external_id: str | None) -> Found:
    """Say by which id it was found, where that is not what it is called."""
    if external_id is None or name_key(external_id) == name_key(found.name):
        return found
    return replace(found, under=", ".join(filter(None, [external_id, found.under])))


def seen(kind: str, ids: list[int], person: Person) -> list[Any]:
    """Return the best few of the candidates that the person may see, in the index's order."""
    few, others = ids[:FEW], ids[FEW:]
    by_id = {row.pk: row for row in VISIBLE.ask(kind, person.sight, **among(few, FEW))} if few else {}
    # Most people see most of what is found: the first few are nearly always enough. Of a thousand others only their
    # numbers are read, and then the rows that are shown.
    if len(by_id) < SHOWN and others:
        visible = set(KINDS[kind][0].visible_to(person.sight).filter(pk__in=others).values_list("pk", flat=True))
        shown = islice((pk for pk in others if pk in visible), SHOWN - len(by_id))
        by_id |= _visible(kind, person.sight).in_bulk(list(shown))
    return [by_id[pk] for pk in ids if pk in by_id][:SHOWN]


ENDS = Outcome.objects.filter(opportunity=OuterRef("pk")).standing()
ENDED = Opportunity.objects.annotate(end=Subquery(ENDS.values("kind")[:1]), end_on=Subquery(ENDS.values("on")[:1]))
KINDS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "opportunity": (ENDED, ("account", "salesperson", "standing")),
    "account": (Account.objects, ("territory",)),
    "contact": (Contact.objects, ("account",)),
}


def _visible(kind: str, sight: Sight) -> QuerySet[Any]:
    rows, related = KINDS[kind]
    found: QuerySet[Any] = rows.visible_to(sight).select_related(*related)
    return found


VISIBLE = Prepared[Any](lambda kind, sight: _visible(kind, sight).filter(pk__in=given_ids(FEW)))


def opportunity(row: Opportunity) -> Found:
    """Say whose it is, at the client and with us, and how it stands: imported ones are often called alike."""
    under = [row.account.name if row.account else _("account unknown")]
    if row.salesperson:
        under.append(row.salesperson.name)
    under.append(_stands(row))
    return Found(row.name, ", ".join(under), path("opportunities:page", row.pk))


def _stands(row: Any) -> str:
    """Say how it ended and when, or at which step it is and since when it is under way."""
    if row.end:
        return _("%(how)s %(day)s") % {"how": Outcome.Kind(row.end).label, "day": short_day(row.end_on)}
    standing = getattr(row, "standing", None)
    at = _("in “%s”") % standing.step_name if standing and standing.step_name else _("open")
    return _("%(at)s, begun %(day)s") % {"at": at, "day": short_day(row.started_on)} if row.started_on else at


def account(row: Account) -> Found:
    return Found(row.name, ", ".join(filter(None, [row.city, row.territory.name])), path("desk:account", row.pk))


def contact(row: Contact) -> Found:
    under = ", ".join(filter(None, [row.job_title, row.account.name]))
    return Found(row.name, under, path("desk:account", row.account_id))


LABELS = {"opportunity": lazy("Opportunities"), "account": lazy("Accounts"), "contact": lazy("Contacts")}
DRAWN: dict[str, Callable[[Any], Found]] = {"opportunity": opportunity, "account": account, "contact": contact}


def colleagues(query: str, company: Company) -> list[Found]:
    """Return the people of the company whose names have words that begin so, each with what they have open."""
    asked, board = index.words_of(query), reverse("desk:board")
    if not asked:
        return []
    told = ((who, index.words_of(who.name)) for who in everybody(company.team_stamp).values())
    alike = (who for who, words in told if all(any(word.startswith(one) for word in words) for one in asked))
    return [Found(who.name, _("what they have open"), f"{board}?person={who.pk}") for who in islice(alike, SHOWN)]


def go_to(query: str, person: Person) -> list[Found]:
    """Return the pages whose names begin with what was typed."""
    key = name_key(query)
    pages = [(place.label, place.url) for place in places("", shut(person))]
    pages.append((_("New opportunity"), reverse("opportunities:new")))
    return [Found(str(name), "", url) for name, url in pages if name_key(str(name)).startswith(key)]
