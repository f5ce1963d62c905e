"""Delete the record of jobs that ended long ago: some kinds run every minute, and nobody looks so far back."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from milepost.web.jobs import ALIVE, Work
from milepost.web.models import Job
from milepost.web.turns import in_turns

LONG = datetime.timedelta(days=90)
ALWAYS_KEPT = 200
"""The newest that have ended are kept however old they are: a quiet company's page is not empty."""


def today() -> str:
    """Name the day it is due for."""
    return timezone.localtime().date().isoformat()


def forget(work: Work) -> dict[str, Any]:
    """Delete the record of jobs that ended long ago, some at a time; return how many."""
    # A list: a query that is still read from would keep SQLite from taking its log in.
    old = list(long_ended().values_list("pk", flat=True))

    def delete(some: list[int]) -> None:
        Job.objects.filter(pk__in=some).delete()

    return {"jobs": in_turns(old, delete, told=lambda done: work.progress(done, len(old)))}


def long_ended() -> QuerySet[Job]:
    """Return the jobs that ended long ago and that nothing asks for any more.

    What follows changes goes on from the last of its kind that ended well, others rest by the last one whatever its
    end, and the clock does not ask again for what was stopped: so the last of each kind and end stays. So does the job
    whose file still lies here.
    """
    then = timezone.now() - LONG
    ended = Job.objects.exclude(state__in=ALIVE)
    newest = ended.order_by("-pk").values_list("pk", flat=True)[:ALWAYS_KEPT]
    lasts = ended.order_by().values("kind", "state").annotate(last=Max("pk")).values_list("last", flat=True)
    old = ended.filter(Q(finished_at__lt=then) | Q(finished_at=None, asked_at__lt=then))
    return old.exclude(pk__in={*newest, *lasts}).exclude(result__has_key="path").order_by("pk")
