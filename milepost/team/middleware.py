"""Give every request the company, its time zone and the person's language."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

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


class SignedIn(LoginRequiredMiddleware):
    """Ask everybody to sign in; whoever had a form open comes back to its page, not to where it was sent."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        messages.warning(
            request,
            _("You were signed out meanwhile, so nothing was saved. Your browser’s Back leads to what you typed."),
        )
        came = request.headers.get("referer", "")
        ours = url_has_allowed_host_and_scheme(came, {request.get_host()})
        page = urlsplit(came)._replace(scheme="", netloc="").geturl() if ours else settings.LOGIN_REDIRECT_URL
        return redirect_to_login(resolve_url(page), str(self.get_login_url(view_func)))
