"""The record of jobs that ended long ago is deleted, but for what something goes on from."""

import datetime

import pytest
from django.utils import timezone

from milepost.web import old_jobs
from milepost.web.jobs import Stopping, Work, ask_for_what_is_due, claim
from milepost.web.models import Job
from milepost.web.worker import Worker

pytestmark = pytest.mark.django_db
LONG_AGO = datetime.timedelta(days=91)


@pytest.fixture(autouse=True)
def only_this_kind(settings, monkeypatch):
    settings.JOB_SCHEDULE = {"forget_jobs": settings.JOB_SCHEDULE["forget_jobs"]}
    monkeypatch.setattr(old_jobs, "ALWAYS_KEPT", 2)
    Job.objects.all().delete()


def ended(kind="warn", state="done", ago=LONG_AGO, **values):
    return Job.objects.create(kind=kind, state=state, finished_at=timezone.now() - ago, **values)


def there():
    return list(Job.objects.exclude(kind="forget_jobs").order_by("pk").values_list("pk", flat=True))


def clean():
    """Do what the clock asks for, and return the job that did it."""
    ask_for_what_is_due()
    Worker("tests").run_until_idle()
    return Job.objects.filter(kind="forget_jobs").first()


def recent():
    """Return as many as are kept whatever their age."""
    return [ended("learn", ago=datetime.timedelta(days=1)).pk for _n in range(2)]


def test_what_ended_long_ago_goes_and_the_rest_stays():
    for state in ("done", "failed", "cancelled"):
        ended(state=state)
    old_kind = [ended(state=state).pk for state in ("done", "failed", "cancelled")]
    young = ended(ago=datetime.timedelta(days=89)).pk
    kept = recent()

    job = clean()

    assert there() == [*old_kind[1:], young, *kept]
    assert (job.state, job.result, job.done, job.of) == ("done", {"jobs": 4}, 4, 4)


def test_what_waits_or_runs_stays_however_old():
    waits = Job.objects.create(kind="warn", state="waiting", run_after=timezone.now() + LONG_AGO)
    runs = Job.objects.create(kind="warn", state="running", leased_until=timezone.now() + LONG_AGO)
    Job.objects.update(asked_at=timezone.now() - LONG_AGO)
    kept = recent()

    clean()

    assert there() == [waits.pk, runs.pk, *kept]


def test_the_last_of_each_kind_and_end_stays_to_go_on_from():
    ended("judge_gates", result={"of": "x", "upto": 1})
    well = ended("judge_gates", result={"of": "x", "upto": 9})
    stopped = ended("judge_gates", state="cancelled", unique_key="judge_gates:x")
    other = ended("learn_soon")
    kept = recent()

    clean()

    assert there() == [well.pk, stopped.pk, other.pk, *kept]


def test_the_newest_of_all_stay_however_old():
    gone, *kept = [ended().pk for _n in range(3)]

    clean()

    assert gone not in there()
    assert there() == kept


def test_a_job_whose_file_still_lies_here_stays():
    with_file = ended("export", result={"path": "exports/1.zip"})
    ended("export", result={"form": "zip"})
    last = ended("export", result={"form": "zip"})
    kept = recent()

    clean()

    assert there() == [with_file.pk, last.pk, *kept]


def test_one_that_ended_before_ends_had_a_day_counts_from_when_it_was_asked():
    Job.objects.create(kind="warn", state="done")
    young = Job.objects.create(kind="warn", state="failed")
    Job.objects.filter(kind="warn", state="done").update(asked_at=timezone.now() - LONG_AGO)
    ended()
    last = ended()
    kept = recent()

    clean()

    assert there() == [young.pk, last.pk, *kept]


def test_it_is_due_once_a_day():
    clean()
    clean()
    assert Job.objects.filter(kind="forget_jobs").count() == 1
    Job.objects.filter(kind="forget_jobs").update(unique_key="forget_jobs:2026-01-01")
    clean()
    assert Job.objects.filter(kind="forget_jobs", state="done").count() == 2


@pytest.mark.django_db(transaction=True)  # else all go in one turn
def test_one_that_is_cut_short_goes_on_the_next_time():
    for _n in range(60):
        ended()
    kept = recent()
    ask_for_what_is_due()
    work = Work(claim("one"), "one", stopping=lambda: True)
    with pytest.raises(Stopping):
        old_jobs.forget(work)
    assert len(there()) == 60 + 2 - 25

    assert old_jobs.forget(Work(work.job, "one")) == {"jobs": 60 - 25 - 1}
    assert old_jobs.forget(Work(work.job, "one")) == {"jobs": 0}
    assert len(there()) == 1 + len(kept)
