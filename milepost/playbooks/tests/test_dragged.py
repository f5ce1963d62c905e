"""Steps of a draft dragged to another place, in a browser."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.browser


def test_a_step_is_dragged_by_its_dots(page, sign_in, axe, cast, playbook):
    draft = playbook.playbook.new_draft(by=cast.coordinator)
    sign_in(page, cast.coordinator)
    page.goto(reverse("playbooks:version", args=[draft.pk]))
    axe(page)
    handles = page.locator("[data-handle]")
    with page.expect_response("**/move/"):
        handles.first.drag_to(page.locator("[data-step]").nth(2), target_position={"x": 40, "y": 2})
    assert list(draft.steps.order_by("position").values_list("name", flat=True))[:3] == [
        "Site visit", "First talk", "Proposal",
    ]  # fmt: skip
    page.wait_for_function("document.querySelector('[data-step] h3').textContent.includes('Site visit')")
    steps = page.locator("[data-step]")
    with page.expect_response("**/move/"):
        handles.nth(3).drag_to(steps.first, target_position={"x": 40, "y": 2})
    assert draft.steps.order_by("position").first().name == "Contract"
