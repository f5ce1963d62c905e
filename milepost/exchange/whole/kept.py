"""Make the file of everything as a job, and keep the newest until it is deleted; the job is its record."""

from __future__ import annotations

import datetime
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from milepost.exchange.whole.book import write_book
from milepost.exchange.whole.write import write_company
from milepost.team.models import Company, Person
from milepost.web import jobs
from milepost.web.history import record
from milepost.web.jobs import Work
from milepost.web.models import Job

KIND = "export"
FOLDER = "exports"
DAYS = datetime.timedelta(days=7)
"""So long a file of everything lies here at most: it is a copy of the company without a lock on it."""


FORMS: dict[str, Callable[..., dict[str, int]]] = {"zip": write_company, "xlsx": write_book}


def ask(*, by: Person, form: str = "zip") -> Job:
    """Ask for the file in one of its forms; while one is being made, return that."""
    return jobs.ask(KIND, by=by, unique_key=KIND, form=form)


def run(work: Work, *, form: str = "zip") -> dict[str, Any]:
    """Write the file, and delete the one of this form before."""
    place = Path(settings.MEDIA_ROOT, FOLDER)  # a machine's own folder for such files may be kept in memory
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=place) as file:
        with _heard(work) as told:
            counts = FORMS[form](file, told=told)
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        path = default_storage.save(f"{FOLDER}/{work.job.pk}.{form}", File(file))
    for earlier in there().filter(result__form=form).exclude(pk=work.job.pk):
        forget(earlier)
    rows = sum(counts.values())
    record(Company.the(), "exported", by=work.job.asked_by, what={"rows": [None, rows]})
    return {"path": path, "size": size, "rows": rows, "form": form}


@contextmanager
def _heard(work: Work) -> Iterator[Callable[[int, int], None]]:
    """Give what tells how far the work is, on a connection of its own: the one that reads sees one moment alone."""
    if connection.in_atomic_block:
        yield work.progress
        return
    with ThreadPoolExecutor(1, "progress") as aside:
        try:
            yield lambda done, of: aside.submit(work.progress, done, of).result()
        finally:
            aside.submit(lambda: connection.close()).result()  # that thread’s own


def there() -> Any:
    """Return the jobs whose file still lies here, newest first."""
    return Job.objects.filter(kind=KIND, state=Job.State.DONE, result__has_key="path").order_by("-pk")


def forget(job: Job) -> None:
    """Delete the file of a job; that it was made stays."""
    default_storage.delete(job.result["path"])
    job.result = {name: value for name, value in job.result.items() if name != "path"}
    job.save(update_fields=["result"])


def old() -> Any:
    """Return the jobs whose file has lain here long enough."""
    return there().filter(finished_at__lt=timezone.now() - DAYS)


def due() -> str | None:
    """Name the oldest file that is to be deleted; None while there is none."""
    pk = old().order_by("pk").values_list("pk", flat=True).first()
    return None if pk is None else str(pk)


def forget_old(work: Work) -> dict[str, Any]:
    """Delete files that have lain here long enough."""
    for job in old():
        forget(job)
    return {}


def opened(job: Job, *, by: Person) -> IO[bytes]:
    """Open the file to hand it out; the history says to whom."""
    record(Company.the(), "export fetched", by=by, what={"rows": [None, job.result["rows"]]})
    return default_storage.open(job.result["path"])
