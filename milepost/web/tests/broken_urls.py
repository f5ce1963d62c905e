"""An address that fails, beside all others: for the page that says so."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from milepost.urls import urlpatterns as known


def fail(request: HttpRequest) -> HttpResponse:
    """Fail."""
    raise RuntimeError("Broken on purpose.")


urlpatterns = [*known, path("broken/", fail)]
