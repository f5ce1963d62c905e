"""The job that keeps every gate's card current: it reads the history of what has changed since it last ran.

Cards of all gates are judged anew on a new day, with new figures, after the company has settled anything, and when
amounts have followed a rate.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Max
from django.utils import timezone

from milepost.gates.judge import DECIDED, judge
from milepost.opportunities.models import FiguresRun, Gate
from milepost.team.models import Company
from milepost.web.jobs import Work
from milepost.web.models import Change, Job

KIND = "judge_gates"
FOR_ALL = ("company", "listedanswer")
"""Whose history concerns every gate: rates and the cost of hours are the company's; then what answers mean."""

LATE = datetime.timedelta(seconds=10)
"""A line of history may come after one with a higher number: two are written at once, and end in either order."""


def newest() -> str:
    """Name what there is to judge; "" while no gate waits for anybody.

    What is too new to be settled makes one name now and another later: it is judged once more then.
    """
    company = Company.objects.first()
    if company is None or not Gate.objects.exclude(state__in=DECIDED).exists():
        return ""
    return f"{basis(company)} {_last(Change.objects.all())} {settled()}"


def basis(company: Company) -> str:
    """Name what all gates hang on."""
    figures = _last(FiguresRun.objects.exclude(refreshed_at=None))
    settled_by_company = _last(Change.objects.filter(subject_kind__in=FOR_ALL))
    rates = _last(Job.objects.filter(kind="reprice", state=Job.State.DONE))
    return f"{company.today().isoformat()} {figures} {settled_by_company} {rates}"


def settled() -> int:
    """Return the line of history before which none will come any more."""
    before = Change.objects.filter(at__lt=timezone.now() - LATE).order_by("-pk").values_list("pk", flat=True)
    return before[:1].first() or 0


def _last(rows: Any) -> int:
    return rows.aggregate(last=Max("pk"))["last"] or 0


def follow(work: Work) -> dict[str, Any]:
    """Judge the gates of what has changed since the last time; of everything when what all hang on has."""
    of, upto = basis(Company.the()), settled()
    last = Job.objects.filter(kind=KIND, state=Job.State.DONE).order_by("-pk").first()
    known = last.result if last is not None else {}
    since = known.get("upto", 0) if known.get("of") == of else None
    count = 0

    def told(done: int) -> None:
        nonlocal count
        count = done
        work.progress(done)

    judge(_to_judge(since), told=told)
    return {"of": of, "upto": upto, "judged": count}


def _to_judge(since: int | None) -> Iterator[int]:
    """Yield the opportunities with a gate to be decided: all, or those changed after a line of history."""
    rows = Gate.objects.exclude(state__in=DECIDED).filter(opportunity__standing__isnull=False)
    if since is not None:
        changed = Change.objects.filter(pk__gt=since, subject_kind="opportunity").values("subject_id")
        rows = rows.filter(opportunity__in=changed)
    # A list: a query that is still read from would keep SQLite from taking its log in.
    yield from list(rows.order_by("opportunity").values_list("opportunity", flat=True).distinct())
