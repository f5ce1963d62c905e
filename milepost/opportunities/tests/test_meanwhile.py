"""A form that was opened before somebody else moved the line says what they did, and keeps what was typed."""

import datetime

import pytest
from django.urls import reverse

from milepost.opportunities.close import close
from milepost.opportunities.models import Attempt, Condition, Outcome, Reason
from milepost.opportunities.report import report

DAY = datetime.timedelta(days=1)


def opened(client, name, pk):
    """Return the address of a form, and the mark it carries when it is opened."""
    address = reverse(f"opportunities:{name}", args=[pk])
    return address, client.get(address).context["seen"]


def told_and_kept(answer, typed):
    """Return whether the answer says what happened, keeps what was typed, and can be sent again."""
    text = answer.content.decode()
    return answer.status_code == 409 and "What happened meanwhile" in text and typed in text


def test_a_report_is_not_made_over_somebody_elses(cast, as_, opportunity):
    step = opportunity.steps.get(key="first")
    client = as_(cast.salesperson)
    address, seen = opened(client, "report", step.pk)
    report(step, by=cast.coordinator, result="again", on=cast.today)
    said = {"result": "won", "on": cast.today, "notes": "They want it", "seen": seen}
    answer = client.post(address, said)
    assert told_and_kept(answer, "They want it")
    assert f"{cast.coordinator.name} reported that “First talk” needs another appointment" in answer.text
    assert Attempt.objects.count() == 1
    assert client.post(address, said | {"seen": answer.context["seen"]}).status_code == 302
    assert opportunity.steps.get(key="first").state == "won"


def test_a_report_that_would_be_refused_is_not_asked_for_again(cast, as_, opportunity):
    step = opportunity.steps.get(key="first")
    client = as_(cast.salesperson)
    address, seen = opened(client, "report", step.pk)
    report(step, by=cast.coordinator, result="won", on=cast.today)
    said = {"result": "won", "on": cast.today, "notes": "They want it", "seen": seen}
    answer = client.post(address, said)
    assert told_and_kept(answer, "They want it")
    assert "“First talk” is reached already." in answer.text
    assert "send it again" not in answer.text
    assert 'class="btn btn-primary" type="submit">Report' not in answer.text
    assert Attempt.objects.count() == 1


def test_an_appointment_somebody_booked_meanwhile_is_not_moved_in_silence(cast, as_, opportunity):
    step = opportunity.steps.get(key="first")
    client = as_(cast.salesperson)
    address, seen = opened(client, "schedule", step.pk)
    Attempt.schedule(step, by=cast.coordinator, on=cast.today + DAY, time=None, zone="Europe/Berlin")
    mine = {"on": cast.today + 5 * DAY, "minutes": 60, "zone": "Europe/Berlin", "place": "Mill", "seen": seen}
    answer = client.post(address, mine)
    assert told_and_kept(answer, "Mill")
    assert Attempt.objects.get().on == cast.today + DAY
    again = mine | {"seen": answer.context["seen"], "version": answer.context["form"]["version"].value()}
    assert client.post(address, again).status_code == 302
    assert Attempt.objects.get().on == cast.today + 5 * DAY


@pytest.mark.parametrize("name", ["skip", "call_off"])
def test_a_deed_with_a_reason_sees_what_was_moved(cast, as_, opportunity, name):
    step = opportunity.steps.get(key="first")
    values = {"by": cast.coordinator, "time": None, "zone": "Europe/Berlin"}
    Attempt.schedule(step, on=cast.today + DAY, **values)
    client = as_(cast.sales_manager)
    address, seen = opened(client, name, step.pk)
    Attempt.schedule(step, on=cast.today + 9 * DAY, **values)
    assert told_and_kept(
        client.post(address, {"reason": "Tomorrow is a holiday", "by_whom": "by_us", "seen": seen}), "holiday"
    )
    assert Attempt.objects.get().state == "scheduled"


def test_an_end_that_somebody_else_entered_is_shown_and_the_words_are_kept(cast, as_, opportunity):
    client = as_(cast.sales_manager)
    address, seen = opened(client, "end", opportunity.pk)
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today, words="Vantor was cheaper")
    mine = {"kind": "no_decision", "on": cast.today, "words": "They have no budget", "seen": seen}
    answer = client.post(address, mine)
    assert told_and_kept(answer, "They have no budget")
    assert "Vantor was cheaper" in answer.text
    again = client.post(address, mine | {"seen": answer.context["seen"]})
    assert again.status_code == 422
    assert "has ended already" in again.text
    assert Outcome.objects.count() == 1


def test_a_correction_of_what_was_corrected_meanwhile_is_shown(cast, as_, opportunity):
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today, words="Price")
    client = as_(cast.sales_manager)
    address, seen = opened(client, "correct", opportunity.pk)
    said = {"kind": "open_again", "why": "They called", "words": "-", "seen": seen}
    as_(cast.coordinator).post(address, said)
    mine = {"kind": "withdrawn", "on": cast.today, "words": "It was us", "why": "We stopped it", "seen": seen}
    assert told_and_kept(client.post(address, mine), "It was us")
    assert opportunity.outcome is None
    assert client.post(address, mine | {"seen": ""}).status_code == 422


def test_a_condition_met_meanwhile_is_not_waived(cast, as_, opportunity):
    condition = Condition.add(opportunity.steps.get(key="first"), by=cast.coordinator, name="Security review")
    client = as_(cast.sales_manager)
    address, seen = opened(client, "waive_condition", condition.pk)
    condition.turn("met", by=cast.coordinator)
    assert told_and_kept(client.post(address, {"reason": "They trust us", "seen": seen}), "They trust us")
    condition.refresh_from_db()
    assert condition.state == "met"


def test_notes_and_tasks_of_others_disturb_nobody(cast, as_, opportunity):
    client = as_(cast.salesperson)
    address, seen = opened(client, "report", opportunity.steps.get(key="first").pk)
    as_(cast.coordinator).post(
        reverse("opportunities:write_note", args=[opportunity.pk]), {"kind": "note", "text": "They are nice"}
    )
    assert client.post(address, {"result": "won", "on": cast.today, "seen": seen}).status_code == 302


def test_somebody_who_left_meanwhile_is_said_to_be_no_choice_and_the_rest_is_kept(cast, as_, opportunity):
    cast.team_member.leave(by=cast.administrator)
    address = reverse("opportunities:add_task", args=[opportunity.pk])
    answer = as_(cast.salesperson).post(address, {"title": "Send the drawings", "owner": cast.team_member.pk})
    assert answer.status_code == 422
    assert "not offered any more since you opened this" in answer.text
    assert "Send the drawings" in answer.text


def test_a_reason_retired_meanwhile_is_said_to_be_no_choice_and_the_words_are_kept(cast, as_, opportunity):
    reason = Reason.objects.create(outcome="lost", text="Price")
    reason.retire(by=cast.administrator)
    said = {"kind": "lost", "on": cast.today, "reasons_lost": [reason.pk], "words": "Vantor was cheaper"}
    answer = as_(cast.sales_manager).post(reverse("opportunities:end", args=[opportunity.pk]), said)
    assert answer.status_code == 422
    assert "Some of what you chose is not offered any more" in answer.text
    assert "Vantor was cheaper" in answer.text


def test_a_playbook_retired_meanwhile_is_said_to_be_no_choice_and_the_rest_is_kept(cast, as_, playbook):
    playbook.playbook.retire(by=cast.sales_manager)
    typed = {"name": "Winder drives", "playbook_version": playbook.pk, "currency": "EUR", "description": "In May"}
    answer = as_(cast.coordinator).post(reverse("opportunities:new"), typed)
    assert answer.status_code == 422
    assert "In May" in answer.text
