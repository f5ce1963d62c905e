"""Split a step of a draft in two, merge two into one: days, hours, gates and words are all still there."""

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from milepost.playbooks.models import Playbook, PlaybookGate
from milepost.playbooks.models.reshape import merge, split


def to(name, row):
    return reverse(f"playbooks:{name}", args=[row.pk])


def names(version):
    return list(version.steps.order_by("position").values_list("name", flat=True))


@pytest.fixture
def draft(cast, playbook):
    return playbook.playbook.new_draft(by=cast.coordinator)


def test_a_step_is_split_and_keeps_what_was_learnt_of_it(as_, cast, draft):
    step = draft.steps.get(key="visit")
    step.revise(by=cast.coordinator, usual_days=21, hours={"salesperson": 5})
    gate = PlaybookGate.add(step, by=cast.coordinator, name="Do we go?")

    as_(cast.coordinator).post(to("split", step), {"name": "Call the site", "milestone": "They name a day"})

    assert names(draft) == ["First talk", "Call the site", "Site visit", "Proposal", "Contract"]
    first, last = draft.steps.get(name="Call the site"), draft.steps.get(key="visit")
    assert (first.usual_days + last.usual_days, first.milestone) == (21, "They name a day")
    assert first.hours["salesperson"] + last.hours["salesperson"] == 5
    gate.refresh_from_db()
    assert gate.step == first


def test_two_steps_become_one_that_says_what_both_said(as_, cast, draft):
    first, last = draft.steps.get(key="first"), draft.steps.get(key="visit")
    first.revise(by=cast.coordinator, usual_days=10, hours={"salesperson": 2}, evidence="Minutes", milestone="They ask")
    last.revise(by=cast.coordinator, usual_days=11, hours={"salesperson": 1, "coordinator": 1}, evidence="Photos")
    gate = PlaybookGate.add(first, by=cast.coordinator, name="Do we begin?")

    as_(cast.coordinator).post(to("merge", first))

    assert names(draft) == ["Site visit", "Proposal", "Contract"]
    left = draft.steps.get(key="visit")
    assert (left.usual_days, left.evidence, left.position) == (21, "Minutes; Photos", 1)
    assert left.hours == {"salesperson": 3, "coordinator": 1}
    assert "On the way: They ask" in left.call_plan
    gate.refresh_from_db()
    assert gate.step == left


def test_two_gates_are_not_decided_for_people(as_, cast, draft):
    for key in ("first", "visit"):
        PlaybookGate.add(draft.steps.get(key=key), by=cast.coordinator, name=f"Before {key}")
    answer = as_(cast.coordinator).post(to("merge", draft.steps.get(key="first")))
    assert answer.status_code == 422
    assert "Take one of them out first" in answer.content.decode()
    assert draft.steps.count() == 4


def test_what_would_not_fit_is_told_and_not_cut_off(as_, cast, draft):
    for key in ("first", "visit"):
        draft.steps.get(key=key).revise(by=cast.coordinator, activity=key * 40)
    answer = as_(cast.coordinator).post(to("merge", draft.steps.get(key="first")))
    assert "Shorten one first" in answer.content.decode()
    assert draft.steps.count() == 4


def test_the_last_step_has_none_to_merge_with(as_, cast, draft):
    answer = as_(cast.coordinator).post(to("merge", draft.steps.last()))
    assert answer.status_code == 422
    assert "is the last step" in answer.content.decode()


@pytest.mark.parametrize("name", ["split", "merge"])
def test_a_published_version_is_not_reshaped(as_, cast, playbook, name):
    answer = as_(cast.coordinator).post(to(name, playbook.steps.first()), {"name": "Call"})
    assert answer.status_code == 422
    assert playbook.steps.count() == 4


class LinesKeepTheirSums(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(days=st.lists(st.integers(2, 60), min_size=2, max_size=6), deeds=st.lists(st.booleans(), max_size=6))
    def test_days_and_hours_are_the_same_after_any_splits_and_merges(self, days, deeds):
        version = Playbook.add(by=None, name="Any").versions.get()
        for n, each in enumerate(days):
            version.add_step(by=None, name=f"Step {n}", usual_days=each, hours={"salesperson": each / 4})
        hours = sum(step.hours["salesperson"] for step in version.steps.all())
        for splits in deeds:
            first = version.steps.order_by("position")[0]
            if splits and first.usual_days > 1:
                split(first, by=None, name="Part")
            elif version.steps.count() > 1:
                merge(first, by=None)
        assert sum(step.usual_days for step in version.steps.all()) == sum(days)
        assert sum(step.hours["salesperson"] for step in version.steps.all()) == pytest.approx(hours)
        assert list(version.steps.values_list("position", flat=True)) == list(range(1, version.steps.count() + 1))
