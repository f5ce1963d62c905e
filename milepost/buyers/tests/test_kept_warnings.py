"""Which rules warn of an opportunity is kept for lists: at once where its people change, else by a job."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from milepost.buyers import jobs
from milepost.buyers.models import KeptWarning, Stakeholder
from milepost.buyers.models.kept import warned_by_the_job
from milepost.opportunities.close import close
from milepost.opportunities.models import Note
from milepost.opportunities.report import report
from milepost.web.jobs import ask
from milepost.web.worker import Worker


def follow():
    job = ask("warn", unique_key=f"warn:{jobs.newest()}", again=False)
    Worker("test").run_until_idle()
    job.refresh_from_db()
    return job.result["done"]


def kept(opportunity):
    return KeptWarning.of_few([opportunity.pk]).get(opportunity.pk, [])


@pytest.fixture
def under_way(cast, opportunity):
    """The opportunity at its third step of four."""
    for step in opportunity.steps.order_by("position")[:3]:
        report(step, by=cast.coordinator, result="won", on=cast.today)
    return opportunity


def test_a_change_of_people_is_warned_of_at_once(cast, as_, under_way, contact):
    client, add = as_(cast.coordinator), reverse("buyers:add", args=[under_way.pk])
    assert client.post(add, {"contact": contact.pk, "stance": "supporter"}).status_code == 302
    assert kept(under_way) == ["economic", "opponent", "one_contact"]
    row = Stakeholder.objects.get()
    row.say("role", "economic_buyer", by=cast.coordinator)
    assert "economic" not in kept(under_way)
    row.remove(by=cast.coordinator)
    assert kept(under_way) == ["economic"]


def test_the_job_follows_what_else_changes(cast, under_way):
    assert kept(under_way) == []
    assert follow() == 1
    assert kept(under_way) == ["economic"]

    close(under_way, by=cast.coordinator, kind="lost", on=cast.today)
    follow()
    assert kept(under_way) == []


def test_a_day_is_enough_to_go_quiet_and_a_word_ends_it(cast, opportunity, contact):
    Stakeholder.add(opportunity, by=cast.coordinator, contact=contact, stance="supporter", access="several")
    follow()
    assert kept(opportunity) == []

    with time_machine.travel(datetime.datetime.combine(cast.today, datetime.time(12), datetime.UTC) + 46 * DAY):
        follow()
        assert kept(opportunity) == ["quiet"]
        Note.write(by=cast.salesperson, opportunity=opportunity, text="Spoke", kind="call", contact=contact)
        follow()
        assert kept(opportunity) == []


DAY = datetime.timedelta(days=1)


def test_other_rules_are_followed_for_everything(cast, as_, under_way):
    follow()
    rules = {"economic-kind": "economic", "economic-since": "9", "economic-version": 1}
    assert as_(cast.administrator).post(reverse("buyers:rules"), rules).status_code == 302
    follow()
    assert kept(under_way) == []


def test_it_keeps_what_the_page_of_people_says(cast, as_, under_way, contact):
    Stakeholder.add(under_way, by=cast.coordinator, contact=contact, stance="enemy", influence="high", access="none")
    page = as_(cast.coordinator).get(reverse("buyers:people", args=[under_way.pk]))
    assert kept(under_way) == [one.kind for one in page.context["warnings"]] != []


def test_nothing_open_is_nothing_to_do(cast):
    assert jobs.newest() == ""


def test_an_import_leaves_warnings_to_the_job(cast, under_way, contact):
    with warned_by_the_job():
        Stakeholder.add(under_way, by=cast.coordinator, contact=contact)
    assert kept(under_way) == []
    follow()
    assert kept(under_way) == ["economic", "opponent", "one_contact"]
