"""End an opportunity, and correct an end that was wrong."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.opportunities.close import close, correct
from milepost.opportunities.forms.outcome import CorrectForm, LastForm
from milepost.opportunities.models import Attempt, Lesson, Opportunity, Outcome
from milepost.opportunities.models.step import NotAllowed
from milepost.opportunities.permissions import may_move
from milepost.opportunities.pricing import revalue
from milepost.opportunities.views.parts import ask, done, found, goes, outcome_of, refused, sent, today_of
from milepost.opportunities.views.said import corrected, ended
from milepost.team.request import Request
from milepost.web.doors import must

OPEN = gettext_lazy("This opportunity is open: there is no outcome to correct.")

TASKS = 6


def _must_end(request: Request, opportunity: Opportunity) -> None:
    why = _("Only its coordinator, or a coordinator or manager of its territory, ends an opportunity.")
    must(may_move(request.user, opportunity), why)


def end(request: Request, pk: int) -> HttpResponse:
    """End the opportunity as won, lost, no decision or stopped by us, with reasons."""
    opportunity = found(request, pk)
    _must_end(request, opportunity)
    if opportunity.outcome is not None and request.method == "GET":
        return refused(request, opportunity, _("This opportunity has ended already."))
    first = {"kind": request.GET.get("kind")}
    form = LastForm(sent(request), opportunity=opportunity, today=today_of(request), initial=first)
    booked = _booked(opportunity) if form.is_bound else []
    if goes(form, lambda: _end(request, opportunity, form), line_of=opportunity):
        outcome = outcome_of(opportunity)
        assert outcome is not None  # it has just been written
        return done(request, opportunity, ended(request, opportunity, outcome, booked))
    tasks = list(opportunity.tasks.filter(done_at=None).select_related("owner")[: TASKS + 1])
    more: dict[str, Any] = {"template": "opportunities/end.html", "tasks": tasks[:TASKS], "more_tasks": tasks[TASKS:]}
    counted: Any = opportunity  # by the question that found it
    more["still_open"] = counted.kept_requests + counted.kept_questions
    return ask(request, opportunity, form, title=_("End opportunity"), button=_("End opportunity"), **more)


def _booked(opportunity: Opportunity) -> list[str]:
    """Return the names of the steps that have an appointment to come."""
    steps = opportunity.steps.filter(attempts__state=Attempt.State.SCHEDULED).order_by("position")
    return list(steps.values_list("name", flat=True))


@transaction.atomic
def _end(request: Request, opportunity: Opportunity, form: LastForm) -> None:
    """Close it, with its value where that was unknown, and keep the lesson if there is one."""
    value = form.value_of()
    if value is not None and value != opportunity.value_minor:
        revalue(opportunity, value, by=request.user)
    close(opportunity, by=request.user, **form.outcome())
    lesson = form.lesson_of()
    if lesson is not None:
        book = opportunity.playbook_version.playbook
        Lesson.write(by=request.user, playbook=book, opportunity=opportunity, **lesson)


def _correct(outcome: Outcome | None, **values: Any) -> None:
    if outcome is None:
        raise NotAllowed(OPEN)
    correct(outcome, **values)


def correct_outcome(request: Request, pk: int) -> HttpResponse:
    """Supersede a wrong outcome by a visible correction."""
    opportunity = found(request, pk)
    _must_end(request, opportunity)
    outcome = opportunity.outcome
    if outcome is None and request.method == "GET":
        return refused(request, opportunity, OPEN)
    first: dict[str, Any] = {name: getattr(outcome, name, None) for name in ("kind", "on", "lost_to")}
    if outcome is not None:
        first["kept_words"] = outcome.words
        first[f"reasons_{outcome.kind}"] = list(outcome.reasons.values_list("pk", flat=True))
    form = CorrectForm(sent(request), opportunity=opportunity, today=today_of(request), initial=first)
    if goes(form, lambda: _correct(outcome, by=request.user, **form.outcome()), line_of=opportunity):
        assert outcome is not None  # otherwise there was nothing to correct
        newest = opportunity.outcomes.filter(superseded_by=None).get()
        was = (outcome.get_kind_display(), outcome.on)
        return done(request, opportunity, corrected(opportunity, was, newest))
    more: dict[str, Any] = {"template": "opportunities/end.html"}
    return ask(request, opportunity, form, title=_("Correct the outcome"), button=_("Correct"), **more)
