"""What a playbook's order costs, through its address."""

import pytest
from django.urls import reverse

from milepost.gates.models import HourCost
from milepost.playbooks.models import Playbook
from milepost.team.models import Company


def to(name, version):
    return reverse(f"desk:playbook_{name}", args=[version.pk])


@pytest.fixture
def version(cast):
    """A line whose dear steps come first."""
    version = Playbook.add(by=None, name="Tender").draft
    for name, hours in (("Talk", 2), ("Pilot", 40), ("Budget", 1), ("Sign", 5)):
        version.add_step(by=None, name=name, key=name.lower(), hours={"salesperson": hours})
    version.publish(by=None)
    return version


def ticks(version, *pairs):
    keys = {step.key: step.pk for step in version.steps.all()}
    return {"needs": [f"{keys[one]}-{keys[other]}" for one, other in pairs]}


FREE_BUDGET = [("pilot", "talk"), ("budget", "talk"), ("sign", "talk"), ("sign", "pilot"), ("sign", "budget")]


def names(order):
    return [step.name for step, _moves in order.best_steps]


def test_nothing_moves_until_somebody_says_what_need_not_wait(as_, cast, version):
    response = as_(cast.coordinator).get(to("order", version))

    assert names(response.context["order"]) == ["Talk", "Pilot", "Budget", "Sign"]
    assert "nothing can change places" in response.content.decode()


def test_what_ends_most_for_least_comes_first(as_, cast, version):
    seen = as_(cast.coordinator)
    seen.post(to("precedence", version), ticks(version, *FREE_BUDGET))

    response = seen.get(to("order", version))

    order = response.context["order"]
    assert names(order) == ["Talk", "Budget", "Pilot", "Sign"]
    assert order.line.cost(order.best) < order.line.cost(order.today)
    assert (order.swapped["one"], order.swapped["other"]) == ("Pilot", "Budget")
    page = response.content.decode()
    assert "One change of places brings most" in page
    assert " h" in order.swapped["spares"]


def test_it_is_reckoned_in_money_where_hours_have_a_price(as_, cast, version):
    HourCost.settle(Company.the(), by=None, role="salesperson", minor=100_00)

    order = as_(cast.coordinator).get(to("order", version)).context["order"]

    assert order.costs == [200_00.0, 4_000_00.0, 100_00.0, 500_00.0]
    assert "h" not in order.sums[0][1]


def test_a_draft_is_opened_in_the_best_order(as_, cast, version):
    seen = as_(cast.coordinator)
    seen.post(to("precedence", version), ticks(version, *FREE_BUDGET))

    seen.post(to("reorder", version))

    draft = version.playbook.draft
    assert [step.key for step in draft.steps.all()] == ["talk", "budget", "pilot", "sign"]
    assert [step.key for step in version.steps.all()] == ["talk", "pilot", "budget", "sign"]


def test_a_draft_that_somebody_works_on_is_left_alone(as_, cast, version):
    seen = as_(cast.coordinator)
    seen.post(to("precedence", version), ticks(version, *FREE_BUDGET))
    draft = version.playbook.new_draft(by=cast.coordinator)

    response = seen.post(to("reorder", version), follow=True)

    assert "There is a draft already, v2" in response.content.decode()
    assert [step.key for step in draft.steps.all()] == ["talk", "pilot", "budget", "sign"]


def test_a_line_without_hours_asks_for_them(as_, cast, playbook):
    playbook.steps.update(hours={})

    assert "No hours yet" in as_(cast.coordinator).get(to("order", playbook)).content.decode()


def test_an_empty_line_says_so(as_, cast):
    draft = Playbook.add(by=None, name="Renewal").draft

    assert "An empty line" in as_(cast.coordinator).get(to("order", draft)).content.decode()


def test_whoever_only_reads_sees_it_and_changes_nothing(as_, cast, version):
    page = as_(cast.team_member).get(to("order", version)).content.decode()

    assert "Reckon again" not in page
    assert as_(cast.team_member).post(to("precedence", version)).status_code == 403


def test_what_a_step_waits_for_outlives_a_step_that_is_gone(as_, cast, version):
    version.playbook.say_precedence(by=cast.coordinator, precedence={"budget": ["talk", "gone"]})

    order = as_(cast.coordinator).get(to("order", version)).context["order"]

    assert order.needs[2] == {0}


def test_it_takes_few_queries(as_, cast, version, django_assert_max_num_queries):
    seen = as_(cast.coordinator)
    seen.get(to("order", version))

    with django_assert_max_num_queries(15):
        seen.get(to("order", version))
