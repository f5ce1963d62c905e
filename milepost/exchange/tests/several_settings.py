"""Settings for servers that tests kill: a lease runs out soon, and the clock asks for one job that leaves a note."""

from milepost.settings import *  # noqa: F403

JOB_KINDS = {**JOB_KINDS, "tick": "milepost.exchange.tests.several_settings.tick"}  # noqa: F405
JOB_KINDS["write"] = "milepost.web.tests.job_settings.write"
JOB_SCHEDULE = {"tick": "milepost.exchange.tests.several_settings.period"}
JOB_LEASE_SECONDS = 3


def period():
    """Name the one period there is."""
    return "once"


def tick(work):
    """Leave a note."""
    from milepost.web.tests.job_settings import write

    write(work, "tick")
