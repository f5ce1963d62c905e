"""A plan's dates for a calendar, and how it stands."""

import datetime

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from milepost.opportunities.models import Attempt, Task
from milepost.plans.models import ClientWord
from milepost.plans.score import Part, Score


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


def says(as_, cast, opportunity):
    return " ".join(as_(cast.coordinator).get(reverse("plans:plan", args=[opportunity.pk])).text.split())


def test_the_tab_scores_how_it_is_carried_out(cast, as_, client, opportunity, plan, step, contact, late_by, invited):
    late_by(2, owner_contact=contact)
    page = says(as_, cast, opportunity)
    assert "Carried out: 0 of 100" in page
    assert "0 of 1: done of what was to be done by today" in page
    assert "invited people" not in page  # there is nobody to count yet
    _link, address = invited(plan, contact)
    client.get(address)
    step.win(by=None, on=cast.today)
    page = says(as_, cast, opportunity)
    assert "1 of 2: done of what was to be done by today" in page
    assert "1 of 1: invited people who have looked" in page
    assert "0 of 1: the newest version is confirmed" in page
    assert "0 of 1: reached steps with a file or the client’s word" in page
    assert "Carried out: 38 of 100" in page


def test_what_the_client_said_and_we_took_up_is_evidence(cast, as_, opportunity, plan, step, contact, late_by, invited):
    late_by(0, owner_contact=contact)
    link, _address = invited(plan, contact)
    step.win(by=None, on=cast.today)
    part = plan.parts.get(step=step)
    ClientWord.objects.create(plan=plan, link=link, part=part, kind="done", about="x", accepted=True)
    assert "1 of 1: reached steps with a file or the client’s word" in says(as_, cast, opportunity)


def test_where_looking_is_not_noted_it_is_no_part(cast, as_, opportunity, plan, contact, late_by, invited):
    late_by(0, owner_contact=contact)
    invited(plan, contact)
    plan.revise(by=None, records_looks=False)
    assert "invited people" not in says(as_, cast, opportunity)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)).map(lambda n: (min(n), n[1])), min_size=1, max_size=4)
)
def test_points_lie_between_nothing_and_a_hundred(counted):
    points = Score(tuple(Part("", number, of) for number, of in counted)).points
    assert 0 <= points <= 100
    assert (points == 100) <= all(number * 100 >= of * 98 for number, of in counted)
