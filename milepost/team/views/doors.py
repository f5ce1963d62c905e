"""Links that let people in: the first run, invitations, a password forgotten."""

from __future__ import annotations

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from milepost.team.forms import FirstRun, NewPassword
from milepost.team.models import AccessLink, Company

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    """Create the company and its administrator; there once, and never again."""
    if Company.objects.exists():
        raise Http404
    form = FirstRun(request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.found(), backend=BACKEND)
        return redirect("team:welcome")
    return render(request, "team/first_run.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Let somebody with a link set their password and come in."""
    link = AccessLink.usable(token)
    if link is None or not link.person.is_active:
        return render(request, "team/link_gone.html", status=410)
    form = NewPassword(request.POST or None, person=link.person)
    if request.method == "POST" and form.is_valid():
        person = link.use(password=form.cleaned_data["password"])
        login(request, person, backend=BACKEND)
        return redirect("desk:home")
    context = {"form": form, "person": link.person, "purpose": link.purpose}
    response = render(request, "team/enter.html", context, status=422 if form.errors else 200)
    # The address itself is the secret. "no-referrer" would go further, but with it a browser sends "Origin: null"
    # with the form, which the guard against forged requests turns away.
    response["Referrer-Policy"] = "strict-origin"
    return response


def welcome(request: HttpRequest) -> HttpResponse:
    """Say what comes first in an empty company."""
    return render(request, "team/welcome.html")
