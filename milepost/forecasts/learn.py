"""Learn from the company's own past, and give every open opportunity its figures."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils import timezone

from milepost.forecasts.drift import read_drift
from milepost.forecasts.records import score_words
from milepost.forecasts.stays import Stays, read_stays
from milepost.forecasts.trial import earned, try_facts
from milepost.opportunities import figures
from milepost.opportunities.found import Found
from milepost.opportunities.models import Figure, FiguresRun, Opportunity
from milepost.opportunities.standing import restand
from milepost.opportunities.stated import stated_days
from milepost.team.models import Company
from milepost.web.turns import in_turns

if TYPE_CHECKING:
    from milepost.engine.learnt import Learnt

KEPT_RUNS = 2
Told = Callable[[int], None]


def learn_and_refresh(
    *, today: datetime.date | None = None, anew: bool = True, told: Told = lambda done: None
) -> FiguresRun:
    """Make a run from all stays so far and bring all standings up to date. Safe to run twice.

    `anew` goes through the past for what figures hang on: bins, clocks, what is told apart. Without it, what was found
    this month is kept, so that figures stay steady from day to day, unless the past has doubled since.
    """
    day = today or Company.the().today()
    stays = read_stays()
    kept = None if anew else _kept(day, len(stays.step))
    learnt, found = learn_by(stays, day, *kept) if kept else find_and_learn(stays, day)
    n = int(learnt.counts.sum())
    if kept is None:
        found = found.after(_found_before())
        try_facts(stays, learnt, found, today=day)
    said = {"voices": score_words(), "drift": read_drift().to_json(), "earned": earned()}
    run = figures.keep_run(learnt, as_of=day, stays=n, found=found, **said)
    del stays, learnt
    refresh(run, told=told)
    return run


def _kept(day: datetime.date, stays: int) -> tuple[Learnt, Found] | None:
    """Return what the newest run learnt and found, while that is still to be kept."""
    run = FiguresRun.objects.defer("learnt").first()
    found = Found.from_json(run.found) if run else Found()
    if run is None or found.on is None or (found.on.year, found.on.month) != (day.year, day.month):
        return None
    return (figures.learnt_of(run.pk, run.made_at), found) if stays < 2 * found.stays else None


def _found_before() -> Found:
    run = FiguresRun.objects.only("found").first()
    return Found.from_json(run.found) if run else Found()


def find_and_learn(stays: Stays, day: datetime.date) -> tuple[Learnt, Found]:
    """Go through the past anew: find what opportunities are told apart by, the clocks and the bins, and learn."""
    from milepost.engine.division import choose_division
    from milepost.engine.learn import learn

    seen, cuts = stays.now(day), stays.about.cuts()
    by = choose_division(seen.history, stays.about.divisions(seen.history, seen.place, cuts)) or ""
    learnt = learn(stays.about.tell_apart(seen.history, seen.place, by, cuts), usual=stated_days())
    return learnt, Found(day, len(stays.step), by, cuts, learnt.clocks_by_key)


def learn_by(stays: Stays, day: datetime.date, before: Learnt, found: Found) -> tuple[Learnt, Found]:
    """Learn from the past of today with what was found before."""
    from milepost.engine.learn import learn

    seen = stays.now(day)
    history = stays.about.tell_apart(seen.history, seen.place, found.by, found.cuts)
    learnt = learn(history, edges=before.blocks, clocks=before.clocks_by_key, usual=stated_days())
    return learnt, replace(found, clocks=learnt.clocks_by_key)


def refresh(run: FiguresRun, *, told: Told = lambda done: None) -> None:
    """Give every open opportunity its figures of this run; where that was cut short, go on from there."""
    going = Opportunity.objects.open().filter(merged_into=None).exclude(standing__figure__run=run)
    # A list: a query that is still read from would keep SQLite from taking its log in, and it would grow all the while.
    restand(list(going.order_by("pk").values_list("pk", flat=True)), today=run.as_of, told=told)
    run.refreshed_at = timezone.now()
    run.save(update_fields=["refreshed_at"])
    forget_old_runs()


def forget_old_runs() -> None:
    """Delete all but the newest runs, some at a time: one may have tens of thousands of figures."""
    for old in FiguresRun.objects.order_by("-id").values_list("pk", flat=True)[KEPT_RUNS:]:
        of_old = Figure.objects.filter(run=old).order_by("pk").values_list("pk", flat=True)
        in_turns(list(of_old), lambda some: Figure.objects.filter(pk__in=some).delete())
        FiguresRun.objects.filter(pk=old).delete()


def learn_daily(*, today: datetime.date | None = None, told: Told = lambda done: None) -> FiguresRun | None:
    """Learn unless it has been done for this day already; a learning that was cut short is brought to its end."""
    day = today or Company.the().today()
    run = FiguresRun.objects.filter(as_of=day).defer("learnt").first()
    if run is None:
        return learn_and_refresh(today=day, anew=False, told=told)
    if run.refreshed_at is not None:
        return None
    refresh(run, told=told)
    return run
