"""Keep where people stand on the map."""

from __future__ import annotations

import json
import math
from typing import Any

from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.views.decorators.http import require_POST

from milepost.buyers.models import MapLayout
from milepost.buyers.models.layout import FAR
from milepost.opportunities.models import Opportunity
from milepost.opportunities.views.parts import found
from milepost.opportunities.views.work import must_work
from milepost.team.request import Request
from milepost.web.history import StaleEdit
from milepost.web.text import number


@require_POST
def arrange(request: Request, pk: int) -> HttpResponse:
    """Put people elsewhere on the map; whoever is second is given the places that the first one chose."""
    opportunity = found(request, pk)
    must_work(request, opportunity)
    asked = _asked(request, opportunity)
    if asked is None:
        return HttpResponseBadRequest()
    try:
        row = MapLayout.arrange(opportunity, by=request.user, **asked)
    except StaleEdit:
        row = MapLayout.objects.get(opportunity=opportunity)
        return JsonResponse({"version": row.version, "places": row.places}, status=409)
    return JsonResponse({"version": row.version})


def _asked(request: Request, opportunity: Opportunity) -> dict[str, Any] | None:
    """Return the version and the places that were sent, of people of this opportunity; None for anything else."""
    try:
        sent = json.loads(request.body or b"{}")
        version, moved = int(sent.get("version", 0)), dict(sent.get("moved", {}))
        places = {str(int(one)): [_place(x), _place(y)] for one, (x, y) in moved.items() if number(str(one))}
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
    there = set(map(str, opportunity.stakeholders.values_list("pk", flat=True)))
    return {"version": version, "moved": {one: at for one, at in places.items() if one in there}}


def _place(value: Any) -> float:
    place = float(value)
    if not math.isfinite(place) or abs(place) > FAR:
        raise ValueError
    return place
