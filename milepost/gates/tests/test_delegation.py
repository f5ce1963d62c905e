"""Whoever decides at a gate lets somebody else decide until a day; both names are kept."""

import datetime

import pytest
from django.urls import reverse

from milepost.gates.models import Delegation

DAY = datetime.timedelta(days=1)


@pytest.fixture
def gate(chance):
    return chance.gates.get(playbook_gate__name="Gate 1")


@pytest.fixture
def manager(as_, cast):
    return as_(cast.sales_manager)


def give(client, gate, to, until):
    where = reverse("gates:delegate", args=[gate.pk])
    return client.post(where, {"to": to.pk, "until": until.isoformat(), "reason": "I am at the fair"}, follow=True)


def override(client, gate):
    return client.post(reverse("gates:advance", args=[gate.pk]), {"reason": "They asked for us"})


def test_somebody_else_decides_in_ones_place(as_, cast, manager, gate):
    salesperson = as_(cast.salesperson)
    assert override(salesperson, gate).status_code == 403

    give(manager, gate, cast.salesperson, cast.today + 3 * DAY)
    page = salesperson.get(reverse("gates:gates", args=[gate.opportunity_id])).content.decode()
    assert f"You decide in place of {cast.sales_manager}." in page
    home = salesperson.get(reverse("gates:home")).content.decode()
    assert f"Given to you to decide, in place of {cast.sales_manager}" in home
    assert home.count(gate.opportunity.name) == 1  # once, where all that wait are listed
    for page in ("desk:my_day", "desk:desk"):
        told = salesperson.get(reverse(page)).content.decode()
        assert "Given to you to decide" in told
        assert "Look and decide" in told
        assert f"{reverse('gates:gates', args=[gate.opportunity_id])}#gate-{gate.pk}" in told
        assert "Given to you to decide" not in manager.get(reverse(page)).content.decode()
    override(salesperson, gate)
    for page in ("desk:my_day", "desk:desk"):
        assert "Given to you to decide" not in salesperson.get(reverse(page)).content.decode()

    decision = gate.decisions.get()
    assert (decision.kind, decision.by, decision.in_place_of) == ("overridden", cast.salesperson, cast.sales_manager)
    history = salesperson.get(reverse("opportunities:history", args=[gate.opportunity_id])).content.decode()
    assert "let somebody else decide at “Gate 1”" in history
    assert "I am at the fair" in history


def test_it_ends_after_its_day_and_when_it_is_taken_back(as_, cast, manager, gate):
    salesperson = as_(cast.salesperson)
    give(manager, gate, cast.salesperson, cast.today)
    Delegation.objects.update(until=cast.today - DAY)
    assert override(salesperson, gate).status_code == 403

    give(manager, gate, cast.salesperson, cast.today)
    row = Delegation.objects.get(taken_back_on=None)
    assert salesperson.post(reverse("gates:undelegate", args=[row.pk])).status_code == 403
    manager.post(reverse("gates:undelegate", args=[row.pk]))
    assert override(salesperson, gate).status_code == 403


def test_only_ones_own_decision_is_given(as_, cast, gate):
    assert give(as_(cast.salesperson), gate, cast.coordinator, cast.today).status_code == 403


@pytest.mark.parametrize(
    ("to", "days", "said"),
    [("outsider", 3, "does not see this opportunity"), ("salesperson", -1, "Choose today or a day still to come")],
)
def test_it_says_why_it_cannot_be_given(manager, cast, gate, to, days, said):
    answer = give(manager, gate, getattr(cast, to), cast.today + days * DAY)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Delegation.objects.exists()


def test_a_turn_is_given_and_not_the_others(as_, cast, manager, chance, gate, contact):
    """The second gate is decided by the coordinator, then by the manager."""
    override(manager, gate)
    chance.steps.get(key="proposal").win(by=cast.salesperson, on=cast.today)
    second = chance.gates.get(playbook_gate__name="Gate 2")
    give(as_(cast.coordinator), second, cast.salesperson, cast.today)

    salesperson = as_(cast.salesperson)
    override(salesperson, second)
    assert second.decisions.get().kind == "agreed"
    assert override(salesperson, second).status_code == 403
