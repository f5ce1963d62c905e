"""The client's page in a real browser: what stands where on a phone."""

from django.urls import reverse

from milepost.opportunities.models import Task
from milepost.plans.tests.test_share import plan, published  # noqa: F401 - a fixture
from milepost.web.tests.browser import PHONE


def test_on_a_phone_the_line_comes_before_what_is_done_besides(page, sign_in, axe, cast, opportunity, plan):  # noqa: F811
    step = opportunity.steps.get(key="first")
    task = Task.add(by=cast.coordinator, title="Send the drawings", owner=cast.salesperson, opportunity=opportunity)
    plan.share([("step", step.pk), ("task", task.pk)], by=None)
    page.set_viewport_size(PHONE)
    sign_in(page, cast.coordinator)
    page.goto(reverse("plans:version", args=[published(plan).pk]))
    tops = [page.locator(part).bounding_box()["y"] for part in (".plan-grid > div > h2", ".line", ".besides")]
    assert tops == sorted(tops)
    assert page.locator(".besides .duty").bounding_box()["y"] > page.locator(".besides h2").bounding_box()["y"]
    axe(page)
