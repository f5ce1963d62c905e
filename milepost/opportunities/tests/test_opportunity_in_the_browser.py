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


def test_an_account_is_chosen_with_the_arrow_keys(page, sign_in, cast, account, playbook):
    sign_in(page, cast.coordinator)
    page.goto(url("new"))
    field = page.locator("[name=account_name]")
    field.press_sequentially(account.name[:4])
    page.locator("#account-choice input[type=radio]").first.wait_for()
    field.press("ArrowDown")
    chosen = page.locator("#account-choice input:focus")
    assert chosen.get_attribute("value") == str(account.pk)
    assert chosen.is_checked()
    page.keyboard.press("ArrowDown")
    assert page.locator("#account-choice input:focus").get_attribute("value") == "new"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "account_name"
    assert page.locator("#account-choice input:checked").get_attribute("value") == str(account.pk)
    assert page.url.endswith(url("new"))
