"""The cards of all gates are kept current by a job that reads what has changed."""

import datetime

import time_machine
from django.utils import timezone

from milepost.accounts.models import Account
from milepost.buyers.models import Stakeholder
from milepost.forecasts.learn import learn_and_refresh
from milepost.gates import jobs
from milepost.gates.decide import advance
from milepost.gates.judge import cards_of, keep
from milepost.gates.models import GateCard, HourCost
from milepost.web import following
from milepost.web.jobs import ask
from milepost.web.worker import Worker


def follow():
    job = ask(jobs.KIND, unique_key=f"{jobs.KIND}:{jobs.newest()}", again=False)
    Worker("test").run_until_idle()
    job.refresh_from_db()
    return job.result["done"]


def test_it_judges_everything_once_a_day_and_then_what_has_changed(cast, chance, contact):
    assert follow() == 1
    assert not GateCard.objects.get(gate__playbook_gate__name="Gate 1").speaks_for_it

    Stakeholder.add(chance, by=cast.coordinator, contact=contact, role="economic_buyer")
    assert follow() == 1

    card = GateCard.objects.get(gate__playbook_gate__name="Gate 1")
    assert (card.points, card.speaks_for_it, card.waiting) == (75, True, True)


def test_nothing_new_is_nothing_to_do(chance):
    follow()
    before = jobs.newest()

    assert jobs.newest() == before


def test_it_judges_all_anew_when_what_all_hang_on_has_changed(cast, chance, monkeypatch):
    monkeypatch.setattr(following, "LATE", datetime.timedelta(0))  # every change is settled at once
    assert follow() == 1

    Account.add(by=cast.coordinator, name="Nobody waits for it", territory=cast.north)
    assert follow() == 0

    HourCost.settle(cast.company, by=None, role="salesperson", minor=80_00)
    assert follow() == 1

    before = jobs.newest()
    learn_and_refresh()
    assert jobs.newest() != before
    assert follow() == 1


def test_what_has_just_changed_is_looked_at_once_more_when_nothing_earlier_can_come_any_more(cast, chance):
    chance.revise(by=cast.coordinator, name="Coating line 5")
    name = jobs.newest()

    with time_machine.travel(timezone.now() + following.LATE + datetime.timedelta(seconds=1)):
        assert jobs.newest() != name


def test_a_gate_that_is_decided_while_others_are_judged_keeps_no_card(cast, chance):
    judged = cards_of([chance.pk])
    gate = min(judged, key=lambda one: one.pk)

    advance(gate, by=cast.sales_manager, on=cast.today, seen=None, reason="They asked for us by name.")
    keep([judged])

    assert set(GateCard.objects.values_list("gate__playbook_gate__name", flat=True)) == {"Gate 2"}


def test_no_gates_are_no_work(opportunity):
    assert jobs.newest() == ""
