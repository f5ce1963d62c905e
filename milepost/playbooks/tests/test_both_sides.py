"""What a step takes of the client: who, and how many of their hours."""

import pytest
from django.urls import reverse

from milepost.plans.models import PlanPart, SharedPlan
from milepost.playbooks.models.reshape import merge, split
from milepost.playbooks.shipped import PATTERNS, PLAYBOOKS


def to(name, row):
    return reverse(f"playbooks:{name}", args=[row.pk])


@pytest.fixture
def draft(cast, playbook):
    return playbook.playbook.new_draft(by=cast.coordinator)


@pytest.fixture
def step(draft):
    return draft.steps.get(key="first")


def given(step, **changes):
    values = {"name": step.name, "milestone": step.milestone, "usual_days": step.usual_days}
    return {**values, "required": "on", "version": step.version, **changes}


def test_it_is_said_at_the_step_and_shown_beside_our_hours(as_, cast, draft, step, playbook):
    seen = as_(cast.coordinator)
    seen.post(to("step", step), given(step, theirs="your head of production", their_hours="2.5"))
    step.refresh_from_db()
    assert (step.theirs, step.their_hours) == ("your head of production", 2.5)
    page = seen.get(to("version", draft)).text
    assert "2.5 h your head of production" in page
    assert "<b>2.5 h</b> the client" in page
    compared = seen.get(f"{to('compare', draft)}?with={playbook.pk}").text
    assert "your head of production" in compared


def test_hours_below_nothing_are_refused(as_, cast, step):
    refused = as_(cast.coordinator).post(to("step", step), given(step, their_hours="-1"))
    assert refused.status_code == 422


def test_split_and_merged_nothing_of_it_is_lost(cast, draft, step):
    step.revise(by=cast.coordinator, theirs="your head of production", their_hours=5)
    first = split(step, by=cast.coordinator, name="Call")
    step.refresh_from_db()
    assert (first.theirs, first.their_hours, step.their_hours) == (step.theirs, 2.5, 2.5)
    step.revise(by=cast.coordinator, theirs="your lawyer")
    first.refresh_from_db()
    whole = merge(first, by=cast.coordinator)
    whole.refresh_from_db()
    assert (whole.theirs, whole.their_hours) == ("your head of production, your lawyer", 5)
    other = draft.steps.exclude(pk=whole.pk).order_by("position").first()
    assert other.their_hours is None


def test_the_next_version_begins_with_it(cast, draft, step):
    step.revise(by=cast.coordinator, theirs="your head of production", their_hours=5)
    draft.publish(by=cast.coordinator)
    later = draft.playbook.new_draft(by=cast.coordinator).steps.get(key="first")
    assert (later.theirs, later.their_hours) == ("your head of production", 5)


def test_the_shared_plan_names_them_until_somebody_has_a_name(cast, opportunity):
    step = opportunity.steps.get(key="first")
    type(step.playbook_step).objects.filter(pk=step.playbook_step_id).update(theirs="your head of production")
    plan = SharedPlan.begin(opportunity, by=None, title="Our plan")
    plan.share([("step", step.pk)], by=None)
    assert PlanPart.objects.get().theirs == "your head of production"


def test_every_step_that_comes_with_it_says_both_sides():
    for pattern in (*PLAYBOOKS.values(), *PATTERNS.values()):
        for step in pattern.steps:
            assert step.theirs, step.key
            assert step.their_hours, step.key
            assert step.hours, step.key
