"""Let several people in at once, such as those whom an import has named."""

from __future__ import annotations

import csv
from io import StringIO

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from milepost.team.invite_forms import InviteSeveralForm
from milepost.team.models import Person
from milepost.team.request import Request
from milepost.team.views.people import administrator
from milepost.web.text import harmless, number

MOST = 100


@never_cache
@require_http_methods(["GET", "POST"])
def invite_several(request: Request) -> HttpResponse:
    """Ask for the addresses and the role of those chosen, and answer once with a link for each."""
    administrator(request)
    people = _chosen(request)
    form = InviteSeveralForm(request.POST or None, people=people)
    if request.method == "POST" and people and form.is_valid():
        links = [(person, _address(request, token)) for person, token in form.invite(by=request.user)]
        return _as_csv(links) if "csv" in request.POST else render(request, "team/links.html", {"links": links})
    context = {"form": form, "people": people, "most": MOST}
    return render(request, "team/invite_several.html", context, status=422 if form.errors else 200)


def _chosen(request: Request) -> list[Person]:
    """Return those chosen who are not in yet."""
    sent = request.POST if request.method == "POST" else request.GET
    ids = [pk for pk in map(number, sent.getlist("who")) if pk is not None]
    found = Person.objects.filter(pk__in=ids).order_by("name_key", "id").prefetch_related("memberships__territory")
    return [person for person in found if person.is_awaited][:MOST]


def _address(request: Request, token: str) -> str:
    return request.build_absolute_uri(reverse("team:enter", args=[token]))


def _as_csv(links: list[tuple[Person, str]]) -> HttpResponse:
    file = StringIO()
    rows = csv.writer(file)
    rows.writerow([_("Name"), _("E-mail address"), _("Link")])
    rows.writerows([harmless(person.name), harmless(person.email), link] for person, link in links)
    response = HttpResponse("\ufeff" + file.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="links.csv"'
    return response
