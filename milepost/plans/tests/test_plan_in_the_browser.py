"""The client's page in a real browser: what stands where on a phone."""

import datetime
import re

from django.urls import reverse

from milepost.opportunities.models import Attempt, Task
from milepost.plans.models import TimeOffer
from milepost.plans.tests.test_share import published
from milepost.web.models import Letter
from milepost.web.tests.browser import DESKTOP, PHONE


def test_on_a_phone_the_line_comes_before_what_is_done_besides(page, sign_in, axe, cast, opportunity, plan):
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


def test_the_client_reads_it_on_a_phone_without_an_account(page, axe, cast, opportunity, plan, step, contact, invited):
    task = Task.add(by=None, title="Name the shift", owner_contact=contact, opportunity=opportunity, due_on=cast.today)
    plan.share([("step", step.pk), ("task", task.pk)], by=None)
    published(plan)
    _link, address = invited(plan, contact)
    page.set_viewport_size(PHONE)
    page.goto(address)
    assert page.locator(".mine h2").inner_text() == "Name the shift"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    axe(page)


def test_the_client_confirms_it_on_a_phone_with_the_code_from_their_mail(page, axe, shared, contact, invited):
    contact.revise(by=None, email="brandt@example.com")
    _link, address = invited(shared, contact)
    page.set_viewport_size(PHONE)
    page.goto(address)
    page.get_by_role("link", name="Confirm version 1").click()
    axe(page)
    page.get_by_role("button", name="Send me the code").click()
    page.wait_for_url("**/agree/?sent=1")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    axe(page)
    code = re.search(r"\b\d{6}\b", Letter.objects.get(purpose="plan code").text)[0]
    page.get_by_label("The code").fill(code)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/?agreed=1")
    assert page.get_by_text("Version 1 is confirmed").is_visible()
    axe(page)


def test_the_client_picks_a_time_on_a_phone_by_keys_and_without_scripts(
    page, complaints, chrome, live_server, axe, cast, shared, step, contact, invited
):
    days = [(cast.today + datetime.timedelta(days=n), datetime.time(9, 30)) for n in (3, 4, 5)]
    place = "https://meet.example.com/" + "room" * 20
    TimeOffer.make(shared.parts.get(), by=None, times=days, zone="Europe/London", place=place)
    address = invited(shared, contact)[1]
    page.set_viewport_size(PHONE)
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    axe(page)
    bare = chrome.new_context(base_url=live_server.url, viewport=PHONE, java_script_enabled=False).new_page()
    bare.goto(address)
    bare.locator("[name=time]").first.focus()
    for key in ("Space", "ArrowDown", "Enter"):
        bare.keyboard.press(key)
    bare.wait_for_url("**booked=*")
    assert bare.get_by_text("Booked: First talk").is_visible()
    bare.context.close()
    assert Attempt.objects.get().on == days[1][0]
    page.locator("[name=time]").first.check()
    with page.expect_response(lambda answer: answer.status == 409):
        page.get_by_role("button", name="Book this time").click()
    assert page.get_by_text("was a moment earlier and has picked").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    axe(page)
    complaints.clear()  # the browser reports the 409 that was asked for


def test_what_the_coordinator_does_with_a_plan_is_fit_for_all(page, sign_in, axe, cast, opportunity, shared, step):
    part = shared.parts.get()
    days = [(cast.today + datetime.timedelta(days=n), datetime.time(9, 30)) for n in (3, 4)]
    TimeOffer.make(part, by=None, times=days, zone="Europe/London")
    part.revise(by=None, on=cast.today - datetime.timedelta(days=4))
    published(shared)
    sign_in(page, cast.coordinator)
    pages = [("plan", opportunity.pk), ("brand", opportunity.pk), ("offer_times", part.pk), ("part", part.pk)]
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        for name, pk in pages:
            page.goto(reverse(f"plans:{name}", args=[pk]))
            for summary in page.locator("main details summary").all():
                if summary.is_visible():
                    summary.click()
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (name, size)
            axe(page)
    page.goto(reverse("plans:plan", args=[opportunity.pk]))
    page.get_by_text("Days lost so far").click()
    assert page.get_by_role("row", name="In all 0 4").is_visible()
