"""The job that keeps every gate's card current: it reads the history of what has changed since it last ran."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Max

from milepost.gates.judge import DECIDED, judge
from milepost.opportunities.models import Gate
from milepost.team.models import Company
from milepost.web.jobs import Work
from milepost.web.models import Change, Job

KIND = "judge_gates"


def newest() -> str:
    """Name what there is to judge: the company's day and the newest change; "" while no gate waits for anybody."""
    company = Company.objects.first()
    if company is None or not Gate.objects.exclude(state__in=DECIDED).exists():
        return ""
    return f"{company.today().isoformat()} {newest_change()}"


def newest_change() -> int:
    return Change.objects.aggregate(newest=Max("pk"))["newest"] or 0


def follow(work: Work) -> dict[str, Any]:
    """Judge the gates of what has changed since the last time; of everything on a new day."""
    day, upto = Company.the().today().isoformat(), newest_change()
    last = Job.objects.filter(kind=KIND, state=Job.State.DONE).order_by("-pk").first()
    known = last.result if last is not None else {}
    since = known.get("upto", 0) if known.get("day") == day else None
    count = 0

    def told(done: int) -> None:
        nonlocal count
        count = done
        work.progress(done)

    judge(_to_judge(since), told=told)
    return {"day": day, "upto": upto, "judged": count}


def _to_judge(since: int | None) -> Iterator[int]:
    """Yield the opportunities with a gate to be decided: all, or those changed after a line of history."""
    rows = Gate.objects.exclude(state__in=DECIDED).filter(opportunity__standing__isnull=False)
    if since is not None:
        changed = Change.objects.filter(pk__gt=since, subject_kind="opportunity").values("subject_id")
        rows = rows.filter(opportunity__in=changed)
    yield from rows.order_by("opportunity").values_list("opportunity", flat=True).distinct().iterator()
