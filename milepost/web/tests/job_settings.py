"""Settings for processes that tests start: jobs that leave notes, and a lease that runs out soon."""

from milepost.settings import *  # noqa: F403

JOB_KINDS = {name: f"milepost.web.tests.job_settings.{name}" for name in ("linger", "write")}
JOB_SCHEDULE = {}
JOB_LEASE_SECONDS = 3


def write(work, word):
    """Leave a note."""
    import os

    with open(os.environ["NOTES"], "a") as notes:
        notes.write(f"{word}\n")


def linger(work, word):
    """Leave a note, and the first time take long enough to be killed."""
    import time

    write(work, f"begun {word}")
    if work.job.attempts == 1:
        time.sleep(60)
    work.progress(1)
    write(work, f"ended {word}")
