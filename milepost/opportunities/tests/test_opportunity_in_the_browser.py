"""Working an opportunity's step in a real browser: by keyboard and on a phone."""

from milepost.opportunities.models import Attempt, Task
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


def test_without_scripts_no_button_is_offered_that_needs_them(page, sign_in, chrome, live_server, cast, opportunity):
    context = chrome.new_context(base_url=live_server.url, java_script_enabled=False)
    plain = context.new_page()
    for one in (page, plain):
        sign_in(one, cast.coordinator)
        one.goto(url("page", opportunity.pk))
    assert page.get_by_role("button", name="Copy link").is_visible()
    assert not plain.get_by_text("Copy link").is_visible()
    context.close()


def focused(page):
    return page.evaluate("document.activeElement.textContent.trim()")


def test_by_keyboard_a_report_leads_to_its_message_its_undo_and_the_step(page, sign_in, cast, opportunity):
    sign_in(page, cast.coordinator)
    page.goto(url("page", opportunity.pk))
    page.get_by_role("link", name="Reached").press("Enter")
    page.locator("#deed [name=notes]").fill("They want it")
    page.get_by_role("button", name="Report").press("Enter")
    page.locator(":focus", has_text="“First talk” is reached.").wait_for()  # a script gives it the focus
    assert focused(page).startswith("“First talk” is reached. The win chance goes from ")
    page.keyboard.press("Tab")
    assert focused(page) == "Undo"
    page.keyboard.press("Enter")
    page.locator(":focus", has_text="The report of “First talk” is undone.").wait_for()
    assert focused(page).startswith("The report of “First talk” is undone. The win chance goes from ")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # put away
    page.keyboard.press("Tab")
    assert focused(page) == "Tailor"
    assert opportunity.steps.get(name="First talk").state == "planned"
    assert not opportunity.notes.exists()


def test_what_was_held_is_not_asked_where_nobody_came(page, sign_in, cast, opportunity):
    first = opportunity.steps.get(name="First talk")
    Attempt.schedule(first, by=cast.coordinator, on=cast.today, time=None, zone="Europe/Berlin")
    sign_in(page, cast.salesperson)
    page.goto(url("report", first.pk))
    day = page.get_by_label("Day of the appointment")
    assert day.is_visible()
    page.get_by_label("They did not come").check()
    assert not day.is_visible()


def test_a_task_ticked_on_my_day_keeps_the_focus(page, sign_in, cast, opportunity):
    task = Task.add(by=cast.coordinator, title="Send drawings", owner=cast.coordinator, opportunity=opportunity)
    sign_in(page, cast.coordinator)
    page.goto("/my-day/")
    page.get_by_role("button", name="Done: Send drawings").press("Enter")
    page.get_by_role("button", name="Not done after all: Send drawings").wait_for()
    assert page.evaluate("document.activeElement.id") == f"tick-{task.pk}"
