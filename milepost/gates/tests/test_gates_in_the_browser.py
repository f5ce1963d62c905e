"""Pausing at a gate, giving a decision away, and a competitor's page, in a real browser."""

import datetime

import pytest
from django.urls import reverse

from milepost.gates.models import Contender, Delegation
from milepost.opportunities.models import Rival
from milepost.web.tests.browser import PHONE

DAY = datetime.timedelta(days=1)


@pytest.fixture
def gate(chance):
    return chance.gates.get(playbook_gate__name="Gate 1")


def test_a_gate_is_paused_by_keyboard(page, sign_in, axe, cast, gate):
    sign_in(page, cast.sales_manager)
    page.goto(reverse("gates:gates", args=[gate.opportunity_id]))
    page.get_by_role("link", name="Pause", exact=True).press("Enter")
    page.locator("[name=until]").fill((cast.today + 10 * DAY).isoformat())
    axe(page)
    page.locator("[name=reason]").press_sequentially("Their budget is settled next week")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("paused until").first.wait_for()

    gate.refresh_from_db()
    assert (gate.state, gate.paused_until) == ("paused", cast.today + 10 * DAY)


def test_a_decision_is_given_away_and_whoever_decides_finds_it_on_my_day(page, sign_in, axe, cast, gate):
    sign_in(page, cast.sales_manager)
    page.goto(reverse("gates:gates", args=[gate.opportunity_id]))
    page.get_by_role("link", name="Let somebody else decide").click()
    page.get_by_label("Who decides").select_option(label=str(cast.salesperson))
    page.get_by_label("Until").fill((cast.today + 3 * DAY).isoformat())
    page.get_by_role("button", name="Give the decision").click()
    page.get_by_text("may decide in place of").wait_for()
    assert Delegation.objects.get().to == cast.salesperson

    sign_in(page, cast.salesperson)
    page.goto(reverse("desk:my_day"))
    axe(page)
    page.get_by_role("link", name="Gate 1: Coating line 4").click()
    page.get_by_text("You decide in place of").wait_for()


def test_one_competitors_page_leads_to_where_it_competes_and_fits_a_phone(page, sign_in, axe, cast, chance):
    vantor = Rival.named("Vantor", by=cast.salesperson)
    Contender.note(chance, by=cast.salesperson, rival=vantor, on=cast.today, strengths="Close by")
    sign_in(page, cast.sales_manager)
    page.set_viewport_size(PHONE)
    page.goto(reverse("learn:rival", args=[vantor.pk]))
    page.get_by_text("+ Close by").wait_for()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name=chance.name).click()
    competitors = page.get_by_role("region", name="Competitors")
    competitors.get_by_role("link", name="Vantor", exact=True).click()
    page.get_by_role("heading", name="In the running now").wait_for()


def test_a_competitor_is_weighed_at_a_gate_by_keyboard_and_the_tab_is_in_view_on_a_phone(
    page, sign_in, axe, cast, gate
):
    rival = Rival.named("Vantor", by=None)
    Contender.note(gate.opportunity, by=cast.salesperson, rival=rival, on=cast.today, since=cast.today)
    page.set_viewport_size(PHONE)
    sign_in(page, cast.salesperson)
    page.goto(reverse("gates:gates", args=[gate.opportunity_id]))
    tab = page.locator(".tabs [aria-current]").bounding_box()
    assert tab["x"] >= 0
    assert tab["x"] + tab["width"] <= PHONE["width"]

    page.locator(f"#gate-{gate.pk} .versus").get_by_role("link", name="Vantor").press("Enter")
    page.get_by_role("heading", name="How does “Vantor” stand at “Gate 1”?").wait_for()
    axe(page)
    page.locator("[name=win][value=plus]").press("Space")
    page.locator("[name=win_how]").press_sequentially("The champion told us")
    page.keyboard.press("Enter")
    signs = page.locator(f"#gate-{gate.pk} .versus tr", has_text="Vantor").locator("td span[aria-hidden]")
    signs.first.wait_for()
    assert signs.all_inner_texts() == ["?", "?", "+", "?"]
    axe(page)
