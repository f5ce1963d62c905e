"""Pages that belong to no folder: the choice of light, and the page that shows every part."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.web import look as samples
from milepost.web.chart import as_sheet
from milepost.web.context import THEMES
from milepost.web.sheet import Column, answer

A_YEAR = 60 * 60 * 24 * 365


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice of light or dark in a cookie; an empty choice follows the system again."""
    there = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure())
    response = redirect(there if safe else "/")
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@require_POST
def figures(request: HttpRequest) -> HttpResponseBase:
    """Return the figures that a chart on the page holds as an Excel sheet; nothing is looked up for it."""
    rows = as_sheet(request.POST.get("figures", ""))
    if rows is None:
        return HttpResponseBadRequest(_("These are no figures of a chart."), content_type="text/plain")
    head, *rest = rows
    looks = ["day" if isinstance(value, datetime.date) else "text" for value in (rest[0] if rest else head)]
    columns = [Column(name, look) for name, look in zip(head, looks, strict=True)]  # type: ignore[arg-type]
    return answer("xlsx", "figures", columns, rest)


def look(request: HttpRequest) -> HttpResponse:
    """Show every part of the pages in every state, for those who build them."""
    if not (settings.DEBUG or request.user.sight.holds("administrator")):  # type: ignore[union-attr]
        raise Http404
    return render(request, "web/look.html", samples.everything(request))
