"""Totals say when a job is changing them, and what nobody knows the value of is not called nothing."""

import csv
import datetime
import io

import pytest
from django.utils import timezone

from milepost.opportunities.begin import begin
from milepost.opportunities.models import Judgement, Opportunity
from milepost.opportunities.standing import restand
from milepost.web.jobs import ask
from milepost.web.models import Job

PAGES = ("/forecast/", "/forecast/rollup/")
SAID = "are being brought up to date just now"


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("kind", ["price", "learn", "import"])
def test_a_page_of_totals_says_that_they_are_being_renewed(cast, as_, opportunity, address, kind):
    client = as_(cast.sales_manager)
    assert SAID not in client.get(address).text
    job = ask(kind)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, done=1200, of=2087)
    text = client.get(address).text
    assert SAID in text
    assert "1,200 of 2,087 are done." in text
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
    assert SAID not in client.get(address).text


def test_what_is_to_be_done_later_is_not_under_way(cast, as_, opportunity):
    ask("learn", run_after=timezone.now() + datetime.timedelta(hours=1))
    assert SAID not in as_(cast.sales_manager).get(PAGES[0]).text


@pytest.fixture
def unvalued(cast, opportunity):
    """The only open opportunity is called commit for today, and nobody knows its value."""
    Opportunity.objects.update(value_minor=None, company_value_minor=None)
    Judgement.give(opportunity, by=cast.coordinator, on=cast.today, category="commit", close_on=cast.today)
    restand([opportunity.pk])
    return opportunity


def rows_of(client):
    answer = client.get("/forecast/rollup/csv/")
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))


def test_what_is_called_without_a_value_is_not_nothing(cast, as_, unvalued):
    client = as_(cast.sales_manager)
    line = client.get("/forecast/rollup/").context["rollup"].lines[0]
    assert (line.commit_minor, line.best_case_minor, line.limits) == (None, None, None)
    text = client.get("/forecast/rollup/").text
    assert "1 without a value" in text
    assert "no value is known" in client.get(f"/forecast/rollup/numbers/{cast.north.pk}/").text
    assert {row["Commit (EUR)"] for row in rows_of(client)} == {""}


def test_beside_one_with_a_value_it_is_counted_apart(cast, as_, unvalued, playbook):
    other = begin(by=None, name="Valued", playbook_version=playbook, territory=cast.north, salesperson=cast.salesperson)
    other.revise(by=cast.coordinator, value_minor=5_000_00)
    Judgement.give(other, by=cast.coordinator, on=cast.today, category="commit", close_on=cast.today)
    client = as_(cast.sales_manager)
    line = client.get("/forecast/rollup/").context["rollup"].lines[0]
    assert (line.commit_minor, line.best_case_minor, line.open.commit.unvalued) == (5_000_00, 0, 1)
    assert "1 without a value" in client.get("/forecast/rollup/").text
