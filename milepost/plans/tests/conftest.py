"""A published plan with a task of the client's on it, personal links to it, and times offered on it."""

import datetime

import pytest
from django.urls import reverse

from milepost.opportunities.models import Task
from milepost.plans.draft import Draft
from milepost.plans.models import Invitation, OfferedTime, PlanVersion, SharedPlan
from milepost.plans.tests.offering import url


@pytest.fixture
def plan(cast, opportunity):
    return SharedPlan.begin(opportunity, by=cast.coordinator, title="Our plan for line 4", intro="What we do together")


@pytest.fixture
def step(opportunity):
    return opportunity.steps.get(key="first")


@pytest.fixture
def publish():
    """Publish a plan as it stands: `publish(plan)`."""

    def now(plan):
        fresh = SharedPlan.objects.select_related("opportunity__account").get(pk=plan.pk)
        return PlanVersion.publish(plan, Draft.of(fresh, seller="Northwind Controls").content, by=None)

    return now


@pytest.fixture
def invited():
    """Give a contact a link and return it with its address: `link, address = invited(plan, contact)`."""

    def give(plan, contact, **more):
        link, token = Invitation.make(plan, by=None, contact=contact, **more)
        return link, reverse("plans:client", args=[token])

    return give


@pytest.fixture
def shared(plan, step, publish):
    plan.share([("step", step.pk)], by=None)
    publish(plan)
    return plan


@pytest.fixture
def task(opportunity, step, contact):
    return Task.add(by=None, title="Name the shift", owner_contact=contact, opportunity=opportunity, step=step)


@pytest.fixture
def address(plan, step, task, contact, publish, invited):
    plan.share([("step", step.pk), ("task", task.pk)], by=None)
    publish(plan)
    return invited(plan, contact)[1]


@pytest.fixture
def part(shared, step):
    return shared.parts.get(step=step)


@pytest.fixture
def days(cast):
    return [cast.today + datetime.timedelta(days=n) for n in (5, 6, 7)]


@pytest.fixture
def offer(cast, as_, part):
    """Offer times as its coordinator: `offer([(day, "14:00"), …])`."""

    def now(times, *, who=None, **more):
        said = {"zone": "Europe/London", "minutes": 45, "place": "Room 4", "ours": [cast.salesperson.pk], **more}
        for n, (on, time) in enumerate(times, 1):
            said |= {f"on_{n}": on, f"time_{n}": time}
        return as_(who or cast.coordinator).post(url("offer_times", part.pk), said, follow=True)

    return now


@pytest.fixture
def offered(offer, days):
    offer([(days[0], "14:00"), (days[1], "09:00"), (days[2], "14:00")])
    return list(OfferedTime.objects.order_by("starts_at"))
