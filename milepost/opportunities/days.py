"""Correct the days of a step: when it began, its appointments were held, and it was reached, lost or skipped."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from milepost.opportunities import line
from milepost.opportunities.models.attempt import Attempt, instant
from milepost.opportunities.models.stay import Stay
from milepost.opportunities.models.step import NotAllowed, Step
from milepost.team.models import Company, Person
from milepost.web.words import day

CORRECTED = "step days corrected"
BEGUN, HELD = "begun", "held"
OF_THE_END = (line.WON, line.LOST, line.SKIPPED)
Given = Mapping[str, datetime.date | None]
NOT_BEFORE: dict[str, Promise] = {
    BEGUN: lazy("Work on it began only on %(day)s."),
    HELD: lazy("Its appointment was held only on %(day)s."),
}
NOT_AFTER: dict[str, Promise] = {
    HELD: lazy("Its appointment was held on %(day)s already."),
    line.WON: lazy("It was reached on %(day)s already."),
    line.LOST: lazy("The client said no on %(day)s already."),
    line.SKIPPED: lazy("It was skipped on %(day)s already."),
}
UNTIL: dict[str, Promise] = {
    Stay.End.WON: lazy("“%(step)s” was reached on %(day)s. If that day is wrong, correct it first."),
    Stay.End.LOST: lazy("The client said no at “%(step)s” on %(day)s. If that day is wrong, correct it first."),
    Stay.End.SKIPPED: lazy("“%(step)s” was skipped on %(day)s. If that day is wrong, correct it first."),
}
LASTED = lazy("“%(step)s” lasted until %(day)s.")


@dataclass(frozen=True)
class Dated:
    """One day of a step: its name in a form, of what it is the day, and the appointments that were held on it.

    `on` is None where the day is not known. `number` counts the appointments, 0 where there is but one.
    """

    name: str
    kind: str
    on: datetime.date | None
    attempts: tuple[Attempt, ...] = ()
    number: int = 0


@dataclass(frozen=True)
class Limit:
    """A day before or after which a step's own cannot be, and why in words."""

    on: datetime.date
    why: str
    is_first: bool

    def forbids(self, on: datetime.date) -> bool:
        return on < self.on if self.is_first else on > self.on


class Days:
    """The days of the last time that an opportunity was in a step, in order, and what they have to keep to."""

    def __init__(self, step: Step) -> None:
        self.step, self.opportunity = step, step.opportunity
        stays = list(self.opportunity.stays.select_related("step").order_by("pk"))
        first = end = max((at for at, stay in enumerate(stays, start=1) if stay.step_id == step.pk), default=0)
        while first > 1 and stays[first - 1].goes_on_from(stays[first - 2]):
            first -= 1
        self.stays = stays[max(first - 1, 0) : end]
        self.before = next((stay for stay in reversed(stays[: max(first - 1, 0)]) if not self._passed_over(stay)), None)
        self.after = stays[end:] if end else []
        self.all = list(self._all())

    def _passed_over(self, stay: Stay) -> bool:
        """Tell whether a step was skipped only because this one was reached or lost: on the same day."""
        on = self.step.ended_on
        return (
            stay.end == Stay.End.SKIPPED and on is not None and stay.left_on == on and self.step.state != line.SKIPPED
        )

    def _all(self) -> Iterator[Dated]:
        attempts = self._attempts()
        has_ended = self.step.state in OF_THE_END
        with_the_end = [one for one in attempts[-1:] if has_ended and one.on == self.step.ended_on]
        if self.stays:
            yield Dated(BEGUN, BEGUN, self.stays[0].entered_on)
        apart = [one for one in attempts if one not in with_the_end]
        for number, one in enumerate(apart, start=1):
            yield Dated(f"held_{one.pk}", HELD, one.on, (one,), number if len(attempts) > 1 else 0)
        if has_ended:
            yield Dated("ended", self.step.state, self.step.ended_on, tuple(with_the_end))

    def _attempts(self) -> list[Attempt]:
        """Return the appointments held since the step was last gone back to."""
        states = [Attempt.State.HELD, Attempt.State.CLOSED]
        held = list(self.step.attempts.filter(state__in=states).order_by("number"))
        decided = [
            at for at, one in enumerate(held, start=1) if one.result in (Attempt.Result.WON, Attempt.Result.LOST)
        ]
        if decided and decided[-1] == len(held) and self.step.state in (line.WON, line.LOST):
            decided.pop()  # that is how it ended
        return held[decided[-1] if decided else 0 :]

    def following(self) -> list[Stay]:
        """Return the stays that begin on the day on which the step ends, because it does."""
        found: list[Stay] = []
        for stay in self.after:
            if stay.entered_on is None or stay.entered_on != self.step.ended_on:
                break
            found.append(stay)
            if stay.end != Stay.End.SKIPPED:  # what is passed over shares its first day with what comes next
                break
        return found

    def faults(self, given: Given) -> dict[str, str]:
        """Return what is wrong with the days given, in words, by the name of each."""
        said = [(one, given.get(one.name, one.on)) for one in self.all]
        wrong: dict[str, str] = {}
        for one, on in said:
            if on != one.on and (why := self._why_not(one, on)):
                wrong[one.name] = why
        known = [(one, on) for one, on in said if on is not None and one.name not in wrong]
        for (earlier, first), (later, last) in pairwise(known):
            if first <= last or (first == earlier.on and last == later.on):
                continue
            if last != later.on:
                wrong.setdefault(later.name, str(NOT_BEFORE[earlier.kind]) % {"day": day(first)})
            else:
                wrong.setdefault(earlier.name, str(NOT_AFTER[later.kind]) % {"day": day(last)})
        return wrong

    def _why_not(self, one: Dated, on: datetime.date | None) -> str:
        if on is None:
            return _("Give the day on which it was.")
        against = (limit for limit in self._limits() if limit.forbids(on))
        # What an import brought may be out of order already: that is no reason to keep a wrong day.
        return next((limit.why for limit in against if one.on is None or not limit.forbids(one.on)), "")

    def _limits(self) -> Iterator[Limit]:
        start, known, outcome = self.opportunity.started_on, self.opportunity.as_of, self.opportunity.outcome
        yield Limit(Company.the().today(), _("This day is still to come."), is_first=False)
        if known:
            yield Limit(known, _("It is known up to %(day)s alone.") % {"day": day(known)}, is_first=False)
        if start:
            yield Limit(start, _("The opportunity began only on %(day)s.") % {"day": day(start)}, is_first=True)
        if outcome is not None and outcome.on:
            why = _("It ended on %(day)s. If that day is wrong, correct the outcome first.") % {"day": day(outcome.on)}
            yield Limit(outcome.on, why, is_first=False)
        if self.before is not None and self.before.left_on:
            yield Limit(self.before.left_on, _until(self.before), is_first=True)
        yield from self._limits_behind()

    def _limits_behind(self) -> Iterator[Limit]:
        """Yield what came after the step: it has to come after it still."""
        if not self.after:
            return
        nearest = self.after[0]
        words = {"step": nearest.step.name}
        if nearest not in self.following() and nearest.entered_on:
            why = _("“%(step)s” began on %(day)s already.") % {**words, "day": day(nearest.entered_on)}
            yield Limit(nearest.entered_on, why, is_first=False)
        if nearest.left_on:
            yield Limit(nearest.left_on, _until(nearest), is_first=False)
        states = [Attempt.State.HELD, Attempt.State.CLOSED]
        held = nearest.step.attempts.filter(state__in=states, on__gte=self.step.ended_on or datetime.date.min)
        first = held.order_by("on").values_list("on", flat=True).first()
        if first:
            why = _("The appointment of “%(step)s” was held on %(day)s. If that day is wrong, correct it first.")
            yield Limit(first, why % {**words, "day": day(first)}, is_first=False)

    def move(self, one: Dated, to: datetime.date, *, by: Person) -> None:
        """Give one of the days, and all that begins or ends with it, another date."""
        for attempt in one.attempts:
            self._move_attempt(attempt, to, by=by)
        if one.kind == BEGUN:
            Stay.objects.filter(pk=self.stays[0].pk).update(entered_on=to)
        elif one.kind != HELD:
            self._move_end(one.on, to)

    def _move_attempt(self, attempt: Attempt, to: datetime.date, *, by: Person) -> None:
        was = attempt.on
        attempt.edit(by=by, verb="corrected", on=to, starts_at=instant(to, attempt.time, attempt.zone))
        for stay, following in pairwise(self.stays):
            if stay.left_on == was:
                Stay.objects.filter(pk=stay.pk).update(left_on=to)
                Stay.objects.filter(pk=following.pk, entered_on=was).update(entered_on=to)

    def _move_end(self, was: datetime.date | None, to: datetime.date) -> None:
        Stay.objects.filter(pk__in=[stay.pk for stay in self.following()]).update(entered_on=to)
        own = [stay.pk for stay in self.stays[-1:] if stay.end == self.step.state]
        Stay.objects.filter(pk__in=own, left_on=was).update(left_on=to)
        passed = self.opportunity.steps.filter(position__lt=self.step.position, required=False, state=line.SKIPPED)
        if was and self.step.state != line.SKIPPED:  # what was passed over on its day, was so on the right day
            Stay.objects.filter(step__in=passed, end=Stay.End.SKIPPED, left_on=was).update(left_on=to)
            passed.filter(ended_on=was).update(ended_on=to)
        self.step.ended_on = to
        self.step.save(update_fields=["ended_on"])


@transaction.atomic
def correct_days(step: Step, *, by: Person, days: Given, reason: str = "") -> list[tuple[Dated, datetime.date]]:
    """Give days of a step, by their names, the dates on which they were; return those that differ.

    Raises NotAllowed for the first that cannot have been, beside what came before and after it.
    """
    step.opportunity.hold_still()
    step.refresh_from_db(fields=["state", "ended_on", "position"])
    own = Days(step)
    for name, why in own.faults(days).items():
        raise NotAllowed(why, field=name)
    given = ((one, days.get(one.name)) for one in own.all)
    changed = [(one, on) for one, on in given if on is not None and on != one.on]
    for one, on in changed:
        own.move(one, on, by=by)
        what = {f"{one.kind}_on": [one.on and one.on.isoformat(), on.isoformat()]}
        step.tell(CORRECTED, by=by, what=what, reason=reason)
    if changed:
        step.opportunity.restand()
    return changed


def _until(stay: Stay) -> str:
    assert stay.left_on is not None  # asked of what has ended alone
    return str(UNTIL.get(stay.end, LASTED)) % {"step": stay.step.name, "day": day(stay.left_on)}
