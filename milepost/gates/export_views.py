"""Hand out what stands on the pages of gates as a file to keep."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_GET

from milepost.gates.export import OF_ONE, OVERALL, Table
from milepost.opportunities.views.parts import found, today_of
from milepost.team.money import exponent
from milepost.team.request import Request
from milepost.web.sheet import answer


@require_GET
def overall(request: Request) -> HttpResponseBase:
    """Return what waits for a decision, or what was stopped early, of all that the person sees."""
    what = request.GET.get("of", "waiting")
    if what not in OVERALL:
        raise Http404
    return _file(request, f"gates-{what}", OVERALL[what](request.user, request.company))


@require_GET
def of_opportunity(request: Request, pk: int) -> HttpResponseBase:
    """Return the gates of one opportunity with their rules, or who competes there."""
    opportunity, what = found(request, pk), request.GET.get("of", "gates")
    if what not in OF_ONE:
        raise Http404
    return _file(request, what, OF_ONE[what](opportunity, request.user, today_of(request)))


def _file(request: Request, name: str, table: Table) -> HttpResponseBase:
    kind, decimals = "xlsx" if request.GET.get("as") == "xlsx" else "csv", exponent(request.company.currency)
    return answer(kind, f"{name}-{today_of(request).isoformat()}", *table, decimals=decimals)
