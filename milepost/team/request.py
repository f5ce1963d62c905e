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
