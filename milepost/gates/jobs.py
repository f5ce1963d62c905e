"""The job that keeps every gate's card current: it reads the history of what has changed since it last ran.

Cards of all gates are judged anew on a new day, with new figures, after the company has settled anything, and when
amounts have followed a rate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from milepost.gates.judge import DECIDED, judge
from milepost.opportunities.models import FiguresRun, Gate
from milepost.team.models import Company
from milepost.web import following
from milepost.web.jobs import Work
from milepost.web.models import Job

KIND = "judge_gates"
FOR_ALL = ("company", "listedanswer")
"""Whose history concerns every gate: rates and the cost of hours are the company's; then what answers mean."""


def newest() -> str:
    """Name what there is to judge; "" while no gate waits for anybody."""
    company = Company.objects.first()
    if company is None or not Gate.objects.exclude(state__in=DECIDED).exists():
        return ""
    return following.newest(basis(company))


def basis(company: Company) -> str:
    """Name what all gates hang on."""
    figures = following.last(FiguresRun.objects.exclude(refreshed_at=None))
    rates = following.last(Job.objects.filter(kind="reprice", state=Job.State.DONE))
    return f"{company.today().isoformat()} {figures} {following.last_of(FOR_ALL)} {rates}"


def follow(work: Work) -> dict[str, Any]:
    """Judge the gates of what has changed since the last time; of everything when what all hang on has."""
    return following.follow(work, basis=basis(Company.the()), do=_judge)


def _judge(since: int | None, *, told: Callable[[int], None]) -> None:
    judge(_to_judge(since), told=told)


def _to_judge(since: int | None) -> Iterator[int]:
    """Yield the opportunities with a gate to be decided: all, or those changed after a line of history."""
    rows = Gate.objects.exclude(state__in=DECIDED).filter(opportunity__standing__isnull=False)
    if since is not None:
        rows = rows.filter(opportunity__in=following.changed_since(since))
    # A list: a query that is still read from would keep SQLite from taking its log in.
    yield from list(rows.order_by("opportunity").values_list("opportunity", flat=True).distinct())
