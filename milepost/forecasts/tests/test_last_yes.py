"""The client's last yes is a factor of the chance wherever some have stayed open after their last step."""

import datetime
from math import prod

import pytest
from django.urls import reverse

from milepost.engine.names import LAST_YES
from milepost.forecasts.learn import learn_and_refresh
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Standing
from milepost.web.words import percent

FACTOR = "The client’s last yes"


def url(name, opportunity):
    return reverse(f"opportunities:{name}", args=[opportunity.pk])


@pytest.fixture
def came_through(cast, playbook):
    """Let so many come past their last step, and end how and so many days later."""

    def made(number, kind, later):
        start = cast.today - datetime.timedelta(days=60)
        for each in range(number):
            one = begin(
                by=None, name=f"{kind} {each}", playbook_version=playbook, territory=cast.north, started_on=start
            )
            for at, step in enumerate(one.steps.filter(required=True).order_by("position"), start=1):
                step.win(by=None, on=start + datetime.timedelta(days=9 * at))
            close(one, by=cast.coordinator, kind=kind, on=start + datetime.timedelta(days=27 + later))

    return made


def test_what_was_lost_after_the_last_step_lowers_what_is_left_of_all_others(cast, as_, opportunity, came_through):
    client = as_(cast.coordinator)
    came_through(8, "won", 0)
    learn_and_refresh(today=cast.today)
    before = Standing.objects.get(pk=opportunity.pk)
    why = client.get(url("why", opportunity)).text
    assert f"{FACTOR} is no factor of its own" in why
    assert FACTOR not in client.get(url("page", opportunity)).text

    came_through(8, "lost", 4)
    learn_and_refresh(today=cast.today)
    after = Standing.objects.get(pk=opportunity.pk)
    yes = after.figure.steps[-1]
    assert yes["key"] == LAST_YES
    assert 0.45 < yes["conversion"] < 0.7
    assert after.win < before.win

    page, why = (client.get(url(name, opportunity)) for name in ("page", "why"))
    for told in (page, why):
        assert FACTOR in told.text
        assert percent(after.win) in told.text
        assert prod(row.conversion for row in told.context["chances"]) == pytest.approx(after.win, abs=0.03)
    assert "3 steps, all of which must be reached, and then the client’s last yes." in page.text
    assert "8 of 16 on any playbook that came past their last step were won" in why.text
    assert "is no factor of its own" not in why.text


def test_with_one_step_left_it_says_that_the_yes_comes_after_it(cast, as_, opportunity, came_through):
    came_through(2, "won", 0)
    came_through(2, "lost", 4)
    for step in opportunity.steps.filter(required=True).order_by("position")[:2]:
        step.win(by=None, on=cast.today)
    learn_and_refresh(today=cast.today)
    client = as_(cast.coordinator)
    page = client.get(url("page", opportunity)).text
    assert "One step left, and then the client’s last yes." in page
    assert "4 of 4 like it were reached" in page
    assert "Weakest:" not in page
    assert "and after it the client has to say yes: together" in client.get(url("why", opportunity)).text


def test_how_a_playbook_goes_shows_it(cast, as_, playbook, came_through):
    came_through(3, "won", 4)
    learn_and_refresh(today=cast.today)
    page = as_(cast.coordinator).get(reverse("desk:playbook_figures", args=[playbook.pk]))
    assert FACTOR in page.text
    assert page.context["last_yes"].later == 3
