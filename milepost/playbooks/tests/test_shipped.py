"""Begin a playbook with one that comes with Milepost, and put a study into a line."""

import pytest
from django.urls import reverse

from milepost.gates.facts import FACTS
from milepost.playbooks.models import Playbook
from milepost.playbooks.observable import advice
from milepost.playbooks.shipped import PATTERNS, PLAYBOOKS
from milepost.team.models import Role

ALL = [*PLAYBOOKS.values(), *PATTERNS.values()]


def names(version):
    return list(version.steps.order_by("position").values_list("name", flat=True))


@pytest.fixture
def draft(cast, playbook):
    return playbook.playbook.new_draft(by=cast.coordinator)


@pytest.mark.parametrize("key", PLAYBOOKS)
def test_a_playbook_begins_with_one_of_ours_and_is_published_as_it_is(as_, cast, key):
    client = as_(cast.coordinator)
    answer = client.post(reverse("playbooks:new"), {"pattern": key, "name": "", "description": ""})

    version = Playbook.objects.get(name=str(PLAYBOOKS[key].name)).versions.get()
    assert answer.url == reverse("playbooks:version", args=[version.pk])
    assert names(version) == [str(step.name) for step in PLAYBOOKS[key].steps]
    assert client.post(reverse("playbooks:publish", args=[version.pk])).status_code == 302
    page = client.get(reverse("playbooks:version", args=[version.pk])).content.decode()
    assert "Call plan" in page
    assert "Leave with" in page


def test_its_gates_come_along_with_their_rules(as_, cast):
    as_(cast.coordinator).post(reverse("playbooks:new"), {"pattern": "enterprise", "name": "Ours"})
    gates = Playbook.objects.get(name="Ours").versions.get().gates.all()
    assert [gate.step.key for gate in gates] == ["en-needs", "en-proof"]
    assert gates[0].rules.get(key="vision").veto
    assert gates[0].rules.count() == 6


def test_a_name_that_is_taken_is_told_and_the_choice_kept(as_, cast):
    client = as_(cast.coordinator)
    for _again in range(2):
        answer = client.post(reverse("playbooks:new"), {"pattern": "renewal"})
    assert answer.status_code == 422
    assert "There is a playbook of this name already" in answer.context["form"].errors["name"][0]
    assert 'value="renewal" checked' in answer.content.decode()
    assert Playbook.objects.filter(name="Renewal").count() == 1


def test_an_empty_line_needs_a_name(as_, cast):
    answer = as_(cast.coordinator).post(reverse("playbooks:new"), {"pattern": "", "name": " "})
    assert answer.context["form"].errors["name"] == ["Give it a name."]


def test_a_study_is_put_where_it_is_needed_and_twice_if_need_be(as_, cast, draft):
    client, address = as_(cast.coordinator), reverse("playbooks:put_pattern", args=[draft.pk])
    assert "Feasibility study" in client.get(address).content.decode()
    client.post(address, {"pattern": "study", "at": "2"})
    study = [str(step.name) for step in PATTERNS["study"].steps]
    assert names(draft) == ["First talk", *study, "Site visit", "Proposal", "Contract"]
    client.post(address, {"pattern": "study"})
    assert names(draft)[-4:] == study
    assert len(set(draft.steps.values_list("key", flat=True))) == 12


def test_a_published_version_takes_no_pattern(as_, cast, playbook):
    answer = as_(cast.coordinator).post(reverse("playbooks:put_pattern", args=[playbook.pk]), {"pattern": "study"})
    assert answer.status_code == 422
    assert playbook.steps.count() == 4


@pytest.mark.parametrize("pattern", ALL, ids=lambda pattern: pattern.key)
def test_what_comes_with_it_is_as_good_as_what_it_advises(pattern):
    roles = {role.value for role in Role}
    for step in pattern.steps:
        assert advice(str(step.milestone)) == "", step.milestone
        assert set(step.hours) <= roles
        assert max(len(str(step.name)), 1) <= 120
        assert max(map(len, map(str, (step.activity, step.milestone, step.evidence)))) <= 300
        for rule in step.gate.rules if step.gate else ():
            assert rule.get("subject", "") in {"", *FACTS}
    assert len({step.key for step in pattern.steps}) == len(pattern.steps)
