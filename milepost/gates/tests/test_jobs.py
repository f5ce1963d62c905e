"""The cards of all gates are kept current by a job that reads what has changed."""

from milepost.buyers.models import Stakeholder
from milepost.gates import jobs
from milepost.gates.models import GateCard
from milepost.web.jobs import ask
from milepost.web.worker import Worker


def follow():
    job = ask(jobs.KIND, unique_key=f"{jobs.KIND}:{jobs.newest()}", again=False)
    Worker("test").run_until_idle()
    job.refresh_from_db()
    return job.result["judged"]


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


def test_no_gates_are_no_work(opportunity):
    assert jobs.newest() == ""
