"""The door through which a client comes in: a personal link, no account."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache

from milepost.plans.models import Invitation
from milepost.team.models import Company

SHUT_FOR = 60  # seconds
Answer = Callable[..., HttpResponseBase]


def with_link(view: Answer) -> Answer:
    """Let a view answer whoever has a personal link; it is given the `Invitation` in place of the token.

    Nothing of a plan is read before the link is found to work, and every answer is sealed.
    """

    @login_not_required
    @never_cache
    @wraps(view)
    def let_in(request: HttpRequest, token: str, **which: Any) -> HttpResponseBase:
        try:
            return _sealed(_answer(view, request, token, **which))
        except Http404:  # nothing of that number is on this plan
            return _sealed(_gone(request, "", 404))

    return let_in


def _answer(view: Answer, request: HttpRequest, token: str, **which: Any) -> HttpResponseBase:
    company: Company = request.company  # type: ignore[attr-defined]
    if cache.get(_shut(request)):
        return _gone(request, company.clients_language, 429)
    link = Invitation.of(token)
    if link is None:
        _count_guess(request)
        return _gone(request, company.clients_language, 404)
    language = link.language(company)
    if not link.works:
        return _gone(request, language, 410)
    link.up = "../" * (request.path.partition(token)[2].count("/") - 1)
    with timezone.override(company.time_zone), translation.override(language):
        return view(request, link, **which)


def _gone(request: HttpRequest, language: str, status: int) -> HttpResponseBase:
    """Say kindly that a link does not work, and nothing else: not whose it was, nor of which plan."""
    with translation.override(language or translation.get_language()):
        context = {"status": status, "typed": _typed(request) if status != 404 else ""}
        return render(request, "plans/gone.html", context, status=status)


def _typed(request: HttpRequest) -> str:
    """Return what somebody wrote who is not let in any more, to be copied; it has passed the guard of forms."""
    return request.POST.get("text", "").strip() if request.method == "POST" else ""


def _shut(request: HttpRequest) -> str:
    return f"plan-link-shut:{ratelimit.get_ip(request)}"


def _count_guess(request: HttpRequest) -> None:
    """Count an unknown link; after many from one address its door is shut for a minute, to good links as well.

    Who could go on while shut out would only have to guess faster. One read of the cache is all that it costs a guest.
    """
    if not ratelimit.consume(request, app="allauth.account", action="plan_link", limit_get=True):
        cache.set(_shut(request), True, SHUT_FOR)


def _sealed(response: HttpResponseBase) -> HttpResponseBase:
    """Keep the address, which is the secret, from search engines and from every other site.

    "no-referrer" would go further, but with it a browser sends "Origin: null" with a form, which the guard against
    forged requests turns away; "same-origin" would hand the whole address to each of our own addresses.
    """
    response["Referrer-Policy"] = "strict-origin"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
