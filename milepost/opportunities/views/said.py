"""What a message says once a deed is done: what it did to the chance, and what an end or its correction means."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milepost.opportunities import line
from milepost.opportunities.again import again_of
from milepost.opportunities.go_back import to_confirm
from milepost.opportunities.models import Attempt, Opportunity, Outcome, Standing, Step
from milepost.team.request import Request, chance_before
from milepost.web.words import day, percent


def chance_moved(request: Request, opportunity: Opportunity) -> str:
    """Return in words how a deed has moved the chance; "" where it has not, to the percent."""
    before = chance_before(request, opportunity.pk)
    if before is None:
        return ""
    after = Standing.objects.filter(pk=opportunity.pk).values_list("win", flat=True).first()
    if after is None:
        return ""
    words = {"before": percent(before), "after": percent(after)}
    return "" if words["before"] == words["after"] else _("The win chance goes from %(before)s to %(after)s.") % words


def met_again(step: Step, today: datetime.date) -> str:
    """Return what meeting again for a step means, and why the chance moves with it, where it does."""
    said = _("You meet again for “%(step)s”.") % {"step": step}
    standing = Standing.objects.select_related("figure__run").filter(pk=step.opportunity_id).first()
    again = again_of(step.opportunity, standing, today)
    if again is None:
        return said
    days = again.counted
    counted = ngettext("it counts as %(n)d day old", "it counts as %(n)d days old", days) % {"n": days}
    if not again.is_half:
        why = _("In your past a step that is tried again fares like a new one: %(counted)s.")
    elif again.are_few:
        why = _("Until your past can tell how further tries fare, half of the days before count: %(counted)s%(since)s.")
    else:
        why = _("In your past a further try makes a step half as old: %(counted)s%(since)s.")
    told = {"since": again.since, "half": again.counted - again.since}
    since = _(", %(half)d from before and %(since)d since") % told if again.since else ""
    return f"{said} {why % {'counted': counted, 'since': since}}"


def went_back(step: Step) -> str:
    """Return what going back to a step means for it and for those behind it."""
    said = _("“%(step)s” is open again; what was reached before keeps its date in the history.") % {"step": step}
    names = to_confirm(step)
    if not names:
        return said
    return said + " " + _("To be confirmed after it: %(steps)s.") % {"steps": _named(names)}


def ended(request: Request, opportunity: Opportunity, outcome: Outcome, booked: Sequence[str]) -> str:
    """Return what the end is, what it did to the chance and the total, what goes on, and how to take it back.

    `booked` names the steps whose appointments it called off.
    """
    words = {"name": opportunity, "how": outcome.get_kind_display(), "day": _day(outcome.on)}
    parts = [_("“%(name)s” has ended: %(how)s, %(day)s.") % words, _counts(request, opportunity, outcome)]
    if booked:
        parts.append(_("Called off: the appointment for %(steps)s.") % {"steps": _named(booked)})
    tasks = opportunity.tasks.filter(done_at=None).count()
    if tasks:
        said = ngettext(
            "%(n)d task is still open and stays with whoever has it.",
            "%(n)d tasks are still open and stay with whoever has them.",
            tasks,
        )
        parts.append(said % {"n": tasks})
    parts.append(_("If that was a mistake, “Correct” on its page takes it back."))
    return " ".join(filter(None, parts))


def _counts(request: Request, opportunity: Opportunity, outcome: Outcome) -> str:
    """Return what becomes of the chance, and of the value where it is won."""
    before = chance_before(request, opportunity.pk)
    if before is None:
        return ""
    if not before:  # the client had said no already
        return _("No forecast counts it any more.")
    words = {"chance": percent(before)}
    if outcome.kind != Outcome.Kind.WON:
        return _("Its win chance was %(chance)s; no forecast counts it any more.") % words
    if opportunity.value_minor is None:
        return _("Its win chance was %(chance)s; it counts as won, and in no total, as its value is unknown.") % words
    return _("Its win chance was %(chance)s; its value counts as won from now on.") % words


def corrected(opportunity: Opportunity, was: tuple[str, datetime.date | None], now: Outcome) -> str:
    """Return what an outcome is corrected to; `was` is how it was called so far, and on which day it was."""
    kept = _("The earlier outcome stays in the history.")
    if now.kind == Outcome.Kind.OPEN_AGAIN:
        return " ".join(filter(None, [_goes_on(opportunity), kept]))
    words = {"how": now.get_kind_display(), "day": _day(now.on), "was": was[0], "then": _day(was[1])}
    if (now.get_kind_display(), now.on) == was:
        return _("What is said of the outcome is corrected; it stays %(how)s, %(day)s.") % words + " " + kept
    return _("The outcome is corrected to %(how)s, %(day)s; it was %(was)s, %(then)s.") % words + " " + kept


def _goes_on(opportunity: Opportunity) -> str:
    """Return where what is open again stands, its chance, and what it has to be given now."""
    fresh = Opportunity.objects.select_related("standing").get(pk=opportunity.pk)
    step, standing = fresh.current_step, fresh.standing
    if step is None:
        parts = [_("“%(name)s” is open again, with every step behind it.") % {"name": fresh}]
    else:
        parts = [_("“%(name)s” is open again, at “%(step)s”.") % {"name": fresh, "step": step}]
    if step is not None and step.state == line.LOST:
        return " ".join([*parts, _("The client’s no to it still stands: go back to the step, or end it again.")])
    parts.append(
        _("The win chance is %(chance)s, and the forecast counts it again.") % {"chance": percent(standing.win)}
    )
    if step is not None and _was_called_off(step):
        parts.append(_("Its appointment was called off with the end: set a new date."))
    return " ".join(parts)


def _was_called_off(step: Step) -> bool:
    last = step.attempts.order_by("-number").values_list("state", "result").first()
    return step.state == line.PLANNED and last == (Attempt.State.CANCELLED, "")


def _named(steps: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in steps)


def _day(on: datetime.date | None) -> str:
    return day(on) if on else _("on an unknown day")
