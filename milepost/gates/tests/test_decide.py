"""Decisions at a gate: through the page, by whom it is for, by the rules as they stand."""

import datetime

import pytest
from django.urls import reverse

from milepost.buyers.models import Stakeholder
from milepost.gates.models import GateDecision
from milepost.opportunities.models import Attempt, Outcome, Reason, Standing
from milepost.opportunities.models.step import NotAllowed
from milepost.playbooks.models import PlaybookGate


def page(opportunity):
    return reverse("gates:gates", args=[opportunity.pk])


def deed(name, gate):
    return reverse(f"gates:{name}", args=[gate.pk])


def first(opportunity):
    return opportunity.gates.get(playbook_gate__name="Gate 1")


def second(opportunity):
    return opportunity.gates.get(playbook_gate__name="Gate 2")


@pytest.fixture
def buyer(cast, chance, contact):
    return Stakeholder.add(chance, by=cast.coordinator, contact=contact, role="economic_buyer")


@pytest.fixture
def manager(as_, cast):
    return as_(cast.sales_manager)


def test_it_says_why_it_is_not_passed(manager, chance):
    shown = manager.get(page(chance)).content.decode()

    assert "The economic buyer is unknown." in shown
    assert "Not passed by its rules: the economic buyer is unknown." in shown
    assert "0 yes, 2 no, 1 unknown: 0 of 100 points, 75 are enough." in shown


def test_the_opportunity_leads_to_the_decision_in_place_of_a_date(as_, cast, chance):
    shown = as_(cast.coordinator).get(reverse("opportunities:page", args=[chance.pk])).content.decode()

    assert "“Gate 1” comes first: is more to be spent?" in shown
    assert f'btn-primary" href="{reverse("opportunities:schedule", args=[chance.current_step.pk])}"' not in shown


def test_the_bead_waits_and_then_says_how_it_was_decided(manager, chance, buyer):
    assert ["gate waiting", "Gate 1"] in [bead[:2] for bead in Standing.objects.get().beads]
    assert Standing.objects.get().gate_state == "waiting"

    manager.post(deed("advance", first(chance)), {"reason": ""}, follow=True)

    assert ["gate passed", "Gate 1"] in [bead[:2] for bead in Standing.objects.get().beads]
    assert Standing.objects.get().gate_state == ""


def test_nothing_behind_it_is_booked_before(cast, chance):
    step = chance.steps.get(key="proposal")

    with pytest.raises(NotAllowed, match="Gate 1"):
        Attempt.schedule(step, by=cast.coordinator, on=cast.today, time=None, zone="Europe/Berlin")


def test_no_date_is_offered_behind_it_and_its_menu_says_why(manager, cast, chance):
    address = reverse("opportunities:page", args=[chance.pk])
    dates = {step.key: reverse("opportunities:schedule", args=[step.pk]) for step in chance.steps_in_order}

    shown = manager.get(address).text
    assert not [key for key, date in dates.items() if date in shown]
    assert shown.count("No date yet: “Gate 1” comes first") == 2

    chance.gates.filter(pk=first(chance).pk).update(state="passed")
    chance.restand()
    shown = manager.get(address).text
    assert [key for key, date in dates.items() if date in shown] == ["proposal"]
    assert shown.count("No date yet: “Gate 2” comes first") == 1


def test_a_booked_step_behind_it_is_not_moved_either(manager, cast, chance):
    step = chance.steps.get(key="proposal")
    chance.gates.filter(pk=first(chance).pk).update(state="passed")
    Attempt.schedule(step, by=cast.coordinator, on=cast.today, time=None, zone="Europe/Berlin")
    chance.gates.filter(pk=first(chance).pk).update(state="refused")
    chance.refresh_from_db()
    chance.restand()

    shown = manager.get(reverse("opportunities:page", args=[chance.pk])).text
    assert reverse("opportunities:schedule", args=[step.pk]) not in shown
    assert reverse("opportunities:call_off", args=[step.pk]) in shown


def test_it_never_stops_the_client(cast, chance):
    """A client who says yes has said yes, whatever we have decided."""
    chance.steps.get(key="proposal").win(by=cast.salesperson, on=cast.today)

    assert chance.steps.get(key="proposal").state == "won"


def test_the_rules_are_overridden_only_with_a_reason(manager, chance):
    gate = first(chance)

    refused = manager.post(deed("advance", gate), {"reason": " "})
    assert refused.status_code == 422
    assert "Say why; it is kept in the history." in refused.content.decode()

    manager.post(deed("advance", gate), {"reason": "Their new director asked for us by name"})
    gate.refresh_from_db()
    assert gate.state == "overridden"
    assert gate.decisions.get().reason == "Their new director asked for us by name"


def test_a_chosen_reason_is_enough_to_stop(manager, chance):
    gate, listed = first(chance), Reason.objects.create(outcome="withdrawn", text="Not worth our effort")
    refused = manager.post(deed("stop", gate), {"reason": " "})
    assert refused.status_code == 422
    assert "Choose at least one reason, or say it in your words." in refused.text
    manager.post(deed("stop", gate), {"reasons": [listed.pk]})
    assert gate.decisions.get().reason == listed.text
    assert list(chance.outcome.reasons.all()) == [listed]
    assert chance.outcome.words == ""


def test_a_decision_keeps_the_rules_as_they_stood(manager, chance, buyer):
    manager.post(deed("advance", first(chance)), {})
    kept = GateDecision.objects.get()
    before = kept.card

    buyer.remove(by=chance.coordinator)
    kept.refresh_from_db()

    assert kept.card == before
    assert [rule["answer"] for rule in kept.card["rules"]] == ["yes", "yes", "unknown"]
    assert kept.card["rules"][0]["words"] == "The economic buyer is known"
    assert kept.hours == {"salesperson": 10, "team_member": 30}


def test_others_are_told_who_decides(as_, cast, chance):
    answer = as_(cast.salesperson).post(deed("advance", first(chance)), {"reason": "Let us go on"})

    assert answer.status_code == 403
    assert "Others decide at this gate: Sales manager." in answer.content.decode()


def test_the_second_of_two_is_told_what_the_first_decided(manager, chance, cast):
    gate = first(chance)
    manager.post(deed("pause", gate), {"last": 0, "waits_for": "their new director has started"})

    late = manager.post(deed("stop", gate), {"last": 0, "reason": "Nobody answers"})

    assert late.status_code in (409, 422)
    assert "has decided meanwhile: paused" in late.content.decode()
    history = manager.get(reverse("opportunities:history", args=[chance.pk])).content.decode()
    assert "their new director has started" in history
    assert "Nobody answers" in late.content.decode()
    assert chance.outcome is None
    last = gate.decisions.get().pk
    assert f'name="last" value="{last}"' in late.content.decode()  # once told, they may send it once more

    manager.post(deed("stop", gate), {"last": last, "reason": "Nobody answers"})
    assert [one.kind for one in gate.decisions.all()] == ["refused", "paused"]


def test_a_pause_ends_by_itself(manager, chance, cast):
    gate = first(chance)
    until = cast.today + datetime.timedelta(days=7)
    manager.post(deed("pause", gate), {"until": until.isoformat()})
    gate.refresh_from_db()

    assert gate.drawn(chance.steps_in_order, cast.today) == "paused"
    assert gate.drawn(chance.steps_in_order, until) == "waiting"


@pytest.mark.parametrize("until", ["", "2020-01-01"])
def test_a_pause_says_until_when(manager, chance, until):
    answer = manager.post(deed("pause", first(chance)), {"until": until})

    assert answer.status_code == 422
    assert first(chance).state == "undecided"


def test_stopping_ends_the_opportunity_as_stopped_by_us(manager, chance, cast):
    manager.post(deed("stop", first(chance)), {"reason": "The true buyers cannot be found"})

    outcome = chance.outcomes.standing().get()
    assert (outcome.kind, outcome.words) == (Outcome.Kind.WITHDRAWN, "The true buyers cannot be found")
    assert first(chance).state == "refused"


@pytest.mark.parametrize(
    ("name", "data"), [("advance", {"reason": "Now"}), ("pause", {"waits_for": "Spring"}), ("stop", {"reason": "No"})]
)
def test_nothing_is_decided_before_its_turn_has_come(manager, chance, name, data):
    gate = second(chance)  # before it a step is still to be reached
    PlaybookGate.objects.filter(pk=gate.playbook_gate_id).update(taken_by="any")
    answer = manager.post(deed(name, gate), data)

    assert answer.status_code == 422
    assert "once all that comes before it is reached" in answer.content.decode()
    assert not gate.decisions.exists()


def test_each_decides_in_turn(as_, cast, manager, chance, buyer):
    manager.post(deed("advance", first(chance)), {})
    chance.steps.get(key="proposal").win(by=cast.salesperson, on=cast.today)
    gate = second(chance)

    assert manager.post(deed("advance", gate), {}).status_code == 403

    as_(cast.coordinator).post(deed("advance", gate), {})
    gate.refresh_from_db()
    assert (gate.state, gate.decisions.get().kind) == ("undecided", "agreed")

    manager.post(deed("advance", gate), {"last": gate.decisions.get().pk})
    gate.refresh_from_db()
    assert gate.state == "passed"

    for client in (manager, as_(cast.coordinator)):  # any of them may open it again
        assert client.get(deed("take_back", gate)).status_code == 200
    assert as_(cast.salesperson).get(deed("take_back", gate)).status_code == 403


def test_it_is_decided_anew_with_a_reason(manager, chance, buyer):
    gate = first(chance)
    manager.post(deed("advance", gate), {})
    last = gate.decisions.first().pk

    manager.post(deed("take_back", gate), {"last": last, "reason": "The buyer has left the company"})

    gate.refresh_from_db()
    assert gate.state == "undecided"
    assert [one.kind for one in gate.decisions.all()] == ["taken_back", "passed"]


def test_an_item_is_answered_where_it_stands(as_, cast, chance, gated):
    gate = first(chance)
    rule = gate.playbook_gate.rules.get(key="line")
    salesperson = as_(cast.salesperson)
    where = deed("answer", gate)

    refused = salesperson.post(where, {"rule": rule.pk, "answer": "plus", "evidence": ""})
    assert refused.status_code == 422
    assert "Say how we know" in refused.content.decode()
    assert '<option value="plus" selected>' in refused.content.decode()  # what was chosen stays

    salesperson.post(where, {"rule": rule.pk, "answer": "plus", "evidence": "Same controller as at the Aurelio plant"})
    shown = salesperson.get(page(chance)).content.decode()
    assert "Same controller as at the Aurelio plant" in shown
    assert "1 yes, 2 no, 0 unknown: 25 of 100 points" in shown


def test_it_says_what_going_on_is_worth(manager, chance, costs):
    shown = manager.get(page(chance)).content.decode()

    assert "less what the steps ahead are expected to cost" in shown


def test_it_asks_few_questions(manager, chance, costs, django_assert_max_num_queries):
    manager.get(page(chance))
    with django_assert_max_num_queries(20):
        manager.get(page(chance))


def test_a_report_behind_an_undecided_gate_says_so(as_, cast, manager, chance, buyer):
    form = reverse("opportunities:report", args=[chance.current_step.pk])
    assert "“Gate 1” before it is still to be decided." in as_(cast.coordinator).get(form).text
    manager.post(deed("advance", first(chance)), {"reason": "They asked for it"})
    assert "is still to be decided" not in as_(cast.coordinator).get(form).text


@pytest.mark.parametrize("who", ["coordinator", "sales_manager"])
def test_any_one_of_several_roles_is_enough(as_, cast, chance, buyer, who):
    PlaybookGate.objects.filter(pk=first(chance).playbook_gate_id).update(roles=["coordinator", "sales_manager"])
    assert as_(cast.salesperson).post(deed("advance", first(chance)), {"reason": "Now"}).status_code == 403

    as_(getattr(cast, who)).post(deed("advance", first(chance)), {"reason": "They asked for us"})

    assert first(chance).state == "passed"
    assert [row.by for row in GateDecision.objects.all()] == [getattr(cast, who)]
