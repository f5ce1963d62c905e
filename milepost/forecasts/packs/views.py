"""The pack as a page to look at, as PDF and as an Excel book."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.forecasts.asked import Asked
from milepost.forecasts.menus import Link
from milepost.forecasts.models import PackKind
from milepost.forecasts.packs.make import book_from, file_name, paper_of, pdf_of
from milepost.forecasts.packs.wanted import Wanted
from milepost.team.models import Territory
from milepost.team.request import Request
from milepost.web.doors import find
from milepost.web.sheet import XLSX


@require_GET
def page(request: Request) -> HttpResponse:
    """Show a pack."""
    wanted = _wanted(request)
    calendar, query = wanted.company.fiscal, request.GET.copy()
    context: dict[str, Any] = {
        "wanted": wanted,
        "paper": paper_of(wanted),
        "kinds": [_link(request, str(kind.label), kind=kind.value, **{"from": ""}) for kind in PackKind],
        "places": _places(request, wanted),
        "earlier": _query(request, **{"from": calendar.move(wanted.period, -1).key}),
        "later": _query(request, **{"from": calendar.move(wanted.period, 1).key}),
        "query": query.urlencode(),
    }
    return render(request, "forecasts/pack.html", context)


@require_GET
def as_pdf(request: Request) -> HttpResponse:
    """Return the pack as PDF."""
    wanted = _wanted(request)
    made, _has_fonts = pdf_of(paper_of(wanted))
    return _file(made, file_name(wanted, "pdf"), "application/pdf")


@require_GET
def as_xlsx(request: Request) -> HttpResponse:
    """Return the pack as an Excel book."""
    wanted = _wanted(request)
    return _file(book_from(paper_of(wanted), wanted), file_name(wanted, "xlsx"), XLSX)


def _file(made: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(made, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _wanted(request: Request) -> Wanted:
    """Read an address; a territory that the person does not see is not there."""
    asked = Asked.read(request.GET)
    kind = PackKind.REVIEW if request.GET.get("kind") == PackKind.REVIEW else PackKind.CALL
    where = None if asked.territory is None else find(held(request), pk=asked.territory)
    return Wanted(kind, request.user, request.company, where, asked.first, asked.since)


def held(request: Request) -> Any:
    """Return the territories in which the person holds a role."""
    sight = request.user.sight
    ids = set().union(sight.territories, *sight.roles.values())
    return Territory.objects.filter(pk__in=ids).order_by("path")


def _query(request: Request, **changes: Any) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = str(value or "")
        if not value:
            del query[name]
    return f"{reverse('forecasts:pack')}?{query.urlencode()}"


def _link(request: Request, label: str, **changes: Any) -> Link:
    is_here = all((request.GET.get(name) or _usual(name)) == str(value) for name, value in changes.items() if value)
    return Link(label, _query(request, **changes), is_here)


def _usual(name: str) -> str:
    return PackKind.CALL.value if name == "kind" else ""


def _places(request: Request, wanted: Wanted) -> list[Link]:
    now = wanted.territory.pk if wanted.territory else None
    links = [Link(str(_("All I see")), _query(request, territory=None), now is None)]
    for each in held(request):
        links.append(Link(each.name, _query(request, territory=each.pk), each.pk == now, each.depth))
    return links
