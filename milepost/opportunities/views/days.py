"""Correct the days of a step: begun, held, reached."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from milepost.opportunities.days import Dated, correct_days
from milepost.opportunities.forms.days import DaysForm, label_of
from milepost.opportunities.models import Step
from milepost.opportunities.views.parts import ask, done, goes, refused, sent, step_found
from milepost.opportunities.views.steps import must_move
from milepost.team.request import Request
from milepost.web.words import day


def days(request: Request, pk: int) -> HttpResponse:
    """Say on which days work on a step began, its appointments were held, and it was reached, lost or skipped."""
    step = step_found(request, pk)
    must_move(request, step)
    form = DaysForm(sent(request), step=step)
    if not form.own.all:
        return refused(request, step.opportunity, _("Nothing has happened at “%s” yet: it has no days.") % step.name)
    changed: list[tuple[Dated, datetime.date]] = []
    follow = [stay.step.name for stay in form.own.following()[-1:]]
    if goes(form, lambda: changed.extend(_correct(step, form, by=request.user)), line_of=step.opportunity):
        return done(request, step.opportunity, _told(step, changed, follow))
    lead = _("Days, chance and what is learnt follow. The history keeps what stood here so far.")
    title = _("Correct the days of “%s”") % step.name
    return ask(request, step.opportunity, form, title=title, button=_("Correct"), lead=lead)


def _correct(step: Step, form: DaysForm, *, by: Any) -> list[tuple[Dated, datetime.date]]:
    return correct_days(step, by=by, days=form.days(), reason=form.cleaned_data["reason"])


def _told(step: Step, changed: list[tuple[Dated, datetime.date]], follow: list[str]) -> str:
    """Return what was corrected, and what follows."""
    if not changed:
        return _("The days of “%s” are as they were.") % step.name
    said = [_("“%s” is corrected.") % step.name]
    for one, on in changed:
        words = {"what": label_of(one), "day": day(on), "was": day(one.on) if one.on else _("not known")}
        said.append(_("%(what)s %(day)s; it was %(was)s.") % words)
    if follow and changed[-1][0].name == "ended":
        said.append(_("“%s” begins on that day too.") % follow[0])
    return " ".join(said)
