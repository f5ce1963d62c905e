"""A pause ends on its day, when somebody says that it has happened, or when Milepost sees it."""

import pytest
from django.urls import reverse

from milepost.buyers.models import Stakeholder
from milepost.gates.judge import judge

EVENT = "their new director has started"


@pytest.fixture
def manager(as_, cast):
    return as_(cast.sales_manager)


@pytest.fixture
def gate(chance):
    return chance.gates.get(playbook_gate__name="Gate 1")


def deed(name, gate):
    return reverse(f"gates:{name}", args=[gate.pk])


def desk(client):
    return client.get(reverse("desk:desk")).content.decode()


def test_whoever_hears_of_it_ends_the_pause_and_the_desk_says_so(as_, cast, manager, gate):
    manager.post(deed("pause", gate), {"waits_for": EVENT})
    coordinator = as_(cast.coordinator)
    assert "Gate 1” at" not in desk(coordinator)

    refused = coordinator.post(deed("resume", gate), {"reason": ""})
    assert refused.status_code == 422
    coordinator.post(deed("resume", gate), {"reason": "She began on Monday, says reception"})

    gate.refresh_from_db()
    assert (gate.state, gate.paused_for) == ("undecided", "")
    assert f"It waited for this: {EVENT}. That has happened." in desk(coordinator)
    assert [one.kind for one in gate.decisions.all()] == ["resumed", "paused"]


def test_two_who_say_so_at_once_are_told(as_, cast, manager, gate):
    manager.post(deed("pause", gate), {"waits_for": EVENT})
    coordinator = as_(cast.coordinator)
    coordinator.post(deed("resume", gate), {"reason": "She began"})

    late = coordinator.post(deed("resume", gate), {"reason": "She is there"})

    assert late.status_code == 422
    assert "“Gate 1” is not paused any more." in late.content.decode()
    assert "She is there" in late.content.decode()


def test_it_ends_by_itself_once_milepost_knows(as_, cast, manager, chance, gate, contact):
    manager.post(deed("pause", gate), {"fact": "economic_buyer"})
    judge([chance.pk])
    gate.refresh_from_db()
    assert (gate.state, gate.paused_for) == ("paused", "The economic buyer is known")

    Stakeholder.add(chance, by=cast.coordinator, contact=contact, role="economic_buyer")
    judge([chance.pk])

    gate.refresh_from_db()
    assert gate.state == "undecided"
    assert gate.decisions.first().by is None
    assert "It waited for this: The economic buyer is known. That has happened." in desk(as_(cast.coordinator))
    assert "Milepost: the pause is over" in manager.get(reverse("gates:gates", args=[chance.pk])).content.decode()


def test_it_does_not_wait_for_what_is_so(manager, cast, chance, gate, contact):
    Stakeholder.add(chance, by=cast.coordinator, contact=contact, role="economic_buyer")

    answer = manager.post(deed("pause", gate), {"fact": "economic_buyer"})

    assert answer.status_code == 422
    assert "That is so already" in answer.content.decode()
