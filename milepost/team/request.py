"""What a view behind the sign-in is given: a request with its person and company."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from milepost.team.models import Company, Person


class Request(HttpRequest):
    """A request by somebody signed in; the middleware sees to it that `user` is a person."""

    user: Person
    company: Company
    htmx: HtmxDetails
    chances_before: dict[int, float | None]
    """What the chance of each opportunity was when it was found, by its id; None for one that had ended."""


def remember_chance(request: Request, opportunity: int, win: float | None) -> None:
    """Remember what an opportunity's chance was before any deed of this request; the first word counts."""
    if not hasattr(request, "chances_before"):
        request.chances_before = {}
    request.chances_before.setdefault(opportunity, win)


def chance_before(request: Request, opportunity: int) -> float | None:
    """Return what its chance was before any deed of this request; None where it had none, or was not found yet."""
    return getattr(request, "chances_before", {}).get(opportunity)
