"""Two versions side by side."""

import pytest
from django.urls import reverse

from milepost.playbooks.compare import compare
from milepost.playbooks.models import Playbook
from milepost.playbooks.observable import advice


def kinds(earlier, later):
    rows = compare(list(earlier.steps.all()), list(later.steps.all()))
    return [((row.now or row.was).name, row.kind, row.moved) for row in rows]


def test_it_tells_added_taken_out_changed_and_moved_apart(cast, playbook):
    draft = playbook.playbook.new_draft(by=cast.coordinator)
    draft.add_step(by=cast.coordinator, name="Pilot", at=2)
    draft.steps.get(key="visit").remove(by=cast.coordinator)
    draft.steps.get(key="proposal").revise(by=cast.coordinator, usual_days=30, required=False)
    draft.steps.get(key="contract").move(by=cast.coordinator, to=1)

    assert kinds(playbook, draft) == [
        ("Contract", "moved", True),
        ("First talk", "same", False),
        ("Site visit", "removed", False),
        ("Pilot", "added", False),
        ("Proposal", "changed", False),
    ]
    page = reverse("playbooks:compare", args=[draft.pk])
    assert page


def test_its_page_shows_both_and_what_differs(as_, cast, playbook):
    draft = playbook.playbook.new_draft(by=cast.coordinator)
    draft.steps.get(key="proposal").revise(by=cast.coordinator, usual_days=30, required=False)
    url = reverse("playbooks:compare", args=[draft.pk])

    page = as_(cast.team_member).get(url).content.decode()

    assert "1 step differs." in page
    assert "21" in page
    assert as_(cast.team_member).get(url, {"with": "nonsense"}).status_code == 200


def test_one_version_alone_has_nothing_beside_it(as_, cast):
    only = Playbook.add(by=None, name="Tender").draft

    page = as_(cast.coordinator).get(reverse("playbooks:compare", args=[only.pk])).content.decode()

    assert "There is only one version" in page


@pytest.mark.parametrize(
    "milestone",
    ["", "Discuss the needs", "Build rapport", "They are interested", "We send the proposal", "Present the solution"],
)
def test_it_advises_on_what_cannot_be_observed(milestone):
    assert advice(milestone)


@pytest.mark.parametrize(
    "milestone",
    [
        "They sign",
        "They name the problem and its cost",
        "The director confirms that the design meets the four criteria",
        "They agree to discuss the offer with the board on a named day",
        "Purchase order received",
    ],
)
def test_it_is_silent_about_what_can(milestone):
    assert advice(milestone) == ""
