"""The Learn page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.forecasts.learnt.ends import NOT_WON
from milepost.forecasts.learnt.export import SHEETS
from milepost.forecasts.learnt.menus import compared_by, menus
from milepost.forecasts.learnt.picture import picture
from milepost.forecasts.learnt.reading import Reading
from milepost.forecasts.learnt.side_words import Told, by_points, drawing, more_often
from milepost.opportunities.permissions import may_teach
from milepost.opportunities.season import most_of
from milepost.team.money import exponent
from milepost.team.request import Request
from milepost.web.sheet import XLSX, answer, book_of


@require_GET
def learn(request: Request) -> HttpResponse:
    """Show where opportunities are won and lost, why, against whom, and whether that changes."""
    reading = Reading.of(request)
    lines = reading.lines
    asked_by = menus(request, reading.asked, reading.versions, reading.usual_minor)
    context: dict[str, Any] = {
        "reading": reading,
        "asked": reading.asked,
        "menus": [*asked_by, compared_by(reading.asked)],
        **beside(reading),
        "lines": lines,
        "picture": picture(lines, str(reading.shown), reading.today) if lines else None,
        "weakest": next((line for line in lines if line.is_weakest), None),
        "fates": fates(),
        "months": [(month, month.at(most_of(reading.months))) for month in reading.months],
        "not_won": [str(kind.label) for kind in NOT_WON],
        "exports": names(reading),
        "everybody": reading.asked.link(person=None),
        "here_again": request.get_full_path(),
        "may_teach": may_teach(request.user),
        "currency": request.company.currency,
    }
    return render(request, "forecasts/learn.html", context)


def beside(reading: Reading) -> dict[str, Any]:
    """Return what the page says of groups side by side."""
    found = reading.beside
    if found is None:
        return {}
    title = _("Side by side: %s") % reading.shown
    told = [Told.of(row) for row in found.rows]
    whole = (more_often(found.whole.apart), by_points(found.whole.apart))
    return {"beside": found, "beside_picture": drawing(found, title, reading.today), "told": told, "whole_told": whole}


def fates() -> list[tuple[str, str]]:
    """Return the words for what became of those that came to a step, in the bar's order."""
    return [
        ("won", _("reached")),
        ("open", _("there now")),
        ("no_decision", _("no decision")),
        ("stopped", _("stopped by us")),
        ("no", _("client said no")),
    ]


def names(reading: Reading) -> list[tuple[str, str]]:
    """Return what can be taken along, by its part of the address."""
    words = (
        _("Steps"),
        _("Groups"),
        _("Reasons"),
        _("Lost to"),
        _("Where they ended"),
        _("Quarters"),
        _("Months"),
        _("Lessons"),
    )
    found = zip(SHEETS, words, strict=True)
    return [(name, said) for name, said in found if name != "groups" or reading.asked.compare]


@require_GET
def as_csv(request: Request, what: str) -> HttpResponseBase:
    """Return one of the tables as CSV."""
    if what not in SHEETS:
        raise Http404
    sheet = SHEETS[what](Reading.of(request))
    name = f"learn-{what}-{request.company.today().isoformat()}"
    return answer("csv", name, sheet.columns, sheet.rows, decimals=exponent(request.company.currency))


@require_GET
def as_xlsx(request: Request) -> HttpResponseBase:
    """Return all of the tables as one Excel book."""
    reading = Reading.of(request)
    kept = [make for name, make in SHEETS.items() if name != "groups" or reading.asked.compare]
    book = book_of([make(reading) for make in kept], decimals=exponent(request.company.currency))
    name = f"learn-{request.company.today().isoformat()}.xlsx"
    return HttpResponse(book, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
