"""The Roll-up on a phone: numbers are submitted and adjusted there too."""

import pytest

from milepost.web.tests.browser import DESKTOP, PHONE


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_number_is_submitted_from_its_line(page, sign_in, cast, opportunity, size):
    sign_in(page, cast.salesperson)
    page.set_viewport_size(size)
    page.goto("/forecast/rollup/")
    acts = page.get_by_role("link", name="Submit").locator("visible=true")
    assert acts.count() == 1
    acts.click()
    page.wait_for_url("**/forecast/rollup/submit/**")
