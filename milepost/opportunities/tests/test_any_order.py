"""Whatever is done to a line, in whatever order, the rules hold and the reading row is what a rebuild makes of it."""

import datetime

import pytest
from django.db import transaction
from django.forms.models import model_to_dict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.opportunities import line
from milepost.opportunities.close import close, correct
from milepost.opportunities.models import Attempt, Condition, Opportunity, Standing, Stay
from milepost.opportunities.models.step import NotAllowed
from milepost.opportunities.report import report
from milepost.opportunities.standing import restand
from milepost.opportunities.tailor import add_step, move_step
from milepost.opportunities.undo import undo_skip
from milepost.opportunities.unreport import undo_report
from milepost.web.models import Change

DAY = datetime.timedelta(days=1)
KINDS = ("won", "lost", "no_decision", "withdrawn")
RESULTS = ("won", "lost", "again")
STATES = ("under_way", "met", "failed", "waived")
VERBS = (
    "schedule", "cancel", "hold", "report", "report", "report", "skip", "reopen", "confirm", "undo",
    "add", "move", "condition", "turn", "close", "correct",
)  # fmt: skip
deeds = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 7), st.integers(0, 7)), max_size=14)


class Line:
    """One opportunity, to which things are done by number."""

    def __init__(self, pk, cast):
        self.pk, self.cast, self.by = pk, cast, cast.coordinator

    @property
    def opportunity(self):
        return Opportunity.objects.get(pk=self.pk)

    def step(self, at):
        steps = list(self.opportunity.steps.order_by("position"))
        return steps[at % len(steps)]

    def do(self, verb, at, how):
        getattr(self, verb)(self.step(at), how)

    def schedule(self, step, how):
        on = self.cast.today + (how - 3) * DAY
        Attempt.schedule(step, by=self.by, on=on, time=None, zone="Europe/Berlin")

    def cancel(self, step, how):
        if step.attempt:
            step.attempt.cancel(by=self.by)

    def hold(self, step, how):
        if step.attempt:
            step.attempt.hold(by=self.by)

    def report(self, step, how):
        today = self.cast.today
        following = today + 3 * DAY if how > 4 and how % 3 != 1 else None
        report(step, by=self.by, result=RESULTS[how % 3], on=today, next_on=following)

    def skip(self, step, how):
        step.skip(by=self.by, on=self.cast.today, reason="Not needed" if how else " ")

    def reopen(self, step, how):
        step.reopen(by=self.by, on=self.cast.today, reason="Things changed")

    def confirm(self, step, how):
        step.confirm(by=self.by, on=self.cast.today)

    def undo(self, step, how):
        (undo_skip if how % 2 else undo_report)(step, by=self.by)

    def add(self, step, how):
        add_step(step, by=self.by, name=f"Own {how}", reason="They ask for it", required=how % 2 == 0)

    def move(self, step, how):
        behind = self.step(how)
        move_step(step, by=self.by, behind=None if behind == step else behind, reason="They want it so")

    def condition(self, step, how):
        Condition.add(step, by=self.by, name=f"Review {how}")

    def turn(self, step, how):
        condition = step.conditions.first()
        if condition:
            condition.turn(STATES[how % 4], by=self.by, reason="So it is")

    def close(self, step, how):
        override = "By mail" if how > 3 else ""
        close(self.opportunity, by=self.by, kind=KINDS[how % 4], on=self.cast.today, override=override)

    def correct(self, step, how):
        outcome = self.opportunity.outcome
        if outcome:
            kind = (*KINDS, "open_again")[how % 5]
            reached = [s.pk for s in self.opportunity.steps.all()][how:]
            on = None if kind == "open_again" else self.cast.today
            correct(outcome, by=self.by, kind=kind, on=on, why="Wrong", reached=reached, override="By mail")


def faults(opportunity):
    """Return which rules do not hold, in words."""
    steps, outcome = list(opportunity.steps.order_by("position")), opportunity.outcome
    for step in steps:
        done = step.state == line.HELD or (step.state == line.WON and step.required and not step.to_confirm)
        if done and outcome is None and line.in_the_way(steps, step):
            yield f"{step.name} is {step.state} before {line.in_the_way(steps, step)}"
        active = set(step.attempts.filter(state__in=["scheduled", "held"]).values_list("state", flat=True))
        if active != ({step.state} if step.state in (line.SCHEDULED, line.HELD) else set()):
            yield f"{step.name} is {step.state} and its appointments are {active}"
        if step.state == line.WON and step.conditions.unmet().exists():
            yield f"{step.name} is won with open conditions"
    if [step.position for step in steps] != list(range(1, len(steps) + 1)):
        yield "places"
    if outcome is not None and outcome.kind == "won" and line.still_to_win(steps):
        yield f"won without {line.still_to_win(steps)}"
    lasting = list(Stay.objects.filter(opportunity=opportunity, left_on=None, end=""))
    now = line.current(steps)
    goes_on = outcome is None and now is not None and now.is_open
    # Where a step is booked ahead, the time goes on in the optional one before it until that is passed over.
    here = {now.pk, *(step.pk for step in line.passed_over(steps, now))} if goes_on else set()
    if len(lasting) != goes_on or not {stay.step_id for stay in lasting} <= here:
        yield f"stays in {[stay.step.name for stay in lasting]}, work is at {now}, outcome {outcome}"
    if Standing.objects.filter(pk=opportunity.pk).exists() != (outcome is None):
        yield "standing"


def reading_row(opportunity):
    row = Standing.objects.filter(pk=opportunity.pk).first()
    return row and model_to_dict(row)


@pytest.mark.slow
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(deeds=deeds)
def test_the_rules_hold_whatever_is_done(cast, opportunity, deeds):
    with transaction.atomic():
        line_ = Line(opportunity.pk, cast)
        for deed in deeds:
            before = Change.objects.count()
            try:
                with transaction.atomic():
                    line_.do(*deed)
            except NotAllowed:
                assert Change.objects.count() == before
            found = list(faults(line_.opportunity))
            assert not found, f"after {deed}: {found}"
        kept = reading_row(opportunity)
        restand([opportunity.pk])
        assert kept == reading_row(opportunity)
        transaction.set_rollback(True)
