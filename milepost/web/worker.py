"""Do the jobs, one after another: the process that `milepost up` keeps beside the web processes."""

from __future__ import annotations

import datetime
import logging
import os
import signal
import socket
import threading
import time
from types import FrameType

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from milepost.web.jobs import LeaseLost, Work, ask_for_what_is_due, claim, free_leases_of

log = logging.getLogger(__name__)
SHORTEST_NAP, LONGEST_NAP = 0.2, 2.0
CLOCK_EVERY = 10.0
APART = 10.0
"""Seconds between this machine's clock and the database's that are worth a warning: a hold lasts a minute."""
LONG = 10.0
"""Seconds that a job may take without the console telling of it."""


class Worker:
    """One process that takes jobs from the queue until it is told to stop."""

    def __init__(self, name: str = "") -> None:
        self.name = name or f"{socket.gethostname()}:{os.getpid()}"
        self.is_stopping = threading.Event()
        self._clock_at = 0.0

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; a job under way is put back at its next sign of progress."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        nap = SHORTEST_NAP
        while not self.is_stopping.is_set():
            nap = SHORTEST_NAP if self._turn() else min(nap * 1.5, LONGEST_NAP)
            if nap > SHORTEST_NAP:
                self.is_stopping.wait(nap)

    def run_until_idle(self) -> int:
        """Do all that is due now and return how many jobs were begun; for tests and one-off runs."""
        count = 0
        while self.do_next():
            count += 1
        return count

    def do_next(self) -> bool:
        """Do one job; False when none was due."""
        job = claim(self.name)
        if job is None:
            return False
        work, began = Work(job, self.name, self.is_stopping.is_set), time.monotonic()
        with Heartbeat(work):
            work.run()
        took = time.monotonic() - began
        log.log(logging.INFO if took >= LONG else logging.DEBUG, "Job %s (%s) took %.1f s.", job.pk, job.kind, took)
        return True

    def look_at_clock(self) -> None:
        """Ask for the jobs that are due by the clock, every ten seconds."""
        if time.monotonic() >= self._clock_at:
            self._clock_at = time.monotonic() + CLOCK_EVERY
            ask_for_what_is_due()

    def _turn(self) -> bool:
        """Look at the clock and the queue once; a database that is away is waited for."""
        try:
            close_old_connections()
            self.look_at_clock()
            return self.do_next()
        except DatabaseError as error:
            log.warning("The database does not answer (%s); trying again.", error)
            connection.close()
            return False

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.is_stopping.set()


class Heartbeat(threading.Thread):
    """Renew a job's lease while its function works; a thread of its own, so that long sums do not lose it."""

    def __init__(self, work: Work) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self.work = work
        self.is_over = threading.Event()

    def __enter__(self) -> Heartbeat:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.is_over.set()
        self.join()

    def run(self) -> None:
        """Renew at a third of the lease, so that one renewal may come late."""
        while not self.is_over.wait(settings.JOB_LEASE_SECONDS / 3):
            try:
                self.work.renew()
            except LeaseLost:
                return
            except DatabaseError as error:
                log.warning("The lease of job %s could not be renewed: %s", self.work.job.pk, error)
            finally:
                connection.close()


def apart() -> float:
    """Return by how many seconds this machine's clock is ahead of PostgreSQL's; workers compare theirs in its rows."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        ahead: datetime.timedelta = timezone.now() - cursor.fetchone()[0]
    return ahead.total_seconds()


def warn_of_clock() -> None:
    """Say so when this machine's clock is off: another worker could take up a job that is still held."""
    try:
        seconds = apart()
    except DatabaseError:
        return  # it is waited for below
    if abs(seconds) >= APART:
        log.warning("This machine's clock and the database's are %.0f seconds apart; let both follow NTP.", seconds)


def main() -> None:
    """Run one worker under the name the supervisor gave it, after freeing what its predecessor held."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("milepost").setLevel(logging.DEBUG if settings.DEBUG else logging.INFO)
    # The supervisor starts one worker of this name at a time, so whoever held leases under it is gone.
    warn_of_clock()
    name = os.environ.get("MILEPOST_WORKER", "")
    if name:
        free_leases_of(name)
    Worker(name).run()
