"""Other times for a step that has a date: it stands until the client picks another."""

import datetime

import pytest
from django.urls import reverse

from milepost.accounts.models import Contact
from milepost.opportunities.models import Attempt
from milepost.plans.courses import lost_on
from milepost.plans.draft import Draft
from milepost.plans.models import OfferedTime, SharedPlan, TimeOffer
from milepost.plans.tests.offering import pick, url


@pytest.fixture
def booked(cast, account, step, days):
    """The step is booked, with one of theirs who has no link."""
    guest = Contact.add(by=None, account=account, name="Jonas Reber")
    return Attempt.schedule(
        step, by=None, on=days[0], time=datetime.time(10), zone="Europe/London", place="Hall 2",
        ours=[cast.salesperson], theirs=[guest],
    )  # fmt: skip


@pytest.fixture
def address(shared, contact, invited):
    return invited(shared, contact)[1]


def test_the_date_stands_until_another_is_picked_and_is_moved_then(
    cast, as_, client, opportunity, shared, part, step, booked, offer, days, address, contact, publish
):
    publish(shared)
    form = as_(cast.coordinator).get(url("offer_times", part.pk)).text
    assert "It stays on" in form
    assert "Hall 2" in form
    assert "Offer other times" in as_(cast.coordinator).get(url("plan", opportunity.pk)).text
    offer([(days[1], "14:00"), (days[2], "09:00")], by_whom="by_them")
    step.refresh_from_db()
    assert step.state == "scheduled"
    assert "until they pick another time" in as_(cast.coordinator).get(url("plan", opportunity.pk)).text
    page = client.get(address).text
    assert "10:00, and stays so unless you pick another time" in page
    assert "2 times are offered" in page

    assert pick(client, address, part, OfferedTime.objects.last()).status_code == 302

    attempt = Attempt.objects.get()
    assert (attempt.on, attempt.number) == (days[2], 1)
    assert {str(each) for each in attempt.attendances.all()} == {str(cast.salesperson), str(contact), "Jonas Reber"}
    assert "are offered" not in client.get(address).text
    plan = SharedPlan.objects.select_related("opportunity__account").get(pk=shared.pk)
    assert [row.theirs for row in lost_on(Draft.of(plan, seller=""), cast.today)] == [2]


def test_a_date_that_is_moved_otherwise_ends_the_offer(cast, client, part, step, booked, offer, days, address):
    offer([(days[1], "14:00")])
    Attempt.schedule(step, by=cast.coordinator, on=days[2], time=None, zone="UTC")
    assert "One time is offered" not in client.get(address).text
    answer = pick(client, address, part, OfferedTime.objects.get())
    assert answer.status_code == 409
    assert "A date has been set meanwhile" in answer.text
    assert Attempt.objects.get().on == days[2]


def test_called_off_the_times_are_offered_still(cast, client, part, step, booked, offer, days, address):
    offer([(days[1], "14:00")])
    booked.cancel(by=cast.coordinator)
    page = client.get(address).text
    assert "One time is offered" in page
    assert "stays so unless" not in page
    assert pick(client, address, part, OfferedTime.objects.get()).status_code == 302
    assert Attempt.objects.get(state="scheduled").on == days[1]


def test_what_was_held_needs_its_result_first(cast, step, booked, offer, days):
    booked.hold(by=cast.coordinator)
    assert "Report its result first" in offer([(days[1], "14:00")]).text
    assert not TimeOffer.objects.exists()


def test_withdrawn_the_date_stays(cast, as_, client, booked, offer, days, address):
    offer([(days[1], "14:00")])
    as_(cast.coordinator).post(reverse("plans:withdraw_time", args=[OfferedTime.objects.get().pk]))
    assert "is offered" not in client.get(address).text
    assert Attempt.objects.get(state="scheduled").on == days[0]
