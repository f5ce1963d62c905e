"""Hand out what is known of the buyer as a file to keep."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_GET

from milepost.buyers.export import TABLES, Table, requests_of
from milepost.buyers.models import ClientRequest
from milepost.buyers.views.requests import KINDS
from milepost.opportunities.views.parts import found, today_of
from milepost.team.request import Request
from milepost.web.sheet import answer


@require_GET
def of_opportunity(request: Request, pk: int) -> HttpResponseBase:
    """Return people, vision, questions or requests of one opportunity."""
    opportunity, what = found(request, pk), request.GET.get("of", "people")
    if what not in TABLES:
        raise Http404
    return _file(request, what, TABLES[what](opportunity))


@require_GET
def queue(request: Request) -> HttpResponseBase:
    """Return the requests of all opportunities that the queue shows."""
    rows = KINDS.get(request.GET.get("kind", ""), KINDS[""])(ClientRequest.objects.visible_to(request.user))
    return _file(request, "requests", requests_of(rows.order_by("pk")))


def _file(request: Request, name: str, table: Table) -> HttpResponseBase:
    kind = "xlsx" if request.GET.get("as") == "xlsx" else "csv"
    return answer(kind, f"{name}-{today_of(request).isoformat()}", *table)
