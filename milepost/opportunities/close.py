"""End an opportunity, once, with reasons; correct an outcome that was wrong."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.opportunities import line
from milepost.opportunities.models.attempt import Attempt
from milepost.opportunities.models.opportunity import Opportunity
from milepost.opportunities.models.outcome import Outcome, Reason
from milepost.opportunities.models.rival import Rival
from milepost.opportunities.models.stay import Stay
from milepost.opportunities.models.step import NotAllowed, Step
from milepost.team.models import Company, Person
from milepost.web.history import plain, record
from milepost.web.words import day

CAUSES = {
    Outcome.Kind.LOST: Stay.Cause.LOST,
    Outcome.Kind.NO_DECISION: Stay.Cause.NO_DECISION,
    Outcome.Kind.WITHDRAWN: Stay.Cause.WITHDRAWN,
}


@transaction.atomic
def close(
    opportunity: Opportunity,
    *,
    by: Person,
    kind: str,
    on: datetime.date,
    reasons: Iterable[Reason] = (),
    words: str = "",
    lost_to: str = "",
    override: str = "",
) -> Outcome:
    """End the opportunity as won, lost, no decision or stopped by us (rules 3 and 4).

    Won needs every required step reached; what is missing is skipped with `override` as its reason, if given.
    """
    opportunity.hold_still()
    _must_be_open(opportunity)
    _must_be_past(on)
    _must_follow_the_start(opportunity, on)
    _must_follow_the_line(opportunity, on)
    step = opportunity.current_step
    if kind == Outcome.Kind.WON:
        _reach_the_end(opportunity, by=by, on=on, override=override)
    else:
        _leave(opportunity, kind=kind, on=on)
    _call_off(opportunity)
    outcome = Outcome(opportunity=opportunity, kind=kind, on=on, words=words, lost_to=lost_to, by=by, step=step)
    _let_stand(outcome)
    outcome.reasons.set(reasons)
    what = {"outcome": [None, kind], "on": [None, on.isoformat()], **_why(outcome)}
    record(opportunity, "ended", by=by, what=what, reason=words)
    _settle(opportunity)
    return outcome


@transaction.atomic
def correct(
    outcome: Outcome,
    *,
    by: Person,
    kind: str,
    on: datetime.date | None,
    why: str,
    reached: Collection[int] = (),
    override: str = "",
    **told: Any,
) -> Outcome:
    """Supersede an outcome by a visible correction; `open_again` lets the opportunity go on.

    Won needs every required step (rule 3): of those that were not reached, the ones whose ids are in `reached` were
    after all, and the others are skipped with `override` as their reason.
    """
    opportunity = outcome.opportunity
    opportunity.hold_still()
    if on is not None and on != outcome.on:  # an imported end may be older than its steps: it can be left as it is
        _must_follow_the_line(opportunity, on)
    if kind == Outcome.Kind.WON and on is not None:
        for step in line.still_to_win(opportunity.steps_in_order):
            _put_right(step, by=by, on=on, reached=step.pk in reached, why=why, override=override)
    if on is not None:
        _must_be_past(on)
        _must_follow_the_start(opportunity, on)
    newer = supersede(outcome, by=by, kind=kind, on=on, why=why, **told)
    if on is not None and outcome.on is not None:  # where it stood when it ended, it stood until that day
        stood = opportunity.stays.filter(left_on=outcome.on, step__state__in=line.OPEN).exclude(end="")
        stood.update(left_on=on)
    return newer


def _put_right(step: Step, *, by: Person, on: datetime.date, reached: bool, why: str, override: str) -> None:
    if not reached and not override.strip():
        raise NotAllowed(_("“%s” was not reached. Say that it was, or why it is skipped.") % step.name)
    unmet = ", ".join(condition.name for condition in step.conditions.unmet())
    if reached and unmet:
        words = {"step": step.name, "names": unmet}
        raise NotAllowed(_("“%(step)s” was not reached: %(names)s is still open. It can be skipped.") % words)
    step.put_right(by=by, on=on, reached=reached, reason=why if reached else override)


@transaction.atomic
def supersede(
    outcome: Outcome,
    *,
    by: Person | None,
    kind: str,
    on: datetime.date | None,
    why: str,
    reasons: Iterable[Reason] = (),
    words: str = "",
    lost_to: str = "",
) -> Outcome:
    """Let a newer outcome stand in place of one that was wrong.

    An import does so too, on whatever day its source says, and writes the line itself.
    """
    opportunity = outcome.opportunity
    opportunity.hold_still()
    outcome.refresh_from_db(fields=["superseded_by"])
    if outcome.superseded_by_id is not None:
        raise NotAllowed(_("This outcome has been corrected already."))
    if not why.strip():
        raise NotAllowed(_("Say why the outcome is corrected."))
    at = None if kind == Outcome.Kind.WON else outcome.step
    newer = Outcome(opportunity=opportunity, kind=kind, on=on, words=words, lost_to=lost_to, by=by, step=at)
    newer.correction_reason = why
    _let_stand(newer)
    newer.reasons.set(reasons)
    what = {"outcome": [outcome.kind, kind], "on": [plain(outcome.on), plain(on)], **_why(newer, outcome)}
    record(opportunity, "outcome corrected", by=by, what=what, reason=why)
    if kind == Outcome.Kind.OPEN_AGAIN:
        _go_on(opportunity)
    else:
        _teach(opportunity, kind=kind)
    _settle(opportunity)
    return newer


def _let_stand(newer: Outcome) -> None:
    """Save an outcome as the one that stands; the one before it is superseded, never edited away."""
    old = newer.opportunity.outcomes.filter(superseded_by=None).first()
    if newer.lost_to:
        Rival.named(newer.lost_to, by=newer.by)
    newer.superseded_by = old  # for a moment each supersedes the other: only one may stand at any time
    newer.save()
    if old is not None:
        old.superseded_by = newer
        old.save(update_fields=["superseded_by"])
        newer.superseded_by = None
        newer.save(update_fields=["superseded_by"])


def _why(newer: Outcome, older: Outcome | None = None) -> dict[str, list[str | None]]:
    """Return what the history keeps of why it ended so; nothing where neither outcome says it."""

    def said(outcome: Outcome | None) -> dict[str, str]:
        if outcome is None:
            return {}
        reasons = sorted(str(reason) for reason in outcome.reasons.all())
        return {"reasons": ", ".join(reasons), "lost_to": outcome.lost_to}

    was, now = said(older), said(newer)
    return {key: [was.get(key) or None, now[key] or None] for key in now if was.get(key, "") != now[key]}


def _must_follow_the_start(opportunity: Opportunity, on: datetime.date) -> None:
    start = opportunity.started_on
    if start and on < start:
        raise NotAllowed(_("It cannot end before it began on %(day)s.") % {"day": day(start)}, field="on")


def _must_follow_the_line(opportunity: Opportunity, on: datetime.date) -> None:
    """Raise NotAllowed where the client reached a step, said no or met us after the day on which it is to end."""
    steps = [step for step in opportunity.steps_in_order if step.state in (line.WON, line.LOST) and step.ended_on]
    last = max(steps, key=lambda step: (step.ended_on or on, step.position), default=None)
    if last is not None and last.ended_on and last.ended_on > on:
        said = _("“%(step)s” was reached on %(day)s: it cannot have ended before.")
        if last.state == line.LOST:
            said = _("The client said no at “%(step)s” on %(day)s: it cannot have ended before.")
        raise NotAllowed(said % {"step": last.name, "day": day(last.ended_on)}, field="on", days_of=last)
    held = Attempt.objects.filter(step__opportunity=opportunity, state__in=[Attempt.State.HELD, Attempt.State.CLOSED])
    met = held.filter(on__gt=on, on__lte=Company.the().today()).select_related("step").order_by("-on").first()
    if met is not None:
        said = _("The appointment of “%(step)s” was held on %(day)s: it cannot have ended before.")
        raise NotAllowed(said % {"step": met.step.name, "day": day(met.on)}, field="on", days_of=met.step)


def _must_be_past(on: datetime.date) -> None:
    if on > Company.the().today():
        raise NotAllowed(_("It cannot have ended on a day still to come."), field="on")


def _must_be_open(opportunity: Opportunity) -> None:
    if opportunity.outcome is not None:
        raise NotAllowed(_("This opportunity has ended already."))


def _reach_the_end(opportunity: Opportunity, *, by: Person, on: datetime.date, override: str) -> None:
    missing = line.still_to_win(opportunity.steps_in_order)
    if missing and not override.strip():
        names = ", ".join(step.name for step in missing)
        raise NotAllowed(_("Not reached yet: %(names)s. Report them, or say why they are skipped.") % {"names": names})
    for step in missing:
        if step.state == line.LOST or step.to_confirm:
            step.reopen(by=by, on=on, reason=override)
        step.skip(by=by, on=on, reason=override)
    opportunity.stays.filter(left_on=None, end="").update(left_on=on, end=Stay.End.SKIPPED)


def _leave(opportunity: Opportunity, *, kind: str, on: datetime.date) -> None:
    """Close what is under way; the stay ends lost with its own cause, so that each is learnt apart."""
    cause = CAUSES[Outcome.Kind(kind)]
    opportunity.stays.filter(left_on=None, end="").update(left_on=on, end=Stay.End.LOST, cause=cause)
    opportunity.stays.filter(end=Stay.End.LOST, cause="", step__required=True).update(cause=cause)


def _call_off(opportunity: Opportunity) -> None:
    """Call off what is still booked; should it go on after all, those steps need a date again."""
    booked = Attempt.objects.filter(step__opportunity=opportunity, state=Attempt.State.SCHEDULED)
    opportunity.steps.filter(state=line.SCHEDULED, attempts__in=booked).update(state=line.PLANNED)
    booked.update(state=Attempt.State.CANCELLED)


def _go_on(opportunity: Opportunity) -> None:
    """Take up the stay that the wrong outcome had ended."""
    step = opportunity.current_step
    if step is None:
        return
    last = opportunity.stays.filter(step=step).order_by("-id").first()
    if last is not None and step.is_open:
        Stay.objects.filter(pk=last.pk).update(left_on=None, end="", cause="")


def _teach(opportunity: Opportunity, *, kind: str) -> None:
    """Let what is learnt from the end be what the correction says."""
    last = opportunity.stays.filter(end=Stay.End.LOST, step__required=True).order_by("-id").first()
    if last is None:
        return
    if kind == Outcome.Kind.WON:  # it was won by another way than this step: no trial
        values: dict[str, str] = {"end": Stay.End.SKIPPED, "cause": ""}
    else:
        values = {"cause": CAUSES[Outcome.Kind(kind)]}
    Stay.objects.filter(pk=last.pk).update(**values)


def _settle(opportunity: Opportunity) -> None:
    opportunity.reprice()  # at the rate of the day it ended
    opportunity.be_found()
    opportunity.restand()
