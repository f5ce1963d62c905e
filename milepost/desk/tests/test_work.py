"""Work in the background: how far it is, stopping it, and doing again what went wrong."""

import datetime

import pytest
from django.conf import settings
from django.utils import timezone

from milepost.desk.settings.work import KINDS, PAGE, WITH_A_PAGE, Line
from milepost.web.models import Job

NOW = datetime.datetime(2026, 11, 24, 12, 0, tzinfo=datetime.UTC)


def running(done=25, of=100, passed=60, **values):
    begun = NOW - datetime.timedelta(seconds=passed)
    return Job(kind="import", state=Job.State.RUNNING, done=done, of=of, started_at=begun, **values)


def page(as_, cast, query=""):
    return as_(cast.administrator).get(f"/settings/work/{query}").text


def test_every_kind_has_a_name():
    assert set(KINDS) == set(settings.JOB_KINDS)
    assert set(WITH_A_PAGE) <= set(KINDS)


@pytest.mark.parametrize(
    ("job", "left"),
    [
        (running(), "about 3 minutes left"),
        (running(done=50), "about 1 minute left"),
        (running(done=99), "less than a minute left"),
        (running(passed=2), ""),
        (running(done=0), ""),
        (running(of=None), ""),
        (Job(kind="import", state=Job.State.WAITING, done=25, of=100, started_at=NOW), ""),
    ],
)
def test_it_estimates_what_is_left_from_how_fast_it_went(job, left):
    assert Line(job, NOW).left == left


def test_nothing_done_yet_is_said_plainly(cast, as_):
    Job.objects.all().delete()
    text = page(as_, cast)
    assert "Nothing is being done, and nothing waits." in text
    assert "Nothing has been done yet." in text
    assert "hx-trigger" not in text.split('id="alive"')[1].split(">")[0]


def test_it_lists_what_is_under_way_what_waits_and_how_it_ended(cast, as_):
    begun = timezone.now() - datetime.timedelta(seconds=60)
    Job.objects.create(
        kind="import", state="running", done=1250, of=5000, started_at=begun, asked_by=cast.coordinator, attempts=1
    )
    Job.objects.create(kind="replay")
    Job.objects.create(kind="warn", attempts=2, error="OSError: disk full", run_after=timezone.now())
    Job.objects.create(kind="learn", state="failed", error="It went wrong", finished_at=timezone.now())
    text = page(as_, cast)
    for said in (
        "Importing files",
        str(cast.coordinator),
        "1,250 of 5,000 are done, about 3 minutes left.",
        "It waits for its turn.",
        "It went wrong 2 times and is tried again at",
        "OSError: disk full",
        "It went wrong",
        "every 3s",
    ):
        assert said in text, said


def test_what_runs_is_asked_to_stop_and_what_waits_is_stopped_at_once(cast, as_):
    client = as_(cast.administrator)
    runs = Job.objects.create(kind="learn", state="running")
    waits = Job.objects.create(kind="learn")
    for job in (runs, waits):
        assert client.post(f"/settings/work/{job.pk}/stop/").status_code == 302
        job.refresh_from_db()
    assert (runs.state, runs.cancel_asked) == ("running", True)
    assert waits.state == "cancelled"
    text = client.get("/settings/work/").text
    assert "It is being stopped." in text
    assert f"/settings/work/{runs.pk}/stop/" not in text


def test_what_failed_is_done_again(cast, as_):
    client = as_(cast.administrator)
    failed = Job.objects.create(kind="learn", state="failed", unique_key="learn", arguments={"batch": 3})
    client.post(f"/settings/work/{failed.pk}/again/")
    again = Job.objects.exclude(pk=failed.pk).get(kind="learn")
    assert (again.state, again.arguments, again.asked_by) == ("waiting", {"batch": 3}, cast.administrator)
    client.post(f"/settings/work/{failed.pk}/again/")
    assert Job.objects.filter(kind="learn", state="waiting").count() == 1


@pytest.mark.parametrize(("kind", "state"), [("learn", "done"), ("import", "failed"), ("gone", "failed")])
def test_what_is_done_or_has_a_page_of_its_own_is_not_done_again_from_here(cast, as_, kind, state):
    job = Job.objects.create(kind=kind, state=state)
    client = as_(cast.administrator)
    assert f"/settings/work/{job.pk}/again/" not in client.get("/settings/work/").text
    client.post(f"/settings/work/{job.pk}/again/")
    assert not Job.objects.filter(kind=kind).exclude(pk=job.pk).exists()


def test_long_ago_is_a_page_away(cast, as_, django_assert_max_num_queries):
    Job.objects.all().delete()
    for _n in range(PAGE + 2):
        Job.objects.create(kind="learn", state="done", finished_at=timezone.now(), asked_by=cast.coordinator)
    client = as_(cast.administrator)
    client.get("/settings/work/")
    with django_assert_max_num_queries(6):
        first = client.get("/settings/work/")
    assert first.text.count("tag won") == PAGE
    assert client.get(f"/settings/work/?after={first.context['more']}").text.count("tag won") == 2
