"""A value thousands of times the usual one is asked about once, and never refused."""

import pytest
from django.urls import reverse

from milepost.opportunities.figures import current_run
from milepost.opportunities.models import FiguresRun, Opportunity, ValueLine

ASKED = "is it right? If so, press again."


@pytest.fixture
def usual(cast, playbook):
    """Such opportunities are usually worth 2,000 euro."""
    current_run(cast.today)
    FiguresRun.objects.update(usual_values={str(playbook.playbook_id): 2_000_00, "": 9_000_000_00})


@pytest.fixture
def me(as_, cast):
    return as_(cast.coordinator)


def url(name, *args):
    return reverse(f"opportunities:{name}", args=args)


def again(page):
    """Return what the form that came back would send."""
    return {"sure_of_value": page.context["form"]["sure_of_value"].value()}


def test_a_new_one_is_asked_about_once(me, cast, playbook, usual):
    said = {
        "name": "Depot lighting", "playbook_version": playbook.pk, "currency": "EUR", "territory": cast.north.pk,
        "started_on": cast.today, "coordinator": cast.coordinator.pk, "value_minor": "4,000,000",
    }  # fmt: skip
    page = me.post(url("new"), said)
    assert page.status_code == 422
    assert "That is 2,000 times what such opportunities are worth, €2" in page.text
    assert ASKED in page.text
    assert ASKED in me.post(url("new"), said | {"value_minor": "5,000,000"} | again(page)).text
    assert me.post(url("new"), said | again(page)).status_code == 302
    assert Opportunity.objects.get(name="Depot lighting").value_minor == 4_000_000_00


def test_what_all_are_worth_is_not_said_of_such_alone(me, opportunity, usual):
    FiguresRun.objects.update(usual_values={"": 2_000_00})
    said = {"name": "Pumps", "quantity": "1000", "price_minor": "2,000", "rhythm": "once", "discount": "0"}
    assert "That is 1,000 times what yours are usually worth" in me.post(url("add_line", opportunity.pk), said).text


def test_what_is_within_reason_is_not(me, opportunity, usual):
    form = me.get(url("edit", opportunity.pk)).context["form"]
    said = {"name": "N", "territory": opportunity.territory_id, "currency": "EUR", "version": form["version"].value()}
    assert me.post(url("edit", opportunity.pk), said | {"value_minor": "1,900,000"}).status_code == 302


def test_a_changed_value_is_asked_about(me, opportunity, usual):
    form = me.get(url("edit", opportunity.pk)).context["form"]
    said = {"name": "N", "territory": opportunity.territory_id, "currency": "EUR", "version": form["version"].value()}
    said["value_minor"] = "2,000,000"
    page = me.post(url("edit", opportunity.pk), said)
    assert ASKED in page.text
    assert me.post(url("edit", opportunity.pk), said | again(page)).status_code == 302
    opportunity.refresh_from_db()
    assert opportunity.value_minor == 2_000_000_00


def test_so_is_the_sum_of_a_line(me, opportunity, usual):
    said = {"name": "Pumps", "quantity": "1000", "price_minor": "2,000", "rhythm": "once", "discount": "0"}
    page = me.post(url("add_line", opportunity.pk), said)
    assert ASKED in page.text
    assert me.post(url("add_line", opportunity.pk), said | again(page)).status_code == 302
    assert ValueLine.objects.get().total_minor == 2_000_000_00


def test_where_nothing_is_usual_yet_nothing_is_asked(me, opportunity):
    FiguresRun.objects.update(usual_values={})
    said = {"name": "Pumps", "quantity": "1000", "price_minor": "2,000,000", "rhythm": "once", "discount": "0"}
    assert me.post(url("add_line", opportunity.pk), said).status_code == 302
