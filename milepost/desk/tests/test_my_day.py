"""My day: a person's appointments, tasks and requests."""

import datetime

from django.urls import reverse

from milepost.buyers.models import ClientRequest
from milepost.opportunities.models import Attempt, Opportunity, Task
from milepost.opportunities.report import report

DAY = datetime.timedelta(days=1)


def book(opportunity, on, by):
    return Attempt.schedule(opportunity.current_step, by=by, on=on, time=None, zone="Europe/Berlin")


def test_of_two_who_tick_a_task_the_second_does_not_take_it_back(cast, as_, opportunity):
    task = Task.add(by=cast.coordinator, title="Call", owner=cast.salesperson, opportunity=opportunity)
    address = reverse("desk:tick", args=[task.pk])
    assert b'name="to" value="done"' in as_(cast.salesperson).get(reverse("desk:my_day")).content
    for _again in range(2):
        as_(cast.salesperson).post(address, {"to": "done"})
    assert Task.objects.get().done_at is not None


def test_my_day_shows_my_appointments_and_asks_for_results(cast, as_, opportunity):
    book(opportunity, cast.today + DAY, cast.coordinator)
    page = as_(cast.salesperson).get(reverse("desk:my_day")).content
    assert b"They name the problem" in page
    assert b"How did it go" not in page
    book(opportunity, cast.today - DAY, cast.coordinator)
    assert b"How did it go" in as_(cast.salesperson).get(reverse("desk:my_day")).content
    assert b"They name the problem" not in as_(cast.team_member).get(reverse("desk:my_day")).content


def test_a_task_is_ticked_by_its_owner_and_by_nobody_elsewhere(cast, as_, opportunity):
    task = Task.add(by=cast.coordinator, title="Send drawings", opportunity=opportunity, owner=cast.team_member)
    address = reverse("desk:tick", args=[task.pk])
    assert as_(cast.outsider).post(address).status_code == 404
    as_(cast.team_member).post(address)
    task.refresh_from_db()
    assert task.done_by == cast.team_member
    as_(cast.team_member).post(address)
    task.refresh_from_db()
    assert task.done_at is None


def test_requests_stand_with_whoever_says_or_answers(cast, as_, opportunity):
    row = ClientRequest.take(opportunity, by=cast.coordinator, title="A price for line 5")
    assert "A price for line 5" in as_(cast.coordinator).get(reverse("desk:desk")).text
    assert "A price for line 5" not in as_(cast.salesperson).get(reverse("desk:my_day")).text
    row.say(by=cast.coordinator, verdict="answer", owner=cast.team_member, because="It helps")
    assert "Requests to triage" not in as_(cast.coordinator).get(reverse("desk:desk")).text
    assert "A price for line 5" in as_(cast.team_member).get(reverse("desk:my_day")).text
    row.finish(by=cast.team_member, on=cast.today)
    assert "A price for line 5" not in as_(cast.team_member).get(reverse("desk:my_day")).text


def all_reached(cast, opportunity, *names):
    for name in names:
        step = Opportunity.objects.get(pk=opportunity.pk).steps.get(name=name)
        report(step, by=cast.salesperson, result="won", on=cast.today)


def test_my_day_says_what_waits_for_the_coordinator(cast, as_, opportunity):
    mine = reverse("desk:my_day")
    assert "Waiting for the coordinator" not in as_(cast.salesperson).get(mine).text
    all_reached(cast, opportunity, "First talk", "Proposal", "Contract")
    page = as_(cast.salesperson).get(mine).text
    assert "Waiting for the coordinator" in page
    assert f'<a href="{reverse("opportunities:page", args=[opportunity.pk])}">{opportunity.name}</a>' in page
    assert f"All reached: {cast.coordinator.name} records how it ended" in page
    for other in (cast.coordinator, cast.team_member, cast.outsider):
        assert "Waiting for the coordinator" not in as_(other).get(mine).text


def test_my_day_says_that_a_no_waits_for_whoever_ends_it(cast, as_, opportunity):
    cast.coordinator.leave(by=cast.administrator)
    report(opportunity.current_step, by=cast.salesperson, result="lost", on=cast.today)
    page = as_(cast.salesperson).get(reverse("desk:my_day")).text
    assert "The client said no: a coordinator or manager says whether it ends" in page


def test_what_waits_for_the_coordinator_costs_one_question(cast, as_, opportunity, django_assert_max_num_queries):
    all_reached(cast, opportunity, "First talk", "Proposal", "Contract")
    client, mine = as_(cast.salesperson), reverse("desk:my_day")
    client.get(mine)
    with django_assert_max_num_queries(14):
        client.get(mine)
