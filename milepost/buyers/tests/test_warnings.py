"""Rules warn of what is not known of an opportunity's people, by where its string is; the company edits them."""

import datetime

import pytest
from django.urls import reverse

from milepost.accounts.models import Contact
from milepost.buyers.models import Stakeholder, WarningRule
from milepost.opportunities.close import close
from milepost.opportunities.models import Attempt, Note, Standing
from milepost.opportunities.report import report


def url(name, *args):
    return reverse(f"buyers:{name}", args=args)


def told(client, opportunity):
    return [one.kind for one in client.get(url("people", opportunity.pk)).context["warnings"]]


@pytest.fixture
def under_way(cast, opportunity):
    """The opportunity at its third step of four."""
    Standing.objects.filter(pk=opportunity.pk).update(step_number=3)
    return opportunity


@pytest.fixture
def buyer(cast, opportunity, contact):
    return Stakeholder.add(opportunity, by=cast.coordinator, contact=contact, stance="supporter", access="several")


def test_early_on_little_is_asked_and_later_more(cast, as_, opportunity, buyer):
    client = as_(cast.coordinator)
    assert told(client, opportunity) == []
    Standing.objects.filter(pk=opportunity.pk).update(step_number=3)
    assert told(client, opportunity) == ["economic", "opponent", "one_contact"]
    page = client.get(url("people", opportunity.pk)).text
    assert "Who supports the competition? Somebody usually does." in page
    card = client.get(reverse("opportunities:page", args=[opportunity.pk])).text
    assert "Nobody against us is known" in card


def test_each_falls_silent_when_it_is_known(cast, as_, under_way, account, buyer):
    client = as_(cast.coordinator)
    buyer.say("role", "economic_buyer", by=cast.coordinator)
    other = Contact.add(by=None, account=account, name="Ulrich Fenn")
    row = Stakeholder.add(under_way, by=None, contact=other, stance="enemy", influence="high", access="none")
    assert told(client, under_way) == ["unreached"]
    row.say("access", "brief", by=cast.coordinator)
    assert told(client, under_way) == []


def test_whoever_came_is_known_before_their_part_is_said(cast, as_, under_way, account, buyer):
    client, step = as_(cast.coordinator), under_way.steps.get(name="First talk")
    other = Contact.add(by=None, account=account, name="Carla Chief")
    booked = Attempt.schedule(
        step, by=cast.coordinator, on=cast.today, time=None, zone="Europe/Berlin", theirs=[buyer.contact, other]
    )
    Standing.objects.filter(pk=under_way.pk).update(step_number=3)
    assert "one_contact" in told(client, under_way)
    came = {one.pk: True for one in booked.attendances.all()}
    report(under_way.steps.get(pk=step.pk), by=cast.coordinator, result="again", on=cast.today, came=came)
    Standing.objects.filter(pk=under_way.pk).update(step_number=3)
    assert "one_contact" not in told(client, under_way)
    booked.attendances.filter(contact=other).update(came=False)
    assert "one_contact" in told(client, under_way)


def test_whoever_came_to_an_appointment_has_been_reached(cast, as_, opportunity, contact, buyer):
    buyer.say("role", "economic_buyer", by=cast.coordinator)
    buyer.say("access", "none", by=cast.coordinator)
    client, step = as_(cast.coordinator), opportunity.steps.get(name="First talk")
    Standing.objects.filter(pk=opportunity.pk).update(step_number=3)
    assert "unreached" in told(client, opportunity)
    Attempt.schedule(
        step, by=cast.coordinator, on=cast.today, time=None, zone="Europe/Berlin", ours=[], theirs=[contact]
    )
    here = step.attempt.attendances.get()
    report(step, by=cast.coordinator, result="again", on=cast.today, came={here.pk: True})
    Standing.objects.filter(pk=opportunity.pk).update(step_number=3)
    assert "unreached" not in told(client, opportunity)
    next_week = cast.today + datetime.timedelta(days=7)
    Attempt.schedule(
        step, by=cast.coordinator, on=next_week, time=None, zone="Europe/Berlin", ours=[], theirs=[contact]
    )
    Standing.objects.filter(pk=opportunity.pk).update(step_number=3)
    assert "unreached" not in told(client, opportunity), "the next appointment takes back that they were met"


def test_a_place_kept_for_an_economic_buyer_is_nobody_known(cast, as_, under_way):
    Stakeholder.add(under_way, by=None, placeholder="A director", role="economic_buyer", stance="enemy")
    assert told(as_(cast.coordinator), under_way) == ["economic", "unreached"]


def test_it_goes_quiet_after_some_days_without_a_word(cast, as_, opportunity, buyer):
    client = as_(cast.coordinator)
    Stakeholder.objects.update(since=cast.today - datetime.timedelta(days=46))
    assert told(client, opportunity) == ["quiet"]
    Note.write(by=cast.salesperson, opportunity=opportunity, text="Spoke", kind="call", contact=buyer.contact)
    assert told(client, opportunity) == []


def test_the_company_decides_when_it_is_warned(cast, as_, under_way, buyer):
    admin, client = as_(cast.administrator), as_(cast.coordinator)
    admin.post(url("rules"), {"opponent-kind": "opponent", "opponent-since": "9", "opponent-version": 1})
    admin.post(url("rules"), {"economic-kind": "economic", "economic-since": "2", "economic-version": 1})
    assert told(client, under_way) == ["one_contact"]
    quiet = {"quiet-kind": "quiet", "quiet-since": "0", "quiet-days": "5", "quiet-version": 1}
    admin.post(url("rules"), quiet)
    Stakeholder.objects.update(since=cast.today - datetime.timedelta(days=6))
    assert "quiet" in told(client, under_way)
    assert admin.post(url("rules"), quiet | {"quiet-days": "0"}).status_code == 422
    assert admin.post(url("rules"), quiet | {"quiet-days": ""}).status_code == 422
    assert admin.post(url("rules"), quiet | {"quiet-days": "7"}).status_code == 409  # somebody changed it since
    assert WarningRule.of("quiet").days == 5


def test_what_has_ended_warns_of_nothing(cast, as_, under_way, buyer):
    close(under_way, by=cast.coordinator, kind="lost", on=cast.today)
    assert told(as_(cast.coordinator), under_way) == []


def test_a_step_that_is_reached_moves_the_phase(cast, as_, opportunity, buyer):
    for step in opportunity.steps.order_by("position")[:3]:
        report(step, by=cast.coordinator, result="won", on=cast.today)
    assert "economic" in told(as_(cast.coordinator), opportunity)
