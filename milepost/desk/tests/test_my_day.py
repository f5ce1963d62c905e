"""My day: a person's appointments, tasks and requests."""

import datetime

from django.urls import reverse

from milepost.buyers.models import ClientRequest
from milepost.opportunities.models import Attempt, Task

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
