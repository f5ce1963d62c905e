"""The gates of a draft are designed through its pages; published versions never change."""

import pytest
from django.urls import reverse

from milepost.playbooks.models import GateRule, Playbook, PlaybookGate


@pytest.fixture
def draft(cast):
    draft = Playbook.add(by=cast.coordinator, name="Line").draft
    draft.add_step(by=None, name="First talk", key="first")
    draft.add_step(by=None, name="Pilot", key="pilot", hours={"team_member": 80})
    return draft


@pytest.fixture
def coordinator(as_, cast):
    return as_(cast.coordinator)


def add(client, draft, **values):
    step = draft.steps.get(key="pilot")
    data = {"name": "Gate 1", "step": step.pk, "roles": ["sales_manager"], "taken_by": "any", "enough": 60} | values
    return client.post(reverse("gates:add_gate", args=[draft.pk]), data)


def rule(client, gate, **values):
    data = {"group": "win", "subject": "", "compare": "yes", "words": "", "weight": 1} | values
    return client.post(reverse("gates:add_rule", args=[gate.pk]), data)


def test_it_puts_a_gate_before_a_step(coordinator, draft):
    add(coordinator, draft, hours_team_member="120", money_minor="18k")

    gate = draft.gates.get()
    assert (gate.step.key, gate.roles, gate.hours, gate.money_minor) == (
        "pilot", ["sales_manager"], {"team_member": 120}, 18_000_00,
    )  # fmt: skip
    shown = coordinator.get(reverse("gates:design", args=[draft.pk])).content.decode()
    assert "before “Pilot”" in shown
    assert "Gate 1" in coordinator.get(reverse("playbooks:version", args=[draft.pk])).content.decode()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"roles": []}, "Somebody must decide"),
        ({"enough": 101}, "100"),
        ({"step": ""}, "required"),
        ({"money_minor": "much"}, "is no amount"),
    ],
)
def test_it_says_at_the_field_what_is_wrong(coordinator, draft, values, said):
    answer = add(coordinator, draft, **values)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not draft.gates.exists()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Write the question"),
        ({"subject": "contacts"}, "is a number"),
        ({"subject": "contacts", "compare": "at_least"}, "Say how much."),
    ],
)
def test_a_rule_says_what_it_lacks(coordinator, draft, values, said):
    add(coordinator, draft)

    answer = rule(coordinator, draft.gates.get(), **values)

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_rules_are_told_in_words(coordinator, draft):
    add(coordinator, draft)
    gate = draft.gates.get()
    rule(coordinator, gate, subject="contacts", compare="at_least", threshold="3", group="compete")
    rule(coordinator, gate, words="It fits our own line of work", veto="on", weight=2)

    shown = coordinator.get(reverse("gates:design", args=[draft.pk])).content.decode()

    assert "People known by name: at least 3" in shown
    assert "It fits our own line of work" in shown
    assert "2 points" in shown


def test_the_next_version_keeps_gates_and_rules_by_key(coordinator, draft, cast):
    add(coordinator, draft)
    rule(coordinator, draft.gates.get(), subject="champion")
    draft.publish(by=None)

    later = draft.playbook.new_draft(by=cast.coordinator)

    assert later.gates.get().key == draft.gates.get().key
    assert later.gates.get().rules.get().key == GateRule.objects.get(gate__version_of=draft).key
    assert later.gates.get().step.version_of == later


def test_a_published_gate_is_not_changed(coordinator, draft):
    add(coordinator, draft)
    gate = draft.gates.get()
    rule(coordinator, gate, subject="champion")
    draft.publish(by=None)

    for name, row in (("edit_gate", gate), ("remove_gate", gate), ("add_rule", gate), ("edit_rule", gate.rules.get())):
        coordinator.post(reverse(f"gates:{name}", args=[row.pk]), {"name": "Other", "group": "win", "words": "x"})

    assert PlaybookGate.objects.get().name == "Gate 1"
    assert GateRule.objects.get().subject == "champion"


def test_a_stale_edit_shows_both(coordinator, draft, cast):
    add(coordinator, draft)
    gate = draft.gates.get()
    gate.revise(by=cast.sales_manager, name="Release the pilot")

    data = {"name": "Pilot gate", "step": gate.step_id, "roles": ["sales_manager"], "taken_by": "any", "enough": 60}
    answer = coordinator.post(reverse("gates:edit_gate", args=[gate.pk]), data | {"version": 1})

    assert answer.status_code == 409
    assert "Release the pilot" in answer.content.decode()
    assert "Pilot gate" in answer.content.decode()


def test_a_step_taken_out_takes_its_gate_along(coordinator, draft, cast):
    add(coordinator, draft)
    draft.steps.get(key="pilot").remove(by=cast.coordinator)

    assert not draft.gates.exists()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"subject": "value", "threshold": "1e308"}, "At most"),
        ({"subject": "contacts", "threshold": "-1e300"}, "greater than or equal"),
        ({"subject": "win", "threshold": "250"}, "is a percentage: 100 at most"),
        ({"subject": "contacts", "threshold": "2", "weight": "99999"}, "At most"),
    ],
)
def test_nobody_asks_for_more_than_can_be_reckoned_with(coordinator, draft, values, said):
    add(coordinator, draft)
    answer = rule(coordinator, draft.gates.get(), compare="at_least", **values)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not GateRule.objects.exists()


def test_a_rule_that_asks_beyond_all_measure_can_still_be_read_and_taken_out(coordinator, draft):
    add(coordinator, draft)
    for subject in ("value", "contacts", "win"):
        GateRule.add(draft.gates.get(), by=None, group="win", subject=subject, compare="at_least", threshold=1e308)

    assert coordinator.get(reverse("gates:design", args=[draft.pk])).status_code == 200


@pytest.mark.parametrize(
    ("words", "stays"), [("it fits our line of work.", True), ("Their board has released the money", False)]
)
def test_no_answer_counts_for_a_question_it_was_not_given_to(coordinator, draft, words, stays):
    add(coordinator, draft)
    rule(coordinator, draft.gates.get(), words="It fits our line of work")
    row = GateRule.objects.get()
    told = {"group": "win", "subject": "", "compare": "yes", "words": words, "weight": 1, "version": row.version}
    coordinator.post(reverse("gates:edit_rule", args=[row.pk]), told)

    now = GateRule.objects.get()
    assert now.words == words
    assert (now.key == row.key) == stays


def test_the_history_says_rules_in_full(coordinator, draft):
    gate = PlaybookGate.add(draft.steps.all()[1], by=None, name="Gate 1")
    values = {"group": "win", "subject": "supporters", "compare": "at_least", "threshold": "2", "weight": "3"}
    coordinator.post(reverse("gates:add_rule", args=[gate.pk]), values)
    rule = gate.rules.get()
    coordinator.post(
        reverse("gates:edit_rule", args=[rule.pk]), values | {"threshold": "3", "veto": "on", "version": rule.version}
    )
    coordinator.post(reverse("gates:remove_rule", args=[rule.pk]))
    history = coordinator.get(reverse("playbooks:history", args=[draft.playbook_id])).text

    assert "People for us: at least 2, 3 points" in history
    assert "People for us: at least 3, 3 points, must be met" in history
