"""Settings for job processes that tests kill: their own schedule is empty, and a lease runs out soon."""

from milepost.settings import *  # noqa: F403

JOB_SCHEDULE = {}
JOB_LEASE_SECONDS = 3
