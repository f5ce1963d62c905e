"""Jobs: asked once, done once, taken up again when their worker dies."""

import datetime
import logging

import pytest
from django.utils import timezone

from milepost.web.jobs import Hopeless, LeaseLost, Work, ask, ask_for_what_is_due, cancel, claim, free_leases_of
from milepost.web.models import Job
from milepost.web.worker import Worker, apart, warn_of_clock

HERE = "milepost.web.tests.test_jobs"
pytestmark = pytest.mark.django_db
LATER = datetime.timedelta(minutes=5)
done = []


@pytest.fixture(autouse=True)
def kinds(settings):
    done.clear()
    settings.JOB_KINDS = {kind: f"{HERE}.{kind}" for kind in ("note", "fail", "hopeless", "cancelled", "stolen")}
    settings.JOB_SCHEDULE = {"note": f"{HERE}.period"}


def note(work, word="x"):
    done.append(word)
    work.progress(1, 2)
    return {"word": word}


def fail(work):
    raise ZeroDivisionError("by nought")


def hopeless(work):
    raise Hopeless("The file is empty.")


def cancelled(work):
    cancel(work.job)
    work.progress(1)
    done.append("went on")


def stolen(work):
    """Be taken over half way, as if this process had slept past its lease."""
    Job.objects.filter(pk=work.job.pk).update(leased_until=timezone.now() - LATER)
    assert claim("a rival").pk == work.job.pk
    work.progress(1)


def period():
    return "2026-11-22"


def do(job):
    Worker("tests").run_until_idle()
    job.refresh_from_db()
    return job


def test_it_does_a_job_with_its_arguments_and_keeps_the_result():
    job = do(ask("note", word="hello"))
    assert (job.state, job.result, job.done, job.of) == (Job.State.DONE, {"word": "hello"}, 1, 2)
    assert job.finished_at is not None
    assert done == ["hello"]


def test_it_does_jobs_in_the_order_they_were_asked():
    for word in "abc":
        ask("note", word=word)
    assert Worker("tests").run_until_idle() == 3
    assert done == ["a", "b", "c"]


def test_it_refuses_a_kind_nobody_knows():
    with pytest.raises(ValueError, match="No such kind of job: sing"):
        ask("sing")


def test_it_keeps_one_waiting_job_per_key():
    first = ask("note", unique_key="k")
    assert ask("note", unique_key="k") == first
    do(first)
    second = ask("note", unique_key="k")
    assert second != first
    assert ask("note", unique_key="k") == second


def test_it_does_a_job_of_the_clock_once():
    for worker in (Worker("one"), Worker("two")):
        worker.look_at_clock()
        worker.run_until_idle()
    assert done == ["x"]


def test_a_job_of_the_clock_that_failed_is_let_rest_for_an_hour(settings):
    settings.JOB_SCHEDULE = {"hopeless": f"{HERE}.period"}
    for _ in range(3):
        ask_for_what_is_due()
        Worker("tests").run_until_idle()
    assert Job.objects.count() == 1
    Job.objects.update(finished_at=timezone.now() - datetime.timedelta(minutes=61))
    ask_for_what_is_due()
    assert list(Job.objects.values_list("state", flat=True)) == [Job.State.WAITING, Job.State.FAILED]


def test_a_job_of_the_clock_that_somebody_stopped_stays_so():
    ask_for_what_is_due()
    cancel(Job.objects.get())
    ask_for_what_is_due()
    assert do(Job.objects.get()).state == Job.State.CANCELLED
    assert done == []


def test_a_look_at_the_clock_asks_once(django_assert_num_queries):
    ask_for_what_is_due()
    with django_assert_num_queries(1):
        ask_for_what_is_due()


def test_a_clock_that_is_off_is_told_of(caplog, monkeypatch):
    assert abs(apart()) < 5
    warn_of_clock()
    assert not caplog.messages
    monkeypatch.setattr("milepost.web.worker.apart", lambda: -61.0)
    warn_of_clock()
    assert "-61 seconds apart" in caplog.messages[0]


def test_the_console_tells_of_what_took_long_and_of_what_failed(caplog, monkeypatch):
    caplog.set_level(logging.INFO)
    do(ask("note"))
    assert not caplog.messages

    job = do(ask("hopeless"))
    assert caplog.messages.pop() == f"Job {job.pk} (hopeless) cannot be done: The file is empty."

    monkeypatch.setattr("milepost.web.worker.LONG", 0.0)
    job = do(ask("note"))
    assert caplog.messages[-1].startswith(f"Job {job.pk} (note) took ")


def test_it_waits_for_the_time_asked():
    job = ask("note", run_after=timezone.now() + LATER)
    assert claim("tests") is None
    assert claim("tests", now=timezone.now() + 2 * LATER) == job


def test_it_tries_a_failed_job_again_and_then_gives_up():
    job = do(ask("fail"))
    assert (job.state, job.attempts) == (Job.State.WAITING, 1)
    assert job.error == f"Milepost itself went wrong at it. Its log says how, under “Job {job.pk}”."
    assert job.run_after > timezone.now()
    for _ in range(4):
        Job.objects.update(run_after=None)
        do(job)
    assert (job.state, job.attempts) == (Job.State.FAILED, 5)


def test_it_does_not_repeat_a_hopeless_job():
    job = do(ask("hopeless"))
    assert (job.state, job.error, job.attempts) == (Job.State.FAILED, "The file is empty.", 1)


def test_it_cancels_a_waiting_job_at_once():
    job = ask("note")
    cancel(job)
    assert do(job).state == Job.State.CANCELLED
    assert done == []


def test_it_cancels_a_running_job_at_its_next_sign_of_progress():
    assert do(ask("cancelled")).state == Job.State.CANCELLED
    assert done == []


def test_it_puts_a_job_back_when_the_process_is_stopped():
    job = ask("note")
    claimed = claim("tests")
    Work(claimed, "tests", stopping=lambda: True).run()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.WAITING, 0)


def test_it_leaves_a_held_job_alone_until_its_lease_runs_out():
    job = ask("note")
    assert claim("one") == job
    assert claim("two") is None
    again = claim("two", now=timezone.now() + LATER)
    assert (again.pk, again.attempts, again.leased_by) == (job.pk, 2, "two")


def test_it_lets_only_the_holder_say_how_a_job_ended():
    job = do(ask("stolen"))
    assert (job.state, job.leased_by) == (Job.State.RUNNING, "a rival")
    with pytest.raises(LeaseLost):
        Work(job, "tests").renew()


def test_it_frees_what_a_dead_process_of_the_same_name_held():
    job = ask("note")
    claim("here")
    assert free_leases_of("here") == 1
    assert claim("there") == job


def test_it_gives_up_a_job_that_kills_its_workers():
    job = ask("note")
    Job.objects.update(state=Job.State.RUNNING, attempts=5, tries=5, leased_until=timezone.now() - LATER)
    assert claim("tests") is None
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.error.startswith("Given up")


def test_it_goes_on_with_a_job_that_gets_further_each_time():
    job = ask("note")
    for done in range(1, 12):
        assert claim("tests") == job
        Job.objects.update(done=done, leased_until=timezone.now() - LATER)
    for _ in range(5):
        assert claim("tests") == job
        Job.objects.update(done=3, leased_until=timezone.now() - LATER)
    assert claim("tests") is None
    job.refresh_from_db()
    assert (job.state, job.attempts, job.furthest) == (Job.State.FAILED, 16, 11)
