"""What is done to every request before anything reads it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from milepost.web.doors import GoneMeanwhile
from milepost.web.history import StaleEdit

NUL = "%00"


class WithoutNul:
    """Leave NUL characters out of the address, and cookies that hold one out of the request.

    Nobody types them, and PostgreSQL refuses to compare with them. Forms refuse them by themselves, in words.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        while NUL in query:
            query = request.META["QUERY_STRING"] = query.replace(NUL, "")
        for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
            del request.COOKIES[name]
        return self.get_response(request)


class SayWrongMethod:
    """Show a page where the address of a deed is only looked at, such as one typed or kept as a bookmark."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET":
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page


class SaySomebodyWasFirst:
    """Show a page, not a fault, where somebody else did the same or changed the same at that very moment.

    Forms say so themselves, with what was changed; this is for buttons, and for two who add the same at once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        twice = isinstance(exception, IntegrityError) and "unique" in str(exception).lower()
        if twice or isinstance(exception, StaleEdit):
            return render(request, "409.html", status=409)
        if isinstance(exception, GoneMeanwhile):
            return _say_gone(request, exception)
        return None


def _say_gone(request: HttpRequest, gone: GoneMeanwhile) -> HttpResponseBase:
    """Lead whoever only looks to what there is instead; show what was typed to whoever sent something."""
    if request.method == "GET" and gone.to:
        messages.info(request, gone.told)
        return redirect(gone.to)
    page = render(request, "gone.html", {"gone": gone}, status=404 if request.method == "GET" else 409)
    page["HX-Retarget"], page["HX-Reswap"] = "body", "innerHTML"  # a page of its own, whatever part was to be swapped
    return page
