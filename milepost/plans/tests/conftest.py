"""A published plan with a task of the client's on it, and personal links to it."""

import pytest
from django.urls import reverse

from milepost.opportunities.models import Task
from milepost.plans.draft import Draft
from milepost.plans.models import Invitation, PlanVersion, SharedPlan


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
