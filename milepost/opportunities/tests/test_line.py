"""The rules of the line, through the verbs that move a string."""

import datetime

import pytest

from milepost.opportunities.close import close, correct
from milepost.opportunities.models import Attempt, Condition, Outcome, Standing, Stay
from milepost.opportunities.models.step import NotAllowed
from milepost.opportunities.report import TaskAsked, report

DAY = datetime.timedelta(days=1)


def step(opportunity, name):
    return opportunity.steps.get(name=name)


def names(opportunity):
    return {s.name: s.state for s in opportunity.steps.all()}


def test_it_begins_with_its_first_step_entered(cast, opportunity):
    assert [s.name for s in opportunity.steps.all()] == ["First talk", "Site visit", "Proposal", "Contract"]
    stay = Stay.objects.get(opportunity=opportunity)
    assert (stay.step.name, stay.entered_on) == ("First talk", cast.today - 10 * DAY)
    standing = opportunity.standing
    assert standing.step_name == "First talk"
    assert 0 < standing.win_low < standing.win < standing.win_high < 1
    assert standing.expected_minor == round(standing.value_minor * standing.win)


def test_a_reached_step_lets_the_next_begin(cast, opportunity):
    report(step(opportunity, "First talk"), by=cast.salesperson, result="won", on=cast.today)
    assert names(opportunity)["First talk"] == "won"
    assert Stay.objects.get(opportunity=opportunity, left_on=None).step.name == "Site visit"


def test_a_later_step_waits_for_the_earlier_required_ones(cast, opportunity):
    with pytest.raises(NotAllowed, match="First talk"):
        report(step(opportunity, "Proposal"), by=cast.salesperson, result="won", on=cast.today)
    assert names(opportunity)["Proposal"] == "planned"


def test_an_optional_step_is_passed_over(cast, opportunity):
    report(step(opportunity, "First talk"), by=cast.salesperson, result="won", on=cast.today)
    report(step(opportunity, "Proposal"), by=cast.salesperson, result="won", on=cast.today)
    assert names(opportunity)["Site visit"] == "skipped"
    stay = Stay.objects.get(step__name="Proposal")
    assert (stay.entered_on, stay.left_on, stay.end) == (cast.today, cast.today, "won")


def test_meeting_again_restarts_the_clock_and_loses_nothing(cast, opportunity):
    first = step(opportunity, "First talk")
    report(first, by=cast.salesperson, result="again", on=cast.today, tasks=[TaskAsked("Send the drawings")])
    first.refresh_from_db()
    assert first.state == "planned"
    assert [s.end for s in Stay.objects.order_by("id")] == ["again", ""]
    assert opportunity.tasks.get().owner == cast.salesperson
    report(first, by=cast.salesperson, result="won", on=cast.today)
    assert Attempt.objects.filter(step=first).count() == 2


def test_a_step_with_an_open_condition_is_held_but_not_won(cast, opportunity):
    first = step(opportunity, "First talk")
    condition = Condition.add(first, by=cast.coordinator, name="Confidentiality signed")
    with pytest.raises(NotAllowed, match="Confidentiality"):
        report(first, by=cast.salesperson, result="won", on=cast.today)
    condition.turn("waived", by=cast.coordinator, reason="Their template is in place")
    report(step(opportunity, "First talk"), by=cast.salesperson, result="won", on=cast.today)
    assert names(opportunity)["First talk"] == "won"


def test_a_required_step_is_skipped_only_with_a_reason(cast, opportunity):
    first = step(opportunity, "First talk")
    with pytest.raises(NotAllowed, match="why"):
        first.skip(by=cast.coordinator, on=cast.today, reason=" ")
    first.skip(by=cast.coordinator, on=cast.today, reason="We talked at the fair")
    assert opportunity.tailorings.get().kind == "overridden"
    assert Stay.objects.get(key="first").end == "skipped"


def test_going_back_keeps_the_old_win_and_asks_for_the_later_ones_again(cast, opportunity):
    for name in ("First talk", "Proposal"):
        report(step(opportunity, name), by=cast.salesperson, result="won", on=cast.today)
    step(opportunity, "First talk").reopen(by=cast.coordinator, on=cast.today, reason="New director")
    assert names(opportunity)["First talk"] == "planned"
    assert step(opportunity, "Proposal").to_confirm
    report(step(opportunity, "First talk"), by=cast.salesperson, result="won", on=cast.today)
    opportunity.refresh_from_db()
    opportunity.__dict__.pop("steps_in_order", None)
    assert opportunity.current_step.name == "Proposal"
    step(opportunity, "Proposal").confirm(by=cast.coordinator, on=cast.today)
    assert Standing.objects.get(pk=opportunity.pk).step_name == "Contract"
    assert Stay.objects.filter(end="back").count() == 1


def test_winning_needs_every_required_step(cast, opportunity):
    with pytest.raises(NotAllowed, match="First talk, Proposal, Contract"):
        close(opportunity, by=cast.coordinator, kind="won", on=cast.today)
    close(opportunity, by=cast.coordinator, kind="won", on=cast.today, override="They bought by mail")
    assert opportunity.outcome.kind == "won"
    assert not Standing.objects.filter(pk=opportunity.pk).exists()
    assert not Stay.objects.filter(left_on=None).exists()


def test_it_ends_once(cast, opportunity):
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today)
    with pytest.raises(NotAllowed, match="ended already"):
        close(opportunity, by=cast.coordinator, kind="won", on=cast.today)
    assert Stay.objects.get(key="first").cause == "lost"


def test_a_wrong_outcome_is_corrected_in_sight(cast, opportunity):
    wrong = close(opportunity, by=cast.coordinator, kind="lost", on=cast.today)
    correct(wrong, by=cast.sales_manager, kind="open_again", on=None, why="They called back")
    assert opportunity.outcome is None
    assert Standing.objects.filter(pk=opportunity.pk).exists()
    assert Stay.objects.get(left_on=None).step.name == "First talk"
    close(opportunity, by=cast.coordinator, kind="no_decision", on=cast.today)
    assert [o.kind for o in Outcome.objects.order_by("id")] == ["lost", "open_again", "no_decision"]
    assert opportunity.outcome.kind == "no_decision"


def test_a_lost_optional_step_passes_through(cast, opportunity):
    report(step(opportunity, "First talk"), by=cast.salesperson, result="won", on=cast.today)
    report(step(opportunity, "Site visit"), by=cast.salesperson, result="lost", on=cast.today)
    assert Standing.objects.get(pk=opportunity.pk).step_name == "Proposal"


def test_a_lost_required_step_waits_for_the_end_to_be_confirmed(cast, opportunity):
    report(step(opportunity, "First talk"), by=cast.salesperson, result="lost", on=cast.today)
    standing = Standing.objects.get(pk=opportunity.pk)
    assert (standing.step_name, standing.step_state) == ("First talk", "lost")


def test_an_appointment_to_come_cannot_be_reported(cast, opportunity):
    with pytest.raises(NotAllowed, match="still to come"):
        report(step(opportunity, "First talk"), by=cast.salesperson, result="won", on=cast.today + DAY)
