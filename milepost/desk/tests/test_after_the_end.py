"""What an end leaves behind: nothing booked, nothing to report, the value at the rate of its day."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from milepost.accounts.models import Account
from milepost.opportunities.models import Attempt, Condition, Opportunity
from milepost.team.models import Rate


@pytest.fixture
def deed(world, as_):
    """Post to a deed on the opportunity, or on one of its steps, as its coordinator."""
    client = as_(world.cast.coordinator)

    def send(what, row, **sent):
        return client.post(reverse(f"opportunities:{what}", args=[row.pk]), sent)

    return send


def booked(deed, step, day):
    assert deed("schedule", step, on=day, minutes=60, zone="Europe/Berlin").status_code == 302


def test_an_end_calls_off_what_is_booked_and_the_step_needs_a_date_again(world, deed, as_):
    one, today = world.opportunity, world.cast.today
    booked(deed, one.current_step, today + datetime.timedelta(days=3))
    deed("end", one, kind="lost", on=today, words="No money")
    deed("correct", one, kind="open_again", why="They found some")
    one.refresh_from_db()
    assert one.current_step.state == "planned"
    assert "date" in as_(world.cast.coordinator).get(reverse("desk:desk")).text


@pytest.mark.parametrize("kind", ["won", "lost"])
def test_an_ended_opportunity_is_nobodys_appointment(world, deed, as_, kind):
    one, today = world.opportunity, world.cast.today
    first, visit = one.steps_in_order[:2]
    booked(deed, first, today)
    deed("hold", first)
    booked(deed, visit, today)
    deed("end", one, kind=kind, on=today, words="All said", override="They signed at once")
    assert one.outcomes.standing().get().kind == kind
    assert not Attempt.objects.filter(step__opportunity=one, state="scheduled").exists()
    assert one.name not in as_(world.cast.salesperson).get(reverse("desk:my_day")).text


def test_an_end_is_worth_what_the_rate_of_its_day_says(world, deed):
    one, today = world.opportunity, world.cast.today
    last_week = today - datetime.timedelta(days=7)
    for day, value in ((today - datetime.timedelta(days=90), "0.5"), (today, "0.9")):
        Rate.objects.create(currency="USD", valid_from=day, value=Decimal(value), base="EUR")
    one.revise(by=world.cast.coordinator, currency="USD")
    deed("end", one, kind="lost", on=last_week, words="No money")
    one.refresh_from_db()
    assert one.company_value_minor == one.value_minor * 0.5


def test_a_condition_of_a_step_that_is_reached_stays_as_it_was(world, deed):
    step = world.opportunity.current_step
    condition = Condition.add(step, by=world.cast.coordinator, name="Legal")
    deed("meet_condition", condition)
    deed("report", step, on=world.cast.today, result="won")
    deed("fail_condition", condition, reason="A slip")
    condition.refresh_from_db()
    assert condition.state == "met"


def test_the_same_form_sent_twice_begins_one_opportunity(world, as_):
    client = as_(world.cast.coordinator)
    sent = {
        "name": "Depot lighting",
        "playbook_version": world.playbook.pk,
        "currency": "EUR",
        "account_name": "Halden Dairy",
        "account": "new",
        "territory": world.cast.north.pk,
    }
    answers = [client.post(reverse("opportunities:new"), sent).status_code for _ in range(2)]
    assert answers == [302, 422]
    assert Account.objects.filter(name="Halden Dairy").count() == 1
    assert Opportunity.objects.filter(name="Depot lighting").count() == 1
