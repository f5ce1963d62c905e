"""A plan's dates for a calendar, and how it stands."""

import datetime

import pytest
from django.urls import reverse

from milepost.opportunities.models import Attempt, Task
from milepost.plans.models import ClientWord


@pytest.fixture
def late_by(cast, opportunity, step, contact, plan, publish):
    """Publish a plan on which a task is so many days late: `late_by(3, owner=…)`."""

    def now(days, **whose):
        due = cast.today - datetime.timedelta(days=days)
        task = Task.add(by=None, title="Name the shift", opportunity=opportunity, due_on=due, **whose)
        plan.share([("step", step.pk), ("task", task.pk)], by=None)
        publish(plan)
        return task

    return now


def unfolded(content):
    return content.decode().replace("\r\n ", "")


def test_the_dates_go_into_a_calendar(cast, client, opportunity, plan, step, contact, late_by, publish, invited):
    day = cast.today + datetime.timedelta(days=4)
    Attempt.schedule(step, by=None, on=day, time=datetime.time(14), zone="Europe/Berlin", minutes=90)
    visit = opportunity.steps.get(key="visit")
    plan.share([("step", visit.pk)], by=None)
    plan.parts.get(step=visit).revise(by=None, on=day, about=True, name="Visit; then, dinner " + "ü" * 60)
    task = late_by(2, owner_contact=contact)
    publish(plan)
    _link, address = invited(plan, contact)
    assert 'href="plan.ics"' in client.get(address).text
    answer = client.get(f"{address}plan.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    assert answer["Referrer-Policy"] == "strict-origin"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    text = unfolded(answer.content)
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 3
    assert f"DTSTART:{step.attempts.get().starts_at:%Y%m%dT%H%M%SZ}" in text
    assert "DURATION:PT90M" in text
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in text
    assert "SUMMARY:Visit\\; then\\, dinner üüü" in text
    assert "STATUS:TENTATIVE" in text
    assert f"SUMMARY:{task.title}" in text
    step.win(by=None, on=cast.today)
    assert client.get(f"{address}plan.ics").content.count(b"BEGIN:VEVENT") == 2


@pytest.mark.parametrize(
    ("days", "says"), [(0, "On track"), (1, "At risk: 1 day"), (6, "At risk: 6"), (7, "Stalled: 7")]
)
def test_the_tab_says_how_it_stands(cast, as_, opportunity, contact, late_by, days, says):
    late_by(days, owner_contact=contact)
    page = as_(cast.coordinator).get(reverse("plans:plan", args=[opportunity.pk])).text
    assert says in page
    assert ("on the client’s side" in page) == (days > 0)


def test_what_we_owe_is_late_on_our_side(cast, as_, opportunity, late_by):
    late_by(3, owner=cast.salesperson)
    page = as_(cast.coordinator).get(reverse("plans:plan", args=[opportunity.pk])).text
    assert "3 days late, on ours" in page


def test_what_they_say_is_done_is_late_no_more(cast, as_, opportunity, plan, contact, late_by, invited):
    task = late_by(9, owner_contact=contact)
    link, _address = invited(plan, contact)
    ClientWord.say(link, kind="done", seen=1, part=plan.parts.get(task=task), about=task.title)
    assert "On track" in as_(cast.coordinator).get(reverse("plans:plan", args=[opportunity.pk])).text
