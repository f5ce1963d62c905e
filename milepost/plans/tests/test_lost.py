"""How many days either side's lateness has cost, at each step and in all."""

import datetime
from itertools import pairwise

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from milepost.opportunities.models import Attempt, Condition, Task
from milepost.plans.courses import lost_on
from milepost.plans.draft import Draft
from milepost.plans.lost import AGAIN, OURS, STEP, THEIRS, UNSAID, Course, Told, at_step, days_lost
from milepost.plans.models import ClientWord, SharedPlan
from milepost.web.history import record

FIRST = datetime.date(2027, 3, 1)
WHOSE = {"by_them": (7, 0, 0), "by_us": (0, 7, 0), "": (0, 0, 7)}


def at(day):
    return FIRST + datetime.timedelta(days=day)


def told(*pairs):
    return [Told(None if day is None else at(day), by) for day, by in pairs]


def counted(course, today):
    days = list(days_lost(course, at(today)).values())
    return days.count(THEIRS), days.count(OURS), days.count(UNSAID)


@pytest.mark.parametrize(
    ("course", "today", "lost"),
    [
        ([(5, OURS)], 5, (0, 0, 0)),
        ([(5, OURS)], 8, (0, 3, 0)),
        ([(5, OURS), (9, THEIRS)], 0, (4, 0, 0)),
        ([(5, OURS), (9, THEIRS), (7, OURS)], 0, (2, 0, 0)),
        ([(5, OURS), (9, THEIRS), (12, OURS)], 13, (4, 4, 0)),
        ([(5, OURS), (None, THEIRS)], 5, (0, 0, 0)),
        ([(5, OURS), (None, THEIRS)], 8, (3, 0, 0)),
        ([(5, OURS), (None, THEIRS), (9, OURS)], 0, (4, 0, 0)),
        ([(5, OURS), (None, UNSAID), (9, OURS)], 10, (0, 1, 4)),
        ([(None, THEIRS), (9, OURS)], 9, (0, 0, 0)),
        ([], 9, (0, 0, 0)),
    ],
)
def test_a_course_costs_whoever_wanted_it(course, today, lost):
    assert counted(Course(told(*course), None, OURS), today) == lost


def test_another_try_is_compared_with_nothing():
    course = Course([*told((5, OURS)), AGAIN, *told((20, OURS))], None, OURS)
    assert counted(course, 20) == (0, 0, 0)


def test_what_is_done_before_its_day_gives_days_back():
    course = told((5, OURS), (9, THEIRS))
    assert counted(Course(course, at(6), OURS), 30) == (1, 0, 0)
    assert counted(Course(course, at(3), OURS), 30) == (0, 0, 0)
    assert counted(Course(course, at(11), OURS), 30) == (4, 2, 0)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from([THEIRS, OURS, UNSAID])), min_size=1, max_size=9),
    st.integers(0, 60),
)
def test_a_day_is_whose_wish_last_moved_it_behind_that_day(moves, today):
    """The slow twin asks of each day by itself: the last move from before it to on or after it has it."""
    known = [day for day, _by in moves]
    end = max(today, known[-1])
    expected = {}
    for day in range(min(known) + 1, end + 1):
        crossed = [by for (was, _), (now, by) in pairwise(moves) if was < day <= now]
        expected[at(day)] = OURS if day > known[-1] else crossed[-1]
    assert days_lost(Course(told(*moves), None, OURS), at(today)) == expected


def test_a_day_counts_once_for_a_side_and_a_late_step_is_not_ours_while_theirs_is_overdue():
    duties = [Course(told((5, OURS)), at(9), THEIRS), Course(told((7, OURS)), None, THEIRS)]
    step = Course(told((8, OURS)), None, STEP)
    row = at_step("Talk", step, duties, at(12))
    assert (row.theirs, row.ours) == (7, 0)
    row = at_step("Talk", step, duties[:1], at(12))
    assert (row.theirs, row.ours) == (4, 3)
    row = at_step("Talk", step, [Course(told((6, OURS)), None, OURS)], at(12))
    assert (row.theirs, row.ours) == (0, 6)


def lost(opportunity, today):
    plan = SharedPlan.objects.select_related("opportunity__account").get(opportunity=opportunity)
    return {
        row.name: (row.theirs, row.ours, row.unsaid) for row in lost_on(Draft.of(plan, seller=""), today) if row.any
    }


def tab(as_, cast, opportunity):
    return " ".join(as_(cast.coordinator).get(reverse("plans:plan", args=[opportunity.pk])).text.split())


def schedule(cast, as_, step, day, **more):
    attempt = step.attempt
    said = {"on": day, "minutes": 60, "zone": "Europe/Berlin", "version": attempt.version if attempt else "", **more}
    page = reverse("opportunities:schedule", args=[step.pk])
    seen = as_(cast.coordinator).get(page).context["seen"]
    return as_(cast.coordinator).post(page, {**said, "seen": seen})


@pytest.mark.parametrize("by_whom", WHOSE)
def test_an_appointment_that_is_moved_costs_whoever_wanted_it(cast, as_, opportunity, shared, step, by_whom):
    day = cast.today + datetime.timedelta(days=4)
    schedule(cast, as_, step, day)
    assert lost(opportunity, cast.today) == {}
    schedule(cast, as_, step, day + datetime.timedelta(days=7), by_whom=by_whom)
    assert lost(opportunity, cast.today) == {"First talk": WHOSE[by_whom]}
    page = tab(as_, cast, opportunity)
    theirs, ours, unsaid = WHOSE[by_whom]
    assert f"Days lost so far: {theirs} on the client’s side, {ours} on ours" in page
    assert ("Nobody said" in page) == bool(unsaid)


def test_where_nothing_is_lost_the_tab_says_so(cast, as_, opportunity, shared):
    assert "No day has been lost so far on either side" in tab(as_, cast, opportunity)


@pytest.mark.parametrize(("by_whom", "row"), [("by_them", (6, 0, 0)), ("by_us", (0, 6, 0))])
def test_what_is_called_off_costs_until_the_next_day(cast, as_, opportunity, shared, step, by_whom, row):
    day = cast.today + datetime.timedelta(days=2)
    schedule(cast, as_, step, day)
    page = reverse("opportunities:call_off", args=[step.pk])
    as_(cast.coordinator).post(page, {"by_whom": by_whom, "reason": "", "seen": ""})
    assert lost(opportunity, day) == {}
    assert lost(opportunity, day + datetime.timedelta(days=6)) == {"First talk": row}
    schedule(cast, as_, step, day + datetime.timedelta(days=6))
    assert lost(opportunity, cast.today) == {"First talk": row}


def test_what_was_called_off_and_stands_again_costs_nothing(cast, as_, opportunity, shared, step):
    day = cast.today + datetime.timedelta(days=2)
    schedule(cast, as_, step, day)
    client = as_(cast.coordinator)
    client.post(reverse("opportunities:call_off", args=[step.pk]), {"by_whom": "by_them", "reason": "", "seen": ""})
    client.post(reverse("opportunities:keep_appointment", args=[step.pk]))
    assert lost(opportunity, day) == {}


def test_who_does_not_come_has_the_days_until_the_next_one(cast, opportunity, shared, step):
    attempt = Attempt.schedule(step, by=None, on=cast.today, time=None, zone="UTC")
    attempt.step = step
    attempt.miss(by=cast.coordinator, at=timezone.now())
    Attempt.schedule(step, by=None, on=cast.today + datetime.timedelta(days=3), time=None, zone="UTC")
    assert lost(opportunity, cast.today) == {"First talk": (3, 0, 0)}


def test_a_published_day_that_moves_is_ours_unless_the_client_wanted_it(
    cast, as_, opportunity, shared, step, publish, contact, invited
):
    part, day = shared.parts.get(step=step), cast.today + datetime.timedelta(days=5)
    form = {"name": "", "says": "", "ours": "", "theirs": "", "contact": ""}
    for n, by_whom in ((0, ""), (2, ""), (6, "by_them")):
        part.refresh_from_db()
        on = day + datetime.timedelta(days=n)
        sent = {**form, "on": on, "version": part.version, "by_whom": by_whom}
        assert as_(cast.coordinator).post(reverse("plans:part", args=[part.pk]), sent).status_code == 302
        publish(shared)
    assert lost(opportunity, cast.today) == {"First talk": (4, 2, 0)}
    on = day + datetime.timedelta(days=9)
    word = ClientWord.say(invited(shared, contact)[0], kind="date", seen=4, part=part, about="x", on=on)
    as_(cast.coordinator).post(reverse("plans:answer", args=[word.pk]), {"answer": ""})
    assert lost(opportunity, cast.today) == {"First talk": (4, 2, 0)}  # not told before it is published
    publish(shared)
    assert lost(opportunity, cast.today) == {"First talk": (7, 2, 0)}


def test_a_rough_day_costs_nothing(cast, opportunity, shared, step, publish):
    part = shared.parts.get(step=step)
    for n in (1, 9):
        part.revise(by=None, on=cast.today + datetime.timedelta(days=n), about=True)
        publish(shared)
    assert lost(opportunity, cast.today + datetime.timedelta(days=30)) == {}


def test_what_was_moved_before_it_was_shared_is_not_counted(cast, opportunity, plan, step, publish):
    for n in (1, 9):
        Attempt.schedule(step, by=None, on=cast.today + datetime.timedelta(days=n), time=None, zone="UTC")
    plan.share([("step", step.pk)], by=None)
    publish(plan)
    assert lost(opportunity, cast.today) == {}
    Attempt.schedule(
        step, by=None, on=cast.today + datetime.timedelta(days=11), time=None, zone="UTC", by_whom="by_them"
    )
    assert lost(opportunity, cast.today) == {"First talk": (2, 0, 0)}


def test_overdue_owners_cost_their_side_until_it_is_done(cast, opportunity, plan, step, contact, publish, invited):
    due = cast.today + datetime.timedelta(days=1)
    theirs = Task.add(by=None, title="Name the shift", owner_contact=contact, opportunity=opportunity, due_on=due)
    ours = Task.add(
        by=None, title="Send the layout", owner=cast.salesperson, opportunity=opportunity, step=step, due_on=due
    )
    review = Condition.add(step, by=None, name="Security review", owner_contact=contact, due_on=due)
    plan.share([("step", step.pk), ("task", theirs.pk), ("task", ours.pk), ("condition", review.pk)], by=None)
    publish(plan)
    later = due + datetime.timedelta(days=4)
    assert lost(opportunity, due) == {}
    assert lost(opportunity, later) == {"First talk": (4, 4, 0), "Besides": (4, 0, 0)}
    with time_machine.travel(datetime.datetime.combine(due, datetime.time(12), tzinfo=datetime.UTC), tick=False):
        ours.finish(by=cast.salesperson)
        ClientWord.say(invited(plan, contact)[0], kind="done", seen=1, part=plan.parts.get(task=theirs), about="x")
    with time_machine.travel(datetime.datetime.combine(later, datetime.time(12), tzinfo=datetime.UTC), tick=False):
        review.turn("met", by=None)
    assert lost(opportunity, later + datetime.timedelta(days=9)) == {"First talk": (4, 0, 0)}
    ClientWord.objects.get().reply(by=cast.coordinator, accepted=False, answer="Which shift?")
    assert lost(opportunity, later) == {"First talk": (4, 0, 0), "Besides": (4, 0, 0)}


def test_a_step_past_its_day_is_ours_until_it_is_reached(cast, opportunity, shared, step, publish):
    part, day = shared.parts.get(step=step), cast.today + datetime.timedelta(days=2)
    part.revise(by=None, on=day)
    publish(shared)
    later = day + datetime.timedelta(days=5)
    assert lost(opportunity, later) == {"First talk": (0, 5, 0)}
    step.win(by=None, on=day + datetime.timedelta(days=1))
    assert lost(opportunity, later) == {"First talk": (0, 1, 0)}


def test_a_renamed_step_keeps_its_past(cast, as_, opportunity, shared, step):
    day = cast.today + datetime.timedelta(days=4)
    Attempt.schedule(step, by=None, on=day, time=None, zone="UTC")
    Attempt.schedule(step, by=None, on=day + datetime.timedelta(days=2), time=None, zone="UTC", by_whom="by_us")
    step.tailor(by=cast.coordinator, reason="Clearer", name="Talk with the owner")
    assert lost(opportunity, cast.today) == {"First talk": (0, 2, 0)}


def test_two_steps_of_one_name_are_counted_apart(cast, opportunity, shared, step, publish):
    other = opportunity.steps.exclude(pk=step.pk).first()
    shared.share([("step", other.pk)], by=None)
    other.tailor(by=cast.coordinator, reason="It is one more", name=step.name)
    publish(shared)
    day = cast.today + datetime.timedelta(days=4)
    for each in (step, other):
        Attempt.schedule(each, by=None, on=day, time=None, zone="UTC")
    Attempt.schedule(other, by=None, on=day + datetime.timedelta(days=2), time=None, zone="UTC", by_whom="by_them")
    plan = SharedPlan.objects.select_related("opportunity__account").get(pk=shared.pk)
    rows = [(row.name, row.theirs, row.ours) for row in lost_on(Draft.of(plan, seller=""), cast.today)]
    assert rows == [("First talk", 0, 0), ("First talk", 2, 0)]


def test_what_was_written_down_without_a_steps_id_is_found_by_its_name(cast, opportunity, shared, step):
    day = cast.today + datetime.timedelta(days=4)
    Attempt.schedule(step, by=None, on=day, time=None, zone="UTC")
    what = {"on": [day.isoformat(), (day + datetime.timedelta(days=3)).isoformat()], "moved_by": [None, "by_us"]}
    record(opportunity, "appointment moved", by=None, part=step.name, what=what)
    assert lost(opportunity, cast.today) == {"First talk": (0, 3, 0)}


def test_the_tab_asks_the_same_however_much_was_moved(cast, as_, opportunity, shared, step, publish):
    client, address = as_(cast.coordinator), reverse("plans:plan", args=[opportunity.pk])

    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    asked()
    before = asked()
    for n in range(1, 6):
        Attempt.schedule(step, by=None, on=cast.today + datetime.timedelta(days=n), time=None, zone="UTC")
        shared.revise(by=None, title=f"Title {n}")
        publish(shared)
    assert asked() == before
