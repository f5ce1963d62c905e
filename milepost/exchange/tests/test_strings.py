"""Visits to stages become the states of steps and the stays that learning counts."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from milepost.exchange.loading.strings import StayPlan, StepState, Visit, line_up, tidy


def day(number):
    return dt.date(2026, 1, number)


def states(line):
    return [step.state for step in line.steps]


def test_it_starts_an_open_string_without_history_at_its_first_step():
    line = line_up(3, [], None, None)
    assert states(line) == ["planned", "planned", "planned"]
    assert line.stays == [StayPlan(0, None, None, "")]


def test_it_leaves_earlier_steps_of_an_open_string_unrecorded():
    line = line_up(3, [Visit(1, day(5))], None, None)
    assert states(line) == ["not_recorded", "planned", "planned"]
    assert line.stays == [StayPlan(1, day(5), None, "")]


def test_it_records_steps_whose_days_are_known():
    line = line_up(3, [Visit(0, day(1)), Visit(1, day(5))], None, None)
    assert line.steps[0] == StepState("won", day(5))
    assert line.stays == [StayPlan(0, day(1), day(5), "won"), StayPlan(1, day(5), None, "")]


def test_it_leaves_a_step_that_was_jumped_unrecorded():
    assert states(line_up(3, [Visit(0, day(1)), Visit(2, day(5))], None, None)) == ["won", "not_recorded", "planned"]


def test_it_closes_the_last_step_of_a_won_string_on_its_day():
    line = line_up(2, [Visit(1, day(2))], "won", day(9))
    assert line.steps == [StepState(), StepState("won", day(9))]
    assert line.stays == [StayPlan(1, day(2), day(9), "won")]


def test_it_records_nothing_of_a_string_that_ended_without_history():
    for outcome in ("won", "lost"):
        line = line_up(2, [], outcome, day(9))
        assert states(line) == ["not_recorded", "not_recorded"]
        assert line.stays == []


def test_it_crosses_the_step_at_which_it_was_lost():
    line = line_up(3, [Visit(1, day(2))], "lost", day(9))
    assert states(line) == ["not_recorded", "lost", "planned"]
    assert line.stays == [StayPlan(1, day(2), day(9), "lost")]


def test_it_leaves_the_step_open_where_no_decision_came():
    line = line_up(2, [Visit(0, day(2))], "no_decision", day(9))
    assert states(line) == ["planned", "planned"]
    assert line.stays[0].end == "lost"


def test_it_goes_back_and_asks_to_confirm_what_was_reached_later():
    visits = [Visit(0, day(1)), Visit(1, day(2)), Visit(2, day(3)), Visit(0, day(4))]
    line = line_up(3, visits, None, None)
    assert line.steps == [StepState("planned"), StepState("won", day(3), to_confirm=True), StepState("planned")]
    assert [stay.end for stay in line.stays] == ["won", "won", "back", ""]


def test_it_teaches_nothing_when_days_are_out_of_order():
    assert line_up(2, [Visit(0, day(9))], "won", day(2)).stays == []


def test_it_tidies_repetitions_and_what_comes_after_the_end():
    visits = [Visit(1, day(5)), Visit(0, day(1)), Visit(0, day(2)), Visit(1, day(20))]
    assert tidy(visits, day(9)) == [Visit(0, day(1)), Visit(1, day(5))]


@given(
    st.lists(st.tuples(st.integers(0, 4), st.none() | st.integers(1, 28)), max_size=8),
    st.sampled_from([None, "won", "lost", "no_decision", "withdrawn"]),
)
def test_it_always_makes_a_string_that_the_rules_allow(pairs, outcome):
    visits = tidy((Visit(place, number and day(number)) for place, number in pairs), day(20) if outcome else None)
    line = line_up(5, visits, outcome, day(20) if outcome else None)
    open_stays = [stay for stay in line.stays if stay.end == ""]
    assert len(open_stays) == (1 if outcome is None else 0)
    if outcome is None:
        ahead = line.steps[line.last :]
        assert all(step.state != "lost" for step in line.steps)
        assert all(step.state == "not_recorded" or step.state == "won" for step in line.steps[: line.last])
        assert ahead[0].state == "planned"
    assert all(step.state == "won" for step in line.steps if step.to_confirm)
    assert all(stay.left >= stay.entered for stay in line.stays if stay.end)
