"""Move an opportunity that is under way to a newer version of its playbook."""

import datetime
import re

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.gates.decide import advance
from milepost.opportunities.models import Attempt, Condition, Gate, Opportunity, Stay
from milepost.opportunities.newer import move_to, plan_move
from milepost.playbooks.models import GateRule, PlaybookGate

DAY = datetime.timedelta(days=1)


def names(opportunity):
    return list(opportunity.steps.order_by("position").values_list("name", flat=True))


def url(name, pk):
    return reverse(f"opportunities:{name}", args=[pk])


@pytest.fixture
def draft(cast, playbook):
    return playbook.playbook.new_draft(by=cast.coordinator)


def begun(cast, opportunity):
    """Win the first step, so that there is a past."""
    opportunity.steps.get(key="first").win(by=cast.salesperson, on=cast.today)
    return Opportunity.objects.get(pk=opportunity.pk)


def test_what_is_ahead_follows_and_what_has_happened_stays(cast, as_, opportunity, draft):
    begun(cast, opportunity)
    draft.steps.get(key="first").revise(by=cast.coordinator, name="First meeting")
    draft.steps.get(key="proposal").revise(by=cast.coordinator, name="Offer", usual_days=30)
    draft.add_step(by=cast.coordinator, name="Pilot", at=3)
    draft.publish(by=cast.coordinator)

    client = as_(cast.coordinator)
    assert "v2 is in use" in client.get(url("page", opportunity.pk)).text
    shown = client.get(url("newer", opportunity.pk)).text
    assert "comes in" in shown
    assert "Pilot" in shown
    client.post(url("newer", opportunity.pk), {"reason": "The pilot pays", "seen": ""}, follow=True)

    assert names(opportunity) == ["First talk", "Site visit", "Pilot", "Offer", "Contract"]
    assert opportunity.steps.get(key="proposal").usual_days == 30
    after = client.get(url("page", opportunity.pk)).text
    assert "v2 is in use" not in after
    history = client.get(url("history", opportunity.pk)).text
    assert "moved it to a newer version" in history
    assert "The pilot pays" in history


def test_a_step_with_work_stays_and_an_idle_one_goes(cast, opportunity, draft):
    one = begun(cast, opportunity)
    Condition.add(one.steps.get(key="proposal"), by=cast.coordinator, name="Legal review")
    for key in ("proposal", "contract"):
        draft.steps.get(key=key).remove(by=cast.coordinator)
    draft.publish(by=cast.coordinator)
    move = move_to(one, draft, by=cast.coordinator)
    assert names(one) == ["First talk", "Site visit", "Proposal"]
    assert [step.name for step in move.removed] == ["Contract"]
    assert [step.name for step in move.staying] == ["Proposal"]


def test_what_was_tailored_keeps_what_it_was_tailored_to(cast, opportunity, draft):
    one = begun(cast, opportunity)
    one.steps.get(key="proposal").tailor(by=cast.coordinator, reason="Theirs", milestone="The board nods")
    draft.steps.get(key="proposal").revise(by=cast.coordinator, milestone="They sign the offer")
    draft.publish(by=cast.coordinator)
    move_to(one, draft, by=cast.coordinator)
    step = one.steps.get(key="proposal")
    assert step.milestone == "The board nods"
    assert step.playbook_step.version_of == draft


def test_nothing_comes_before_what_is_booked_and_what_is_late_is_left_out(cast, opportunity, draft):
    one = begun(cast, opportunity)
    Attempt.schedule(one.current_step, by=cast.coordinator, on=cast.today + DAY, time=None, zone="Europe/Berlin")
    draft.add_step(by=cast.coordinator, name="Call before", at=1)
    draft.add_step(by=cast.coordinator, name="Between", at=3)
    draft.publish(by=cast.coordinator)
    move = move_to(one, draft, by=cast.coordinator)
    assert [of.name for of in move.missed] == ["Call before", "Between"]
    assert names(one) == ["First talk", "Site visit", "Proposal", "Contract"]
    assert Opportunity.objects.get(pk=one.pk).current_step.state == "scheduled"


def test_the_clock_begins_at_the_step_that_comes_first_now(cast, opportunity, draft):
    one = begun(cast, opportunity)
    draft.add_step(by=cast.coordinator, name="Between", at=2)
    draft.publish(by=cast.coordinator)
    move_to(one, draft, by=cast.coordinator)
    assert Opportunity.objects.get(pk=one.pk).current_step.name == "Between"
    assert Stay.objects.get(opportunity=one, left_on=None, end="").step.name == "Between"
    assert Opportunity.objects.get(pk=one.pk).standing.step_name == "Between"


def test_gates_ahead_follow_and_decisions_stand(cast, opportunity, draft):
    one = begun(cast, opportunity)
    PlaybookGate.add(draft.steps.get(key="visit"), by=cast.coordinator, name="Gate 1")
    draft.publish(by=cast.coordinator)
    move_to(one, draft, by=cast.coordinator)
    gate = Gate.objects.get(opportunity=one)
    assert gate.step.key == "visit"
    advance(gate, by=cast.sales_manager, on=cast.today, seen=None)
    third = draft.playbook.new_draft(by=cast.coordinator)
    third.gates.get().remove(by=cast.coordinator)
    third.publish(by=cast.coordinator)
    move_to(Opportunity.objects.get(pk=one.pk), third, by=cast.coordinator)
    gate.refresh_from_db()
    assert gate.state == "passed"


def test_it_is_not_for_everybody_and_not_without_a_newer_version(cast, as_, opportunity, draft):
    said = as_(cast.coordinator).get(url("newer", opportunity.pk), follow=True).text
    assert "It runs on the newest version" in said
    draft.publish(by=cast.coordinator)
    assert as_(cast.salesperson).get(url("newer", opportunity.pk)).status_code == 403
    assert "v2 is in use" not in as_(cast.salesperson).get(url("page", opportunity.pk)).text


def test_somebody_elses_step_meanwhile_is_told_first(cast, as_, opportunity, draft):
    draft.add_step(by=cast.coordinator, name="Pilot", at=3)
    draft.publish(by=cast.coordinator)
    client = as_(cast.coordinator)
    seen = client.get(url("newer", opportunity.pk)).context["seen"]
    begun(cast, opportunity)
    late = client.post(url("newer", opportunity.pk), {"reason": "", "seen": seen})
    assert late.status_code == 409
    assert "Pilot" not in names(opportunity)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gone=st.sets(st.integers(1, 3)), places=st.lists(st.integers(1, 5), max_size=3), order=st.randoms())
def test_whatever_the_version_the_past_stays_and_the_line_has_no_gap(cast, opportunity, playbook, gone, places, order):
    with transaction.atomic():
        follow_any(Opportunity.objects.get(pk=opportunity.pk), playbook.playbook, cast.coordinator, gone, places, order)
        transaction.set_rollback(True)


def follow_any(one, book, by, gone, places, order):
    draft = book.new_draft(by=by)
    for at, step in enumerate(draft.steps.all()):
        if at in gone:
            step.remove(by=by)
    for place in places:
        draft.add_step(by=by, name=f"New at {place}", at=place)
    keys = list(draft.steps.values_list("key", flat=True))
    order.shuffle(keys)
    draft.reorder(keys, by=by)
    draft.publish(by=by)
    past = [(step.pk, step.name) for step in plan_move(one, draft).past]
    move_to(one, draft, by=by)
    steps = list(one.steps.order_by("position"))
    assert [(step.pk, step.name) for step in steps[: len(past)]] == past
    assert [step.position for step in steps] == list(range(1, len(steps) + 1))
    assert len({step.key for step in steps}) == len(steps)
    again = plan_move(Opportunity.objects.get(pk=one.pk), draft)
    assert [*again.added, *again.changed, *again.removed] == []


def test_it_says_which_gates_come_go_and_ask_otherwise(as_, cast, playbook, opportunity):
    def version(*, rules, before):
        draft = playbook.playbook.new_draft(by=cast.coordinator)
        PlaybookGate.objects.filter(version_of=draft).delete()
        gate = PlaybookGate.add(draft.steps.order_by("position")[before], by=None, name="Worth it?", key="worth")
        for subject in rules:
            GateRule.add(gate, by=None, group="win", subject=subject, key=subject)
        draft.publish(by=None)
        return draft

    client, page_url = as_(cast.coordinator), url("newer", opportunity.pk)
    first = version(rules=["champion"], before=2)
    assert re.search('comes in</span> <span><b class="strong">Worth it', client.get(page_url).text)
    move_to(opportunity, first, by=cast.coordinator)
    version(rules=["champion"], before=2)
    assert "Nothing that is ahead differs" in client.get(page_url).text
    version(rules=["economic_buyer"], before=2)
    page = client.get(page_url).text
    assert "It asks something else, or others decide" in page
    assert "Nothing that is ahead differs" not in page
    version(rules=["champion"], before=1)
    page = client.get(page_url).text
    for how in ("comes in", "goes"):
        assert re.search(f'{how}</span> <span><b class="strong">Worth it', page)
