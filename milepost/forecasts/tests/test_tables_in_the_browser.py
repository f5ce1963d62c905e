"""The tables of Forecast and Learn fit a phone, and their heads stand in one line on a desktop."""

import pytest
from django.urls import reverse

from milepost.forecasts.learn import learn_and_refresh
from milepost.opportunities.models import Judgement
from milepost.opportunities.report import report
from milepost.web.tests.browser import PHONE

HIDDEN = "boxes => boxes.filter(box => box.scrollWidth > box.clientWidth + 1).map(box => box.innerText)"
HEADS = "heads => heads.map(head => head.getClientRects().length && head.scrollHeight)"


@pytest.fixture
def called(cast, opportunity):
    """An opportunity that somebody has called, with a step that was reached."""
    report(opportunity.steps.first(), by=cast.coordinator, result="won", on=cast.today)
    Judgement.give(opportunity, by=cast.coordinator, on=cast.today, category="commit", close_on=cast.today)
    learn_and_refresh()


def test_they_fit_a_phone(cast, called, page, sign_in):
    page.set_viewport_size(PHONE)
    sign_in(page, cast.coordinator)
    for name in ("forecasts:forecast", "learn:page", "forecasts:accuracy"):
        page.goto(reverse(name))
        assert page.locator(".main .t-box").evaluate_all(HIDDEN) == []


def test_the_heads_of_learn_stand_in_one_line(cast, called, page, sign_in):
    sign_in(page, cast.coordinator)
    page.goto(reverse("learn:page"))
    heights = page.locator(".goes thead th").evaluate_all(HEADS)
    assert len(heights) == 7
    assert max(heights) < 30
