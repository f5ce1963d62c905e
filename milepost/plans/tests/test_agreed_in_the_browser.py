"""From the design of a line to the first step that is won, with the client's yes twice on the way."""

import re

from django.urls import reverse

from milepost.opportunities.models import Opportunity
from milepost.plans.models import Agreement, PlanPart
from milepost.web.models import Letter

STEPS = {"First talk": "They say who decides", "Works visit": "They show us the line", "Contract": "They sign"}


def design(page):
    """Design a line of three steps and publish it."""
    page.goto(reverse("playbooks:new"))
    page.locator("[name=name]").fill("Two visits")
    page.get_by_role("button", name="Begin its line").click()
    for at, (name, milestone) in enumerate(STEPS.items()):
        page.get_by_role("link", name="Add a step" if at else "Add the first step").click()
        page.locator("[name=name]").fill(name)
        page.locator("[name=milestone]").fill(milestone)
        page.get_by_role("button", name="Add step").click()
        page.get_by_role("heading", name=name).wait_for()
    page.get_by_role("button", name=re.compile("^Publish")).click()
    page.get_by_text(re.compile("In use since")).first.wait_for()


def start(page, cast, account):
    """Begin an opportunity on that line."""
    page.goto(reverse("opportunities:new"))
    page.locator("[name=name]").fill("Press line 9")
    page.locator("[name=account_name]").fill(account.name)
    page.locator("[name=playbook_version]").select_option(label="Two visits")
    page.locator("[name=coordinator]").select_option(label=str(cast.coordinator))
    page.get_by_role("button", name="Begin", exact=True).click()
    page.get_by_role("heading", name="Press line 9").wait_for()
    return Opportunity.objects.get(name="Press line 9")


def share(page, opportunity):
    """Share all steps, look at what the client will see, and publish it."""
    page.goto(reverse("plans:begin", args=[opportunity.pk]))
    page.locator("[name=title]").fill("Our plan for press line 9")
    page.locator("#deed button[type=submit], main form button.btn-primary").first.click()
    for name in STEPS:
        page.get_by_label(name, exact=True).check()
    page.get_by_role("button", name="Save the choice").click()
    publish(page)


def publish(page):
    page.get_by_role("link", name="Look and publish").click()
    page.get_by_role("button", name="Publish").click()
    page.get_by_text(re.compile(r"Version \d of .* is published")).wait_for()


def reword(page, name, change):
    """Change what the client reads of a step."""
    page.goto(reverse("plans:part", args=[PlanPart.objects.get(step__name=name).pk]))
    change()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Look and publish").wait_for()


def invite(page, opportunity, contact):
    """Make the contact's own link and return it."""
    page.goto(reverse("plans:invite", args=[opportunity.pk]))
    page.locator("[name=contact]").select_option(label=str(contact))
    page.get_by_role("button", name="Make the link").click()
    return page.get_by_label("Link", exact=True).input_value()


def confirm(client, number):
    """Confirm a version with the code from the client's own mailbox."""
    client.get_by_role("link", name=f"Confirm version {number}").click()
    client.get_by_role("button", name="Send me the code").click()
    client.wait_for_url("**/agree/?sent=1")
    code = re.search(r"\b\d{6}\b", Letter.objects.filter(purpose="plan code").order_by("-pk")[0].text)[0]
    client.get_by_label("The code").fill(code)
    client.get_by_role("button", name="Confirm").click()
    client.wait_for_url("**/?agreed=1")


def test_a_line_is_designed_agreed_changed_agreed_again_and_its_first_step_won(
    page, chrome, live_server, sign_in, axe, cast, account, contact
):
    contact.revise(by=None, email="brandt@example.com")
    sign_in(page, cast.coordinator)
    design(page)
    opportunity = start(page, cast, account)
    share(page, opportunity)
    address = invite(page, opportunity, contact)

    client = chrome.new_context().new_page()
    client.goto(address)
    assert all(client.get_by_text(name).first.is_visible() for name in STEPS)
    confirm(client, 1)
    page.goto(reverse("plans:plan", args=[opportunity.pk]))
    assert page.get_by_text("Plan confirmed v1").first.is_visible()

    reword(page, "Works visit", lambda: page.locator("[name=name]").fill("Two days at your works"))
    reword(page, "First talk", lambda: page.locator("[name=contact]").select_option(label=str(contact)))
    publish(page)
    assert page.get_by_text("Changed since v1 was confirmed").first.is_visible()
    client.goto(address)
    assert client.get_by_text("Two days at your works").first.is_visible()
    confirm(client, 2)
    axe(client)
    assert list(Agreement.objects.order_by("pk").values_list("version__number", flat=True)) == [1, 2]

    assert client.locator(".mine h2").inner_text() == "First talk"
    client.get_by_role("link", name="Done").click()
    client.get_by_role("button", name="Send").click()
    page.goto(reverse("plans:plan", args=[opportunity.pk]))
    axe(page)
    page.get_by_role("link", name="Answer").first.click()
    page.get_by_role("button", name="Accept", exact=True).click()
    page.get_by_text("Accepted.").first.wait_for()
    assert opportunity.steps.get(name="First talk").state == "won"
    client.goto(address)
    assert client.get_by_text("Works visit").count() == 0
    client.context.close()
