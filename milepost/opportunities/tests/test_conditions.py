"""Conditions: added, started, met, failed, waived, and drawn as threads."""

import datetime

import pytest
from django.urls import reverse

from milepost.opportunities.models import Condition, Opportunity


def url(name, *args):
    return reverse(f"opportunities:{name}", args=args)


@pytest.fixture
def condition(cast, opportunity):
    return Condition.add(opportunity.steps.get(name="First talk"), by=cast.coordinator, name="Confidentiality signed")


def test_it_is_added_and_drawn(cast, as_, opportunity, contact):
    step = opportunity.steps.get(name="First talk")
    data = {"name": "Security review", "owner_contact": contact.pk, "due_on": cast.today}
    as_(cast.coordinator).post(url("add_condition", step.pk), data)
    assert Condition.objects.get().owner_contact == contact
    text = as_(cast.coordinator).get(url("page", opportunity.pk)).content.decode()
    assert 'class="thread"' in text
    assert "Security review" in text


def test_it_is_not_due_on_a_day_that_is_past(cast, as_, opportunity):
    client, step, past = as_(cast.coordinator), opportunity.steps.get(name="First talk"), datetime.date(2020, 1, 1)
    answer = client.post(url("add_condition", step.pk), {"name": "Legal review", "due_on": past})
    assert answer.status_code == 422
    assert answer.context["form"].errors["due_on"] == ["This day is past. Write by when it is due, or leave it empty."]
    one = Condition.add(step, by=cast.coordinator, name="Legal review", due_on=past)  # it was still to come then
    client.post(url("edit_condition", one.pk), {"name": "Legal check", "due_on": past, "version": one.version})
    assert Condition.objects.get().name == "Legal check"


def test_it_is_started_and_met(cast, as_, opportunity, condition):
    client = as_(cast.salesperson)
    client.post(url("start_condition", condition.pk))
    assert Condition.objects.get().state == "under_way"
    client.post(url("meet_condition", condition.pk))
    assert Condition.objects.get().state == "met"


def test_what_is_met_by_now_is_ticked_where_the_step_is_reported(cast, as_, opportunity, condition):
    client, address = as_(cast.salesperson), url("report", condition.step_id)
    told = {"result": "won", "on": cast.today, "notes": "They sign"}
    refused = client.post(address, told)
    assert refused.status_code == 422
    assert "Confidentiality signed" in refused.context["form"].errors["met"][0]
    assert "They sign" in refused.content.decode()
    client.post(address, told | {"met": [condition.pk]})
    condition.refresh_from_db()
    assert (condition.state, condition.step.state) == ("met", "won")


def test_to_meet_again_nothing_need_be_met(cast, as_, opportunity, condition):
    as_(cast.salesperson).post(url("report", condition.step_id), {"result": "again", "on": cast.today})
    condition.refresh_from_db()
    assert (condition.state, condition.step.state) == ("not_started", "planned")


def test_waiving_needs_its_reason(cast, as_, opportunity, condition):
    client = as_(cast.coordinator)
    assert client.post(url("waive_condition", condition.pk), {"reason": ""}).status_code == 422
    client.post(url("waive_condition", condition.pk), {"reason": "Their template is in place"})
    condition.refresh_from_db()
    assert (condition.state, condition.because) == ("waived", "Their template is in place")


def test_failing_keeps_what_happened(cast, as_, opportunity, condition):
    as_(cast.salesperson).post(url("fail_condition", condition.pk), {"reason": "Their lawyers refuse"})
    assert Condition.objects.get().because == "Their lawyers refuse"


def test_the_step_is_not_reached_while_it_is_open(cast, as_, opportunity, condition):
    data = {"result": "won", "on": cast.today}
    response = as_(cast.salesperson).post(url("report", condition.step_id), data)
    assert response.status_code == 422
    assert "Confidentiality signed" in response.content.decode()


def test_it_is_edited_and_history_tells(cast, as_, opportunity, condition):
    data = {"name": "NDA signed", "usual_days": 5, "version": condition.version}
    as_(cast.coordinator).post(url("edit_condition", condition.pk), data)
    assert Condition.objects.get().name == "NDA signed"
    assert "was Confidentiality signed" in as_(cast.coordinator).get(url("history", opportunity.pk)).content.decode()


def test_who_may_not_does_not(cast, as_, opportunity, condition):
    assert as_(cast.salesperson).post(url("waive_condition", condition.pk), {"reason": "x"}).status_code == 403
    assert as_(cast.team_member).post(url("meet_condition", condition.pk)).status_code == 403
    for name in ("start", "meet", "fail", "waive", "edit"):
        assert as_(cast.outsider).post(url(f"{name}_condition", condition.pk)).status_code == 404
    assert Opportunity.objects.get().steps.get(name="First talk").conditions.get().state == "not_started"
