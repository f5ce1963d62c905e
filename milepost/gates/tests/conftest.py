"""A playbook with two gates, and an opportunity on its line."""

import datetime

import pytest

from milepost.gates.models import HourCost
from milepost.opportunities.begin import begin
from milepost.playbooks.models import GateRule, Playbook, PlaybookGate

RULES = (
    {"key": "buyer", "group": "win", "subject": "economic_buyer", "veto": True, "weight": 2},
    {"key": "people", "group": "compete", "subject": "contacts", "compare": "at_least", "threshold": 1},
    {"key": "line", "group": "worth", "words": "It fits our own line of work"},
)


@pytest.fixture
def gated(cast, again):
    """A published version: first talk, gate, proposal, gate decided in turn, contract."""
    return again("gated", lambda: {"version": with_gates(cast)})["version"]


def with_gates(cast):
    book = Playbook.add(by=cast.coordinator, name="With gates")
    draft = book.draft
    draft.add_step(by=None, name="First talk", key="first", usual_days=14)
    proposal = draft.add_step(
        by=None, name="Proposal", key="proposal", usual_days=21, hours={"salesperson": 10, "team_member": 30}
    )
    contract = draft.add_step(by=None, name="Contract", key="contract", usual_days=30, hours={"sales_manager": 5})
    first = PlaybookGate.add(proposal, by=None, name="Gate 1", enough=75)
    for rule in RULES:
        GateRule.add(first, by=None, **rule)
    PlaybookGate.add(contract, by=None, name="Gate 2", taken_by="each", roles=["coordinator", "sales_manager"])
    draft.publish(by=None)
    return draft


@pytest.fixture
def chance(cast, gated, account, again):
    """An opportunity whose first step is won: its first gate waits."""
    return again("chance", lambda: {"chance": waiting(cast, gated, account)})["chance"]


def waiting(cast, gated, account):
    one = begin(
        by=cast.coordinator,
        name="Coating line 4",
        account=account,
        territory=cast.north,
        playbook_version=gated,
        coordinator=cast.coordinator,
        salesperson=cast.salesperson,
        started_on=cast.today - datetime.timedelta(days=10),
        value_minor=120_000_00,
        margin_minor=40_000_00,
    )
    one.steps.get(key="first").win(by=cast.salesperson, on=cast.today)
    return one


@pytest.fixture
def costs(cast):
    for role, minor in {"salesperson": 80_00, "team_member": 90_00, "sales_manager": 120_00}.items():
        HourCost.settle(cast.company, by=None, role=role, minor=minor)
