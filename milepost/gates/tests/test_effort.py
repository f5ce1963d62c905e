"""Time is logged beside what gates have released, with a warning before that is exceeded."""

import datetime

import pytest
from django.urls import reverse

from milepost.buyers.models import ClientRequest
from milepost.gates import decide
from milepost.gates.effort import effort_of
from milepost.gates.models import Expense, Spent

LOG = "gates:log"


@pytest.fixture
def released(cast, chance):
    """The first gate is passed: 10 hours of the salesperson and 30 of the team are released."""
    gate = chance.gates.get(playbook_gate__name="Gate 1")
    decide.advance(gate, by=cast.sales_manager, on=cast.today, seen=None, reason="They asked for us")
    return chance


def log(client, opportunity, person, **values):
    data = {"opportunity": opportunity.pk, "hours": "4", "on": "2026-01-05", "person": person.pk, "role": "salesperson"}
    return client.post(reverse(LOG), data | values, follow=True)


def test_it_stands_beside_what_was_released(as_, cast, released, costs):
    client = as_(cast.salesperson)
    log(client, released, cast.salesperson, note="Call plan")

    shown = client.get(reverse("gates:gates", args=[released.pk])).content.decode()

    assert '<b class="strong">4 h</b> spent of <b class="strong">40 h</b>' in shown
    assert "4 / 10 h" in shown
    assert "Call plan" in shown
    assert "€320" in shown


@pytest.mark.parametrize(
    ("hours", "said"),
    [(2, "Logged."), (16, "8 hours are left"), (24, "has taken 8 hours more than its gates have released")],
)
def test_it_warns_before_what_was_released_is_exceeded(as_, cast, released, hours, said):
    client = as_(cast.salesperson)
    Spent.log(released, by=None, person=cast.team_member, role="team_member", hours=16, on=cast.today)
    if hours == 24:
        Spent.log(released, by=None, person=cast.team_member, role="team_member", hours=8, on=cast.today)

    assert said in log(client, released, cast.salesperson, hours=hours).content.decode()


@pytest.mark.parametrize("hours", ["0", "25", "-1", "x", ""])
def test_it_says_what_is_no_number_of_hours(as_, cast, released, hours):
    answer = log(as_(cast.salesperson), released, cast.salesperson, hours=hours, note="Call plan")

    assert answer.status_code == 422
    assert "Call plan" in answer.content.decode()
    assert not Spent.objects.exists()


def test_it_is_not_logged_on_what_one_does_not_see(as_, cast, released):
    assert log(as_(cast.outsider), released, cast.outsider).status_code == 422
    assert not Spent.objects.exists()


def test_a_wrong_entry_is_taken_out_and_stays_in_the_history(as_, cast, released):
    client = as_(cast.salesperson)
    log(client, released, cast.salesperson)
    client.post(reverse("gates:take_out", args=[Spent.objects.get().pk]))

    assert effort_of(released).whole.spent == 0
    history = client.get(reverse("opportunities:history", args=[released.pk])).content.decode()
    assert "took out logged time of Salesperson Person" in history


def test_my_day_leads_to_it(as_, cast):
    assert reverse(LOG) in as_(cast.salesperson).get(reverse("desk:my_day")).content.decode()


@pytest.fixture
def request_held(cast, released):
    row = ClientRequest.take(released, by=cast.coordinator, title="Forty questions about security")
    row.say(by=cast.coordinator, verdict="hold", because="Nobody is behind it")
    return row


def test_time_on_a_held_request_needs_its_reason(as_, cast, released, request_held):
    client = as_(cast.salesperson)
    refused = log(client, released, cast.salesperson, request=request_held.pk)
    assert refused.status_code == 422
    assert "“Forty questions about security” is on hold. Say why it was worked on" in refused.content.decode()
    assert not Spent.objects.exists()

    log(client, released, cast.salesperson, request=request_held.pk, override="Their champion asked me to")

    assert Spent.objects.get().override == "Their champion asked me to"
    assert "Their champion asked me to" in client.get(reverse("gates:gates", args=[released.pk])).content.decode()
    history = client.get(reverse("opportunities:history", args=[released.pk])).content.decode()
    assert "logged time of Salesperson Person on what is held back" in history


def test_a_request_nobody_has_decided_is_held_while_the_vision_is_unknown(as_, cast, released):
    row = ClientRequest.take(released, by=cast.coordinator, title="A quick price")

    refused = log(as_(cast.salesperson), released, cast.salesperson, request=row.pk)

    assert "Nobody has shown yet who wants this" in refused.content.decode()


def test_a_request_that_is_being_answered_needs_no_reason(as_, cast, released, request_held):
    request_held.say(by=cast.coordinator, verdict="answer", owner=cast.salesperson)
    log(as_(cast.salesperson), released, cast.salesperson, request=request_held.pk)

    assert Spent.objects.get().request == request_held


def test_a_request_is_chosen_from_my_day_under_its_opportunity(as_, cast, released, request_held):
    done = ClientRequest.take(released, by=cast.coordinator, title="A price of last year")
    done.say(by=cast.coordinator, verdict="answer", owner=cast.coordinator)
    done.finish(by=cast.coordinator, on=cast.today)
    client = as_(cast.salesperson)

    page = client.get(reverse(LOG)).content.decode()
    assert f'<optgroup label="{released.name}">' in page
    assert "Forty questions about security" in page
    assert "A price of last year" not in page
    assert "Forty questions" not in as_(cast.outsider).get(reverse(LOG)).content.decode()

    request_held.say(by=cast.coordinator, verdict="answer", owner=cast.salesperson)
    log(client, released, cast.salesperson, request=request_held.pk, next="my_day")
    assert Spent.objects.get().request == request_held


def test_a_request_of_another_opportunity_is_refused_in_words(as_, cast, released, request_held, opportunity):
    refused = log(as_(cast.salesperson), opportunity, cast.salesperson, request=request_held.pk, next="my_day")

    assert refused.status_code == 422
    assert f"This is a request about “{released.name}”." in refused.content.decode()
    assert 'name="next" value="my_day"' in refused.content.decode()
    assert not Spent.objects.exists()


def test_time_after_a_refused_gate_needs_its_reason(as_, cast, chance):
    gate = chance.gates.get(playbook_gate__name="Gate 1")
    decide.stop(gate, by=cast.sales_manager, on=cast.today, seen=None, reasons=[], reason="Nobody pays for it")
    client = as_(cast.salesperson)

    where = f"{reverse(LOG)}?for={chance.pk}"
    assert "It was stopped at “Gate 1”." in client.get(where).content.decode()
    refused = log(client, chance, cast.salesperson)
    assert "Say why it was worked on all the same" in refused.content.decode()


def pay(client, opportunity, person, amount, **values):
    data = {"opportunity": opportunity.pk, "minor": amount, "on": "2026-01-05", "note": "Test rig", "person": person.pk}
    return client.post(reverse("gates:pay"), data | values, follow=True)


def test_money_on_a_held_request_needs_its_reason(as_, cast, released, request_held):
    client = as_(cast.salesperson)
    refused = pay(client, released, cast.salesperson, "90", request=request_held.pk)
    assert refused.status_code == 422
    assert "“Forty questions about security” is on hold. Say why it was worked on" in refused.text
    assert "Test rig" in refused.text
    assert not Expense.objects.exists()

    pay(client, released, cast.salesperson, "90", request=request_held.pk, override="Their champion asked me to")

    assert Expense.objects.get().request == request_held
    page = client.get(reverse("gates:gates", args=[released.pk])).text
    assert "for the request “Forty questions about security”" in page
    assert "Their champion asked me to" in page
    history = client.get(reverse("opportunities:history", args=[released.pk])).text
    assert "logged money spent on what is held back: Test rig" in history


def test_money_after_a_refused_gate_needs_its_reason(as_, cast, chance):
    gate = chance.gates.get(playbook_gate__name="Gate 1")
    decide.stop(gate, by=cast.sales_manager, on=cast.today, seen=None, reasons=[], reason="Not ours")

    refused = pay(as_(cast.salesperson), chance, cast.salesperson, "90")

    assert "It was stopped at “Gate 1”. Say why it was worked on all the same." in refused.text
    assert not Expense.objects.exists()


def test_it_warns_where_gates_released_hours_and_no_money(as_, cast, released):
    answer = pay(as_(cast.salesperson), released, cast.salesperson, "90").text

    assert "has taken €90 more than its gates have released" in answer
    assert "More money has gone out than was released" in answer


def test_before_any_gate_has_released_anything_money_is_logged_without_a_warning(as_, cast, chance):
    answer = pay(as_(cast.salesperson), chance, cast.salesperson, "90").text

    assert "Logged." in answer
    assert "more than its gates" not in answer


@pytest.mark.parametrize(
    ("amount", "said"), [("700", "Logged."), ("850", "€150 are left"), ("1200", "has taken €200 more than its gates")]
)
def test_money_stands_beside_what_was_released(as_, cast, chance, amount, said):
    gate = chance.gates.get(playbook_gate__name="Gate 1")
    gate.playbook_gate.__class__.objects.filter(pk=gate.playbook_gate_id).update(money_minor=1_000_00)
    gate.refresh_from_db()
    decide.advance(gate, by=cast.sales_manager, on=cast.today, seen=None, reason="They asked for us")
    client = as_(cast.salesperson)

    answer = pay(client, chance, cast.salesperson, amount).content.decode()

    assert said in answer
    assert 'of <b class="strong">€1\xa0k</b> that its gates have released' in answer
    assert "Test rig" in answer
    client.post(reverse("gates:take_out_expense", args=[Expense.objects.get().pk]))
    assert effort_of(chance).money.spent == 0


@pytest.mark.parametrize("amount", ["0", "-5", "x", ""])
def test_it_says_what_is_no_amount(as_, cast, released, amount):
    answer = pay(as_(cast.salesperson), released, cast.salesperson, amount)

    assert answer.status_code == 422
    assert "Test rig" in answer.content.decode()
    assert not Expense.objects.exists()


def test_what_has_not_gone_in_yet_is_not_logged(as_, cast, released):
    tomorrow = cast.today + datetime.timedelta(days=1)
    answer = log(as_(cast.salesperson), released, cast.salesperson, on=tomorrow.isoformat())

    assert answer.status_code == 422
    assert "still to come" in answer.content.decode()
    assert not Spent.objects.exists()
