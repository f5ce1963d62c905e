"""Load all that is stored about the strings of open opportunities, with one query a table."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from milepost.opportunities import figures, line
from milepost.opportunities.answers import Asked
from milepost.opportunities.found import Found
from milepost.opportunities.models.attempt import Attempt
from milepost.opportunities.models.condition import Condition
from milepost.opportunities.models.gate import Gate
from milepost.opportunities.models.judgement import Judgement
from milepost.opportunities.models.opportunity import Opportunity
from milepost.opportunities.models.stay import Stay
from milepost.opportunities.models.step import Step

UNREAD = ("activity", "milestone", "evidence", "hours")  # of a step: what no reading row shows


@dataclass
class Facts:
    """All that is stored about one open opportunity's string."""

    opportunity: Opportunity
    steps: list[Step] = field(default_factory=list)
    stay: Stay | None = None
    first_tried: datetime.date | None = None
    attempts: dict[int, Attempt] = field(default_factory=dict)
    conditions: dict[int, list[Condition]] = field(default_factory=lambda: defaultdict(list))
    gates: dict[int, Gate] = field(default_factory=dict)
    judged: dict[str, Any] = field(default_factory=dict)
    said: dict[int, tuple[datetime.date, float]] = field(default_factory=dict)

    @property
    def current(self) -> Step | None:
        return line.current(self.steps)

    def age(self, clock: datetime.date) -> int | None:
        """Return the days in the current step since its clock began; None when that day is unknown."""
        return None if self.entered_on is None else max(0, (clock - self.entered_on).days)

    @property
    def entered_on(self) -> datetime.date | None:
        """Return the day the current step's clock began: time in optional steps it passes over was spent on its way."""
        now = self.current
        if self.stay is None or now is None:
            return None
        here = {now.pk, *(step.pk for step in line.passed_over(self.steps, now))}
        return self.stay.entered_on if self.stay.step_id in here else None

    def earliest_close(self, clock: datetime.date) -> datetime.date:
        """Return before which day it cannot close: the last appointment booked, and the usual days of what follows.

        What follows the current step's own appointment the figures know better, up to their furthest day.
        """
        booked = [(self.attempts[step.pk].on, at) for at, step in enumerate(self.steps) if step.pk in self.attempts]
        if not booked:
            return clock
        on, at = max(booked)
        if self.steps[at] is self.current and (on - clock).days <= figures.FURTHEST:
            return on
        return on + datetime.timedelta(days=sum(step.usual_days for step in line.still_to_win(self.steps[at + 1 :])))

    def cell(self, clock: datetime.date, found: Found) -> figures.Cell:
        """Return what the win chance depends on."""
        left = line.still_to_win(self.steps)
        now = self.current
        at_first = bool(left) and now is not None and left[0].pk == now.pk
        attempt = self.attempts.get(now.pk) if now is not None else None
        booked = (attempt.on - clock).days if attempt is not None and at_first else None
        age = self.age(clock) if at_first else 0
        if age is not None and at_first and self.first_tried is not None:
            age = found.age(left[0].key, age, (clock - self.first_tried).days)
        return figures.cell([s.key for s in left], age, booked, self._segment(found))

    def asked(self, cell: figures.Cell, today: datetime.date) -> Asked:
        """Return what answers are asked about: the first step still to win, the days in it, and those in all."""
        begun, clock = self.opportunity.started_on or self.entered_on, self.opportunity.clock(today)
        step = cell.keys[0] if cell.keys else ""
        now = self.current
        here = self.age(clock) if now is not None and now.key == step else 0
        return Asked(self.opportunity.pk, step, (here or 0, (clock - begun).days if begun else 0))

    def _segment(self, found: Found) -> str | None:
        one = self.opportunity
        book = one.playbook_version.playbook_id
        return found.segment(path=one.territory.path, playbook=book, value=one.company_value_minor)


def gather(ids: Sequence[int]) -> dict[int, Facts]:
    """Load the facts of the open ones among these opportunities, with one query a table."""
    facts = lines(ids)
    of_step = {step.pk: one for one in facts.values() for step in one.steps}
    conditions = Condition.objects.filter(step__opportunity_id__in=facts)
    for condition in (one for one in conditions if one.step_id in of_step):
        of_step[condition.step_id].conditions[condition.step_id].append(condition)
    for gate in Gate.objects.filter(opportunity_id__in=facts).select_related("playbook_gate"):
        facts[gate.opportunity_id].gates[gate.step_id] = gate
    for judgement in Judgement.objects.filter(opportunity_id__in=facts).order_by("id"):
        said = {"category": judgement.category, "win": judgement.probability, "close": judgement.close_on}
        facts[judgement.opportunity_id].judged |= {k: v for k, v in said.items() if v not in (None, "")}
        if judgement.by_id is not None and judgement.probability is not None:
            facts[judgement.opportunity_id].said[judgement.by_id] = judgement.on, judgement.probability
    return facts


def lines(ids: Sequence[int]) -> dict[int, Facts]:
    """Load the facts that figures hang on: each line, where it stands, and what is booked."""
    open_ones = Opportunity.objects.open().filter(pk__in=ids, merged_into=None)
    related = ("account", "salesperson", "coordinator", "playbook_version", "territory")
    facts = {o.pk: Facts(o) for o in open_ones.select_related(*related)}
    of_step: dict[int, Facts] = {}
    steps = Step.objects.filter(opportunity_id__in=facts).defer(*UNREAD)
    for step in steps.order_by("opportunity_id", "position"):
        of_step[step.pk] = facts[step.opportunity_id]
        facts[step.opportunity_id].steps.append(step)
    for stay in Stay.objects.filter(opportunity_id__in=facts, left_on=None, end=""):
        facts[stay.opportunity_id].stay = stay
    _first_tries(facts)
    booked = Attempt.objects.filter(step__opportunity_id__in=facts, state__in=["scheduled", "held"])
    for attempt in (one for one in booked if one.step_id in of_step):  # a step added just now has its own restand
        of_step[attempt.step_id].attempts[attempt.step_id] = attempt
    return facts


def _first_tries(facts: Mapping[int, Facts]) -> None:
    """Find when the tries at the current step began: each but the last ended in another one, or was gone back to."""
    ended = Stay.objects.filter(opportunity_id__in=facts).exclude(end="")
    again = set(ended.values_list("opportunity_id", "step_id"))
    tried = [one for pk, one in facts.items() if one.stay is not None and (pk, one.stay.step_id) in again]
    if not tried:
        return
    first: dict[int, Stay] = {}
    before: dict[int, Stay] = {}
    dated = Stay.objects.filter(opportunity_id__in=[one.opportunity.pk for one in tried], entered_on__isnull=False)
    for stay in dated.order_by("id"):
        last = before.get(stay.opportunity_id)
        if last is not None and stay.step_id != last.step_id and stay.left_on == stay.entered_on:
            continue  # gone back from on the day it was entered
        if last is None or not stay.goes_on_from(last):
            first[stay.opportunity_id] = stay
        before[stay.opportunity_id] = stay
    for one in tried:
        if one.stay is not None and before[one.opportunity.pk].pk == one.stay.pk:
            one.first_tried = first[one.opportunity.pk].entered_on
