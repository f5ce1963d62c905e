"""Working an opportunity's step in a real browser: by keyboard and on a phone."""

from milepost.opportunities.tests.test_steps import url
from milepost.web.tests.browser import PHONE


def test_on_a_phone_the_step_comes_before_its_line_stands_up(page, sign_in, cast, opportunity):
    page.set_viewport_size(PHONE)
    sign_in(page, cast.coordinator)
    page.goto(url("page", opportunity.pk))
    acts = page.get_by_role("link", name="Set a date").bounding_box()
    assert acts["y"] + acts["height"] < PHONE["height"] - 76  # above the bar of tabs, without scrolling
    lines = page.locator(".string:visible")
    assert [line.get_attribute("data-size") for line in lines.all()] == ["row", "large"]
