"""Learn from the company's own past, and give every open opportunity its figures."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone

from milepost.opportunities import figures
from milepost.opportunities.models import Figure, FiguresRun, Opportunity, Stay
from milepost.opportunities.standing import MANY, chunks, restand
from milepost.team.models import Company

if TYPE_CHECKING:
    from milepost.engine.history import History

KEPT_RUNS = 2
Told = Callable[[int], None]


def learn_and_refresh(*, today: datetime.date | None = None, told: Told = lambda done: None) -> FiguresRun:
    """Make a run from all stays so far and bring all standings up to date. Safe to run twice."""
    from milepost.engine.learn import learn

    day = today or Company.the().today()
    history = read_history(day)
    run = figures.keep_run(learn(history), as_of=day, stays=len(history))
    refresh(run, told=told)
    return run


def refresh(run: FiguresRun, *, told: Told = lambda done: None) -> None:
    """Give every open opportunity its figures of this run; where that was cut short, go on from there."""
    going = Opportunity.objects.open().filter(merged_into=None).exclude(standing__figure__run=run)
    # A list: a query that is still read from would keep SQLite from taking its log in, and it would grow all the while.
    restand(list(going.order_by("pk").values_list("pk", flat=True)), today=run.as_of, told=told)
    run.refreshed_at = timezone.now()
    run.save(update_fields=["refreshed_at"])
    forget_old_runs()


def forget_old_runs() -> None:
    """Delete all but the newest runs, in short transactions: one may have tens of thousands of figures."""
    for old in FiguresRun.objects.order_by("-id").values_list("pk", flat=True)[KEPT_RUNS:]:
        of_old = Figure.objects.filter(run=old).order_by("pk").values_list("pk", flat=True)
        for some in chunks(list(of_old), MANY):
            Figure.objects.filter(pk__in=some).delete()
        FiguresRun.objects.filter(pk=old).delete()


def learn_daily(*, today: datetime.date | None = None, told: Told = lambda done: None) -> FiguresRun | None:
    """Learn unless it has been done for this day already; a learning that was cut short is brought to its end."""
    day = today or Company.the().today()
    run = FiguresRun.objects.filter(as_of=day).defer("learnt").first()
    if run is None:
        return learn_and_refresh(today=day, told=told)
    if run.refreshed_at is not None:
        return None
    refresh(run, told=told)
    return run


def read_history(today: datetime.date) -> History:
    """Read every stay with known days: those that last count to the day their source was known."""
    import numpy as np

    from milepost.engine.history import LEFT, LOST, OPEN, WON, History

    ends = {"": OPEN, Stay.End.WON: WON, Stay.End.LOST: LOST, Stay.End.AGAIN: LEFT, Stay.End.BACK: LEFT}
    rows = stays().values_list("key", "entered_on", "left_on", "end", "opportunity__as_of")
    index: dict[str, int] = {}
    step, days, end = [], [], []
    for key, entered, left, how, as_of in rows.iterator(chunk_size=20_000):
        step.append(index.setdefault(key, len(index)))
        assert entered is not None  # `stays` leaves out those whose day of entry is not known
        days.append(max(0, ((left or as_of or today) - entered).days))
        end.append(ends[how])
    return History(np.array(step, int), np.array(days, int), np.array(end, np.int8), tuple(index))


def stays() -> QuerySet[Stay]:
    """Keep the stays that teach: with known days, and not skipped. One that was tried again had no answer by then."""
    ended = [Stay.End.WON, Stay.End.LOST, Stay.End.AGAIN, Stay.End.BACK]
    trials = Q(end__in=ended, left_on__isnull=False) | Q(end="")
    return Stay.objects.filter(trials, entered_on__isnull=False, opportunity__merged_into=None).order_by()
