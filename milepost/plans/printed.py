"""A shared plan on paper: what the client's page shows, as a PDF to be filed or handed round."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from milepost.plans import sheet
from milepost.plans.live import Duty, File, Milestone, Shown
from milepost.web.paper import Col, Paper, Row, Section, Table, Words, print_paper
from milepost.web.words import day


def paper(shown: Shown, version: Any) -> Paper:
    """Return the plan as it stands: its words, then each step with what belongs to it."""
    told = {"n": version.number, "day": day(version.at)}
    rows = [row for step in shown.steps for row in _step(step, shown)]
    table = Table("", _columns(), [*rows, *_besides(shown.duties, shown.files, shown, 0)], "")
    return Paper(
        title=shown.title,
        subtitle=", ".join(filter(None, [shown.seller, shown.client])),
        footer=", ".join([shown.seller, _("Version %(n)s of %(day)s") % told]),
        sections=[Section(_("Our plan"), [*([Words(shown.intro)] if shown.intro else []), table])],
        author=shown.seller,
        language=translation.get_language() or "en",
    )


def _columns() -> list[Col]:
    return [Col(_("Step")), Col(_("In words"), is_wide=True), Col(_("Who")), Col(_("Day")), Col(_("State"))]


def _step(step: Milestone, shown: Shown) -> list[Row]:
    _name, what, _whose, who, on, state, says = sheet.row_of(step, shown)
    when = _("about %(day)s") % {"day": day(on)} if step.about and on else day(on) if on else ""
    if step.time and on:
        when = f"{when}, {step.time:%H:%M}"
    return [Row([what, says, who, when, state], is_strong=True), *_besides(step.duties, step.files, shown, 1)]


def _besides(duties: list[Duty], files: list[File], shown: Shown, depth: int) -> list[Row]:
    every: list[Duty | File] = [*duties, *files]
    rows = [sheet.row_of(each, shown) for each in every]
    return [
        Row([what, says, ", ".join(filter(None, [whose, who])), day(on) if on else "", state], depth=depth)
        for _step_name, what, whose, who, on, state, says in rows
    ]


def answer(shown: Shown, version: Any, name: str) -> HttpResponse:
    """Hand the plan out as PDF."""
    response = HttpResponse(print_paper(paper(shown, version))[0], content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
