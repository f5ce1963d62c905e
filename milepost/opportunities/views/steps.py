"""Deeds on a step: schedule, call off, hold, report, skip, go back, confirm."""

from __future__ import annotations

import datetime
import zoneinfo
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.opportunities.forms.fields import CallOffForm, ReasonForm
from milepost.opportunities.forms.report import ReportForm
from milepost.opportunities.forms.steps import ScheduleForm
from milepost.opportunities.go_back import go_back, undo_going_back
from milepost.opportunities.if_skipped import chance_moves
from milepost.opportunities.models import Attempt, Step
from milepost.opportunities.models.step import NotAllowed
from milepost.opportunities.permissions import may_move, may_report
from milepost.opportunities.report import report as report_appointment
from milepost.opportunities.undo import undo_call_off, undo_skip
from milepost.opportunities.unreport import undo_report
from milepost.opportunities.views.parts import (
    STANDS_AGAINST,
    ask,
    done,
    goes,
    page_url,
    refused,
    sent,
    step_found,
    today_of,
    zone_of,
)
from milepost.opportunities.views.said import chance_moved, met_again, went_back
from milepost.team.request import Request
from milepost.web.doors import must
from milepost.web.history import StaleEdit
from milepost.web.words import day


def must_report(request: Request, step: Step) -> None:
    why = _("Only the people who work on this opportunity may do this.")
    must(may_report(request.user, step.opportunity), why)


def must_move(request: Request, step: Step) -> None:
    why = _("Only its coordinator, or a coordinator or manager of its territory, may do this.")
    must(may_move(request.user, step.opportunity), why)


def schedule(request: Request, pk: int) -> HttpResponse:
    """Give the step its appointment, or move the one it has."""
    step = step_found(request, pk)
    must_report(request, step)
    form = ScheduleForm(sent(request), step=step, person=request.user, zone=zone_of(request))
    if goes(form, lambda: _schedule(step, form, by=request.user), line_of=step.opportunity):
        said = _("“%(step)s” is on %(day)s.") % {"step": step.name, "day": day(form.cleaned_data["on"])}
        return done(request, step.opportunity, said)
    if getattr(form, "meanwhile", None):
        form.compare_with(step.attempt)
    title = _("Move “%s”") if form.attempt else _("Schedule “%s”")
    zones = sorted(zoneinfo.available_timezones())
    more: dict[str, Any] = {"template": "opportunities/schedule.html", "step": step, "zones": zones}
    return ask(request, step.opportunity, form, title=title % step.name, button=_("Save"), **more)


@transaction.atomic
def _schedule(step: Step, form: ScheduleForm, *, by: Any) -> None:
    values = form.appointment()
    try:
        Attempt.schedule(step, by=by, **{**values, "theirs": [*values["theirs"], *form.newcomer(by=by)]})
    except StaleEdit as error:
        moved = Attempt.objects.get(pk=error.row.pk)
        form.compare_with(moved)
        raise NotAllowed(
            _("Somebody has moved this appointment since you opened it, to %(day)s. Save again to move it.")
            % {"day": day(moved.on)}
        ) from error


def call_off(request: Request, pk: int) -> HttpResponse:
    """Call the booked appointment off; the step is planned again."""
    step = step_found(request, pk)
    must_report(request, step)
    form = CallOffForm(sent(request), required=False)
    if goes(form, lambda: _booked(step).cancel(by=request.user, **form.cleaned_data), line_of=step.opportunity):
        said = _("The appointment for “%s” is called off. The same people are down for the next date.") % step.name
        return done(request, step.opportunity, said, undo=reverse("opportunities:keep_appointment", args=[pk]))
    lead = _("What is called off counts as no try: days and chance stay. If you know the new day, move it instead.")
    title = _("Call off “%s”") % step.name
    return ask(request, step.opportunity, form, title=title, button=_("Call off"), lead=lead, step=step)


@require_POST
def keep_appointment(request: Request, pk: int) -> HttpResponse:
    """Take back that the appointment is called off, while nothing newer stands on it."""
    step = step_found(request, pk)
    must_report(request, step)
    try:
        undo_call_off(step, by=request.user)
    except STANDS_AGAINST as error:
        return refused(request, step.opportunity, error)
    return done(request, step.opportunity, _("The appointment for “%s” stands again.") % step.name)


def _booked(step: Step) -> Attempt:
    attempt = step.attempt
    if attempt is None:
        raise NotAllowed(_("“%s” has no appointment.") % step.name)
    attempt.step = step
    return attempt


@require_POST
def hold(request: Request, pk: int) -> HttpResponse:
    """Record that the appointment took place; its result comes later."""
    step = step_found(request, pk)
    must_report(request, step)
    try:
        _booked(step).hold(by=request.user)
    except STANDS_AGAINST as error:
        return refused(request, step.opportunity, error)
    return done(request, step.opportunity, _("“%s” was held. Its result is still missing.") % step.name)


def report(request: Request, pk: int) -> HttpResponse:
    """Report an appointment in a minute: reached, client said no, meet again, or they did not come."""
    step = step_found(request, pk)
    must_report(request, step)
    first = {"result": request.GET.get("result")}
    form = ReportForm(sent(request), step=step, person=request.user, today=today_of(request), initial=first)
    if goes(form, lambda: report_appointment(step, by=request.user, **form.debrief()), line_of=step.opportunity):
        return _reported(request, step, form.cleaned_data["result"])
    more: dict[str, Any] = {"template": "opportunities/report.html", "step": step, "shut_by": step.shut_by}
    return ask(request, step.opportunity, form, title=_("Report “%s”") % step.name, button=_("Report"), **more)


def _reported(request: Request, step: Step, result: str) -> HttpResponse:
    """Say what the report means; a required step that is lost leads on to the end."""
    said = _met(step, today_of(request), Attempt.Result(result))
    undo = reverse("opportunities:unreport", args=[step.pk])
    if result == Attempt.Result.LOST and step.required:
        if may_move(request.user, step.opportunity):
            waits = _("The line waits at this step.")
            parts = [said, waits, chance_moved(request, step.opportunity), _("Does the opportunity end here?")]
            messages.warning(request, " ".join(filter(None, parts)), extra_tags=undo)
            return redirect(reverse("opportunities:end", args=[step.opportunity_id]) + "?kind=lost")
        said += " " + _("The line waits at this step until its coordinator or a manager ends it, or goes back.")
    elif result == Attempt.Result.LOST:
        said += " " + _("It was optional: the line goes on without it.")
    return done(request, step.opportunity, said, undo=undo)


def _met(step: Step, today: datetime.date, result: Attempt.Result) -> str:
    if result == Attempt.Result.AGAIN:
        return met_again(step, today)
    said = {
        Attempt.Result.WON: _("“%s” is reached."),
        Attempt.Result.LOST: _("The client said no to “%s”."),
        Attempt.Result.MISSED: _("They did not come to “%s”. It counts as no try; give it a new date."),
    }
    return said[result] % step.name


@require_POST
def unreport(request: Request, pk: int) -> HttpResponse:
    """Take one's own report back, while nothing newer stands on it."""
    step = step_found(request, pk)
    must_report(request, step)
    try:
        undo_report(step, by=request.user)
    except STANDS_AGAINST as error:
        return refused(request, step.opportunity, error)
    answer = done(request, step.opportunity, _("The report of “%s” is undone.") % step.name)
    asked_to_end = answer.url.startswith(reverse("opportunities:end", args=[step.opportunity_id]))
    return redirect(page_url(step.opportunity)) if asked_to_end else answer


def skip(request: Request, pk: int) -> HttpResponse:
    """Leave the step out, with the reason."""
    step = step_found(request, pk)
    must_move(request, step)
    form = ReasonForm(sent(request), label=_("Why is it skipped?"))
    # Once moved, an imported string counts its days to today; that is not undone.
    by_hand = step.opportunity.as_of is None
    day_ = today_of(request)
    if goes(
        form, lambda: step.skip(by=request.user, on=day_, reason=form.cleaned_data["reason"]), line_of=step.opportunity
    ):
        undo = reverse("opportunities:unskip", args=[pk]) if by_hand else ""
        return done(request, step.opportunity, _("“%s” is skipped.") % step.name, undo=undo)
    lead = ""
    if step.required and step.is_open:
        lead = _("This step is required: skipping it is an override, kept with your name.")
        lead = f"{lead} {chance_moves(step, day_)}".strip()
    title = _("Skip “%s”") % step.name
    return ask(request, step.opportunity, form, title=title, button=_("Skip"), lead=lead, step=step)


@require_POST
def unskip(request: Request, pk: int) -> HttpResponse:
    """Take a skip back, while nothing newer stands on it."""
    step = step_found(request, pk)
    must_move(request, step)
    try:
        undo_skip(step, by=request.user)
    except STANDS_AGAINST as error:
        return refused(request, step.opportunity, error)
    return done(request, step.opportunity, _("“%s” is back on the line.") % step.name)


def reopen(request: Request, pk: int) -> HttpResponse:
    """Go back to a step, with the reason."""
    step = step_found(request, pk)
    must_move(request, step)
    form = ReasonForm(sent(request), label=_("Why do you go back to it?"))
    day_ = today_of(request)
    if goes(
        form,
        lambda: go_back(step, by=request.user, on=day_, reason=form.cleaned_data["reason"]),
        line_of=step.opportunity,
    ):
        undo = reverse("opportunities:unreopen", args=[pk])
        return done(request, step.opportunity, went_back(step), undo=undo)
    lead = _("What was reached keeps its date. Later required steps that were reached are then to be confirmed.")
    title = _("Go back to “%s”") % step.name
    return ask(request, step.opportunity, form, title=title, button=_("Go back"), lead=lead, step=step)


@require_POST
def unreopen(request: Request, pk: int) -> HttpResponse:
    """Take one's own going back to a step back, while nothing newer stands on it."""
    step = step_found(request, pk)
    must_move(request, step)
    try:
        undo_going_back(step, by=request.user)
    except STANDS_AGAINST as error:
        return refused(request, step.opportunity, error)
    return done(request, step.opportunity, _("The line is as it was before you went back to “%s”.") % step.name)


@require_POST
def confirm(request: Request, pk: int) -> HttpResponse:
    """Confirm that a step reached before the string went back still is."""
    step = step_found(request, pk)
    must_move(request, step)
    try:
        step.confirm(by=request.user, on=today_of(request))
    except STANDS_AGAINST as error:
        return refused(request, step.opportunity, error)
    return done(request, step.opportunity, _("“%s” still stands.") % step.name)
