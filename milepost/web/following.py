"""Keep what is derived current by a job that reads the history of what has changed since it last ran.

A job like this does everything anew when what all rows hang on has another name, and otherwise only the opportunities
that history tells of since. Its kind's entry in `settings.JOB_SCHEDULE` names what there is to do by `newest`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Max
from django.utils import timezone

from milepost.web.jobs import Work
from milepost.web.models import Change, Job

LATE = datetime.timedelta(seconds=10)
"""A line of history may come after one with a higher number: two are written at once, and end in either order."""


def newest(basis: str) -> str:
    """Name what there is to do, by the name of what all rows hang on.

    What is too new to be settled makes one name now and another later: it is done once more then.
    """
    return f"{basis} {last(Change.objects.all())} {settled()}"


def last(rows: Any) -> int:
    """Return the number of the last of some rows, 0 where there is none."""
    return rows.aggregate(last=Max("pk"))["last"] or 0


def last_of(kinds: Iterable[str]) -> int:
    """Return the last line of history about things of these kinds."""
    return last(Change.objects.filter(subject_kind__in=kinds))


def settled() -> int:
    """Return the line of history before which none will come any more."""
    before = Change.objects.filter(at__lt=timezone.now() - LATE).order_by("-pk").values_list("pk", flat=True)
    return before[:1].first() or 0


def changed_since(line: int) -> Any:
    """Return the ids of the opportunities that history tells of after a line."""
    return Change.objects.filter(pk__gt=line, subject_kind="opportunity").values("subject_id")


def has_rested(job: Job, *, times: float, least: datetime.timedelta = datetime.timedelta()) -> bool:
    """Tell whether a job has ended, and so many times as long ago as it took: then its kind may take its turn again."""
    if job.finished_at is None:
        return False
    took = job.finished_at - job.started_at if job.started_at else least
    return timezone.now() >= job.finished_at + max(least, times * took)


def follow(work: Work, *, basis: str, do: Callable[..., Any]) -> dict[str, Any]:
    """Do what has come since the last time: `do(since, told=…)`, with None for everything; return what to go on from.

    What is done, and from where to go on, is kept as the job's result.
    """
    upto = settled()
    before = Job.objects.filter(kind=work.job.kind, state=Job.State.DONE).order_by("-pk").first()
    known = before.result if before is not None else {}
    since = known.get("upto", 0) if known.get("of") == basis else None
    count = 0

    def told(done: int) -> None:
        nonlocal count
        count = done
        work.progress(done)

    do(since, told=told)
    return {"of": basis, "upto": upto, "done": count}
