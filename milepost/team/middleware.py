"""Give every request the company, its time zone and the person's language."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from milepost.team.models import Company


class CurrentPerson:
    """Set `request.company` (lazily), the active time zone and the language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    founded = False

    def _is_founded(self, request: HttpRequest) -> bool:
        """Tell whether there is a company, or the request is one that works without; asked until there is one."""
        if request.path.startswith((settings.STATIC_URL, "/health", reverse("team:first_run"))):
            return True
        self.founded = Company.objects.exists()
        return self.founded

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.company = SimpleLazyObject(lambda: Company.objects.first())  # type: ignore[attr-defined]
        if not self.founded and not self._is_founded(request):
            return redirect("team:first_run")
        if not request.user.is_authenticated:
            return self.get_response(request)
        company = request.company  # type: ignore[attr-defined]
        request.user.company = company if company else None  # read once a request, for the person's sight too
        zone = request.user.time_zone or (company.time_zone if company else "UTC")
        language = request.user.language or (company.language if company else "en")
        with timezone.override(zone), translation.override(language):
            return self.get_response(request)
