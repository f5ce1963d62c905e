"""Ask for work that is done later, and do it: a leased row per job, the same on both databases.

A job is done at least once and ends once: whoever does it holds a lease that a heartbeat renews, and only the holder
may say how it went. A process that is killed lets its lease run out, and another takes the job up again; so a job's
function must be safe to run twice. Kinds are named in `settings.JOB_KINDS` by the path of their function, called as
`function(work, **arguments)`; what it returns (a dict) is kept as the job's result.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.dispatch import Signal
from django.utils import timezone
from django.utils.module_loading import import_string

from milepost.web.models import Job

log = logging.getLogger(__name__)
MOST_TRIES = 5
"""How often a job is tried that gets no further than before; a long one may lose its worker any number of times."""
FIRST_WAIT = datetime.timedelta(seconds=10)
AFTER_FAILING = datetime.timedelta(hours=1)
"""How long a job of the clock that has failed for good is let rest."""
WENT_WRONG = "Milepost itself went wrong at it. Its log says how, under “Job %s”."
ALIVE = (Job.State.WAITING, Job.State.RUNNING)
job_lost = Signal()
"""Sent with each `job` that is ended without its function: its worker died, and nobody takes it up again."""


class Hopeless(Exception):
    """Say why a job cannot be done, in words for the person who asked; it is not tried again."""


class CancelAsked(Exception):
    """Somebody asked for this job to stop."""


class LeaseLost(Exception):
    """Another process does this job now."""


class Stopping(Exception):
    """This process is asked to stop; the job goes back to the queue."""


def ask(
    kind: str,
    *,
    by: Any = None,
    unique_key: str | None = None,
    again: bool = True,
    run_after: datetime.datetime | None = None,
    **arguments: Any,
) -> Job:
    """Put a job into the queue; commits with the transaction it is asked in.

    Of the jobs with one `unique_key` only one waits or runs at a time: asking for it again returns it.
    With `again=False` one that has ended well is returned too, so that the work is done once for ever.
    """
    if kind not in settings.JOB_KINDS:
        raise ValueError(f"No such kind of job: {kind}")
    values = {"kind": kind, "asked_by": by, "run_after": run_after, "arguments": arguments}
    if unique_key is None:
        return Job.objects.create(**values)
    ended = Job.objects.filter(unique_key=unique_key).exclude(state__in=ALIVE)
    (ended if again else ended.exclude(state=Job.State.DONE)).update(unique_key=None)
    try:
        with transaction.atomic():
            return Job.objects.create(unique_key=unique_key, **values)
    except IntegrityError:
        return Job.objects.get(unique_key=unique_key)


def is_alive(kind: str) -> bool:
    """Tell whether a job of the kind waits or is being done."""
    return Job.objects.filter(kind=kind, state__in=ALIVE).exists()


def under_way(*kinds: str) -> Job | None:
    """Return the first job of these kinds that is being done or due, None when there is none."""
    due = Q(run_after=None) | Q(run_after__lte=timezone.now())
    return Job.objects.filter(due, kind__in=kinds, state__in=ALIVE).order_by("id").first()


def cancel(job: Job) -> None:
    """Stop a job: at once while it waits, at its next sign of progress while it runs."""
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.WAITING)
    if not waiting.update(state=Job.State.CANCELLED, cancel_asked=True, finished_at=timezone.now()):
        Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_asked=True)
    job.refresh_from_db()


def claim(holder: str, *, now: datetime.datetime | None = None) -> Job | None:
    """Take the next job that is due, or one whose holder has died; None when there is nothing to do."""
    moment = now or timezone.now()
    _end_the_lost(moment)
    skip = "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    # One statement: two workers can never both get the row, and neither waits for the other.
    statement = f"""
        UPDATE web_job SET state = 'running', leased_by = %s, leased_until = %s, started_at = %s,
                           attempts = attempts + 1,
                           tries = CASE WHEN done > furthest THEN 1 ELSE tries + 1 END,
                           furthest = CASE WHEN done > furthest THEN done ELSE furthest END
        WHERE id = (SELECT id FROM web_job
                    WHERE (state = 'waiting' AND (run_after IS NULL OR run_after <= %s))
                       OR (state = 'running' AND leased_until < %s)
                    ORDER BY id LIMIT 1 {skip})
        RETURNING id"""  # noqa: S608 - `skip` is one of two constants
    until = moment + lease_time()
    adapt = connection.ops.adapt_datetimefield_value
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [holder, adapt(until), *[adapt(moment)] * 3])
        row = cursor.fetchone()
    return Job.objects.get(pk=row[0]) if row else None


def _end_the_lost(now: datetime.datetime) -> None:
    """End jobs nobody holds any more that were cancelled, or that took their worker down too often."""
    lost = Job.objects.filter(state=Job.State.RUNNING, leased_until__lt=now)
    _end_all(lost.filter(cancel_asked=True), state=Job.State.CANCELLED, finished_at=now)
    why = f"Given up: the process that did it ended {MOST_TRIES} times without getting any further."
    stuck = lost.filter(tries__gte=MOST_TRIES, done__lte=F("furthest"))
    _end_all(stuck, state=Job.State.FAILED, finished_at=now, error=why)


def _end_all(lost: QuerySet[Job], **values: Any) -> None:
    for job in lost:
        with transaction.atomic():
            if lost.filter(pk=job.pk).update(**values):  # another worker may have been quicker
                job.refresh_from_db()
                job_lost.send(Job, job=job)


def lease_time() -> datetime.timedelta:
    """Return how long a job is held without a sign of life."""
    return datetime.timedelta(seconds=settings.JOB_LEASE_SECONDS)


def free_leases_of(holder: str) -> int:
    """Give back what a process of this name held before it was killed; call it only when that process is gone."""
    rows = Job.objects.filter(state=Job.State.RUNNING, leased_by=holder)
    return rows.update(leased_until=timezone.now() - datetime.timedelta(seconds=1))


@dataclass
class Work:
    """A job in the hands of the process that does it."""

    job: Job
    holder: str
    stopping: Callable[[], bool] = lambda: False

    @property
    def _mine(self) -> Any:
        # The count of attempts tells this hold from an earlier one by the same process.
        return Job.objects.filter(
            pk=self.job.pk, state=Job.State.RUNNING, leased_by=self.holder, attempts=self.job.attempts
        )

    def renew(self) -> None:
        """Show that the holder is alive; raises LeaseLost when the job is somebody else's."""
        if not self._mine.update(leased_until=timezone.now() + lease_time()):
            raise LeaseLost

    def progress(self, done: int, of: int | None = None) -> None:
        """Tell how far the work is. Raises when it must stop: cancelled, lost, or the process is ending."""
        if not self._mine.update(done=done, of=of, leased_until=timezone.now() + lease_time()):
            raise LeaseLost
        if self.stopping():
            raise Stopping
        if Job.objects.filter(pk=self.job.pk, cancel_asked=True).exists():
            raise CancelAsked

    def run(self) -> Job:
        """Do the job and write down how it ended."""
        try:
            result = self._function()(self, **self.job.arguments)
        except CancelAsked:
            self._end(Job.State.CANCELLED)
        except Stopping:
            back = {"attempts": self.job.attempts - 1, "tries": self.job.tries - 1}
            self._mine.update(state=Job.State.WAITING, leased_by="", leased_until=None, **back)
        except LeaseLost:
            log.warning("Job %s (%s) was taken over by another process.", self.job.pk, self.job.kind)
        except Hopeless as error:
            log.warning("Job %s (%s) cannot be done: %s", self.job.pk, self.job.kind, error)
            self._end(Job.State.FAILED, error=str(error))
        except Exception:
            log.exception("Job %s (%s) failed.", self.job.pk, self.job.kind)
            self._try_later(WENT_WRONG % self.job.pk)
        else:
            self._end(Job.State.DONE, result=result or {}, error="")
        self.job.refresh_from_db()
        return self.job

    def _function(self) -> Callable[..., dict[str, Any] | None]:
        path = settings.JOB_KINDS.get(self.job.kind)
        if path is None:
            raise Hopeless(f"This version of Milepost knows no job of the kind “{self.job.kind}”.")
        return import_string(path)

    def _end(self, state: Job.State, **values: Any) -> None:
        self._mine.update(state=state, finished_at=timezone.now(), leased_until=None, **values)

    def _try_later(self, error: str) -> None:
        if self.job.tries >= MOST_TRIES:
            self._end(Job.State.FAILED, error=error)
            return
        wait = FIRST_WAIT * 3 ** (self.job.tries - 1)
        self._mine.update(state=Job.State.WAITING, run_after=timezone.now() + wait, leased_until=None, error=error)


def ask_for_what_is_due() -> None:
    """Ask for the jobs of the clock: each entry of `settings.JOB_SCHEDULE` names the key of the period it is due in."""
    due = {}
    for kind, path in settings.JOB_SCHEDULE.items():
        key = import_string(path)()
        if key:
            due[f"{kind}:{key}"] = kind
    there = {job.unique_key: job for job in Job.objects.filter(unique_key__in=due)}
    for unique_key, kind in due.items():
        if unique_key not in there or _is_to_be_tried_anew(there[unique_key]):
            ask(kind, unique_key=unique_key, again=False)


def _is_to_be_tried_anew(job: Job) -> bool:
    """Tell whether a job of the clock failed an hour ago; one that somebody stopped stays so for its period."""
    ended = job.finished_at
    return job.state == Job.State.FAILED and (ended is None or ended < timezone.now() - AFTER_FAILING)
