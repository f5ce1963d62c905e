"""What has just ended or moved is learnt from soon, and no more often than is cheap."""

import datetime
import re

import pytest
from django.utils import timezone

from milepost.forecasts import jobs
from milepost.forecasts.learn import learn_and_refresh
from milepost.forecasts.learnt.past import keep_past
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.report import report
from milepost.web.jobs import Work, ask, ask_for_what_is_due, claim
from milepost.web.models import Job


@pytest.fixture
def learnt(settings, cast, opportunity):
    """A company that has learnt from all it has, with nothing but this on its clock."""
    settings.JOB_SCHEDULE = {"learn_soon": settings.JOB_SCHEDULE["learn_soon"]}
    learn_and_refresh()
    keep_past()
    return opportunity


def learn():
    """Do what the clock asks for; return the job, or None when it asks for nothing."""
    ask_for_what_is_due()
    job = claim("me")
    return job and Work(job, "me").run()


def test_a_step_that_is_reached_is_learnt_from_at_once(client, cast, learnt):
    assert learn() is None
    client.force_login(cast.coordinator)
    report(learnt.steps.get(key="first"), by=cast.coordinator, result="won", on=cast.today)
    close(learnt, by=cast.coordinator, kind="lost", on=cast.today)
    assert jobs.not_learnt()
    assert learn().state == Job.State.DONE
    assert jobs.not_learnt() == ""
    assert learn() is None


def test_the_next_ones_figure_counts_it(client, cast, playbook, learnt):
    other = begin(by=None, name="Other", playbook_version=playbook, territory=cast.north, started_on=cast.today)
    page = f"/opportunities/{other.pk}/why/"
    client.force_login(cast.coordinator)
    before = client.get(page).content.decode()
    assert "nothing like it has ended" in before
    report(learnt.steps.get(key="first"), by=cast.coordinator, result="won", on=cast.today)
    learn()
    after = client.get(page).content.decode()
    assert "1 of 1 like it was reached" in after
    assert re.search(r"Learnt on .* at \d\d:\d\d\. What has ended", after)


def test_it_rests_in_proportion_to_what_learning_took(cast, learnt):
    report(learnt.steps.get(key="first"), by=cast.coordinator, result="won", on=cast.today)
    now = timezone.now()
    took = datetime.timedelta(minutes=2)
    last = Job.objects.create(kind="learn_daily", state="done", started_at=now - 30 * took, finished_at=now - 29 * took)
    assert jobs.not_learnt()
    Job.objects.filter(pk=last.pk).update(started_at=now - 20 * took, finished_at=now - 19 * took)
    assert jobs.not_learnt() == ""
    Job.objects.filter(pk=last.pk).update(started_at=None, finished_at=now - jobs.SOONEST / 2)
    assert jobs.not_learnt() == ""


@pytest.mark.parametrize("kind", ["import", "learn"])
def test_it_waits_for_what_learns_by_itself(cast, learnt, kind):
    report(learnt.steps.get(key="first"), by=cast.coordinator, result="won", on=cast.today)
    ask(kind)
    assert jobs.not_learnt() == ""
