"""An optional step nobody has booked gives way to the booked one behind it."""

import datetime

import pytest
from django.urls import reverse

from milepost.opportunities.management.commands.rebuild import what_would_change
from milepost.opportunities.models import Attempt, Standing, Stay
from milepost.opportunities.report import report

DAY = datetime.timedelta(days=1)


@pytest.fixture
def at_optional(cast, opportunity):
    """The optional site visit is next; three days ago the first talk was reached."""
    first = opportunity.steps.get(key="first")
    report(first, by=cast.salesperson, result="won", on=cast.today - 3 * DAY)
    assert Standing.objects.get().step_name == "Site visit"
    return opportunity


def booked(cast, as_, opportunity, key="proposal", on=None):
    step = opportunity.steps.get(key=key)
    said = {"on": on or cast.today + 5 * DAY, "time": "10:00", "zone": "Europe/Berlin", "minutes": 60}
    assert as_(cast.coordinator).post(reverse("opportunities:schedule", args=[step.pk]), said).status_code == 302
    return step


def test_the_booked_step_is_the_current_one(cast, as_, at_optional):
    proposal = booked(cast, as_, at_optional)
    row = Standing.objects.get()
    assert (row.step_id, row.step_state, row.next_key) == (proposal.pk, "scheduled", cast.today + 5 * DAY)
    assert row.entered_on == cast.today - 3 * DAY  # the way there was spent in front of the optional step
    assert what_would_change() == set()
    page = as_(cast.coordinator).get(reverse("opportunities:page", args=[at_optional.pk])).text
    assert f'id="step-{proposal.pk}" data-state="scheduled" aria-current="step"' in page


def test_it_needs_nobody_while_it_waits_for_that_date(cast, as_, at_optional):
    client, desk = as_(cast.coordinator), reverse("desk:desk")
    assert f'id="todo-{at_optional.pk}"' in client.get(desk).text
    booked(cast, as_, at_optional)
    assert f'id="todo-{at_optional.pk}"' not in client.get(desk).text


def test_the_optional_step_is_next_again_when_the_date_is_called_off(cast, as_, at_optional):
    step = booked(cast, as_, at_optional)
    step.attempt.cancel(by=cast.coordinator)
    row = Standing.objects.get()
    assert (row.step_name, row.entered_on) == ("Site visit", cast.today - 3 * DAY)


def test_booking_the_optional_step_too_makes_it_the_current_one(cast, as_, at_optional):
    booked(cast, as_, at_optional)
    booked(cast, as_, at_optional, key="visit", on=cast.today + 2 * DAY)
    assert Standing.objects.get().step_name == "Site visit"


def test_a_required_step_gives_way_to_none(cast, opportunity):
    later = opportunity.steps.get(key="proposal")
    Attempt.schedule(later, by=cast.coordinator, on=cast.today + DAY, time=None, zone="Europe/Berlin")
    assert Standing.objects.get().step_name == "First talk"


def test_meeting_again_passes_the_optional_step_over(cast, as_, at_optional):
    proposal = booked(cast, as_, at_optional, on=cast.today)
    report(proposal, by=cast.salesperson, result="again", on=cast.today)
    assert at_optional.steps.get(key="visit").state == "skipped"
    row = Standing.objects.get()
    assert (row.step_id, row.step_state, row.entered_on) == (proposal.pk, "planned", cast.today)
    stays = Stay.objects.filter(step=proposal).order_by("id").values_list("entered_on", "left_on", "end")
    assert list(stays) == [(cast.today - 3 * DAY, cast.today, "again"), (cast.today, None, "")]


def test_after_the_last_step_there_is_nothing_to_book_and_the_form_says_so_where_the_date_is(cast, as_, opportunity):
    client = as_(cast.coordinator)
    first, *others = opportunity.steps.order_by("position")
    assert "No step is left" not in client.get(reverse("opportunities:report", args=[first.pk])).text
    for step in others:
        step.skip(by=cast.coordinator, on=cast.today, reason="Not here")
    page = reverse("opportunities:report", args=[first.pk])
    assert "No step is left after this one" in client.get(page).text
    asked = client.post(page, {"result": "won", "on": cast.today, "next_on": cast.today + 7 * DAY})
    assert "There is no step" in asked.context["form"].errors["next_on"][0]


def test_a_later_step_that_is_to_be_confirmed_is_not_said_to_be_gone(cast, as_, opportunity):
    first, *others = opportunity.steps.order_by("position")
    for step in (first, *others):
        step.opportunity.__dict__.pop("steps_in_order", None)
        report(step, by=cast.salesperson, result="won", on=cast.today)
    client, page = as_(cast.coordinator), reverse("opportunities:report", args=[first.pk])
    client.post(reverse("opportunities:reopen", args=[first.pk]), {"reason": "A new buyer"})
    text = client.get(page).text
    assert "No step is left" not in text
    to_confirm = ", ".join(step.name for step in others if step.required)
    assert f"Later steps need no date, they are to be confirmed: {to_confirm}." in text
