"""Give every request the company, its time zone and the person's language."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from milepost.team.models import Company


class CurrentPerson:
    """Set `request.company` (lazily), the active time zone and the language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.company = SimpleLazyObject(lambda: Company.objects.first())  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return self.get_response(request)
        company = request.company  # type: ignore[attr-defined]
        zone = request.user.time_zone or (company.time_zone if company else "UTC")
        language = request.user.language or (company.language if company else "en")
        with timezone.override(zone), translation.override(language):
            return self.get_response(request)
