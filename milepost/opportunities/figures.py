"""Ask the engine for the figures of strings, and keep each answer once a run."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from milepost.opportunities import waiting
from milepost.opportunities.found import Found
from milepost.opportunities.models.figures import Figure, FiguresRun
from milepost.opportunities.stated import stated_days
from milepost.team.models import Company

if TYPE_CHECKING:
    from milepost.engine.learnt import Learnt
    from milepost.engine.string_forecast import Strings
    from milepost.engine.won_by import WonBy

PERIODS = 16
"""Fiscal months whose ends a run's figures know: the one it is made in and those that follow, a year and a quarter."""
FURTHEST = 1095
"""The last day, counted from today, that the figures tell from later ones: three years."""
UNREAD = ("win_draws", "won_by", "steps")
"""What is wide in a figure, and not read where lists are written."""


@dataclass(frozen=True)
class Cell:
    """What a win chance depends on: the steps still to win, the age of the first, the days to its appointment.

    `age` is the one that the step's clock counts; `segment` is None where nothing is told apart.
    """

    keys: tuple[str, ...]
    age: int | None
    booked_in: int | None
    segment: str | None = None

    @property
    def key(self) -> str:
        """Return a short name for the cell, the same in every process."""
        parts = [
            "-" if self.age is None else str(self.age),
            str(self.booked_in or 0),
            *(self.keys or ("the last yes",)),
        ]
        parts += [f"in {self.segment}"] if self.segment else []
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40]


def cell(keys: Sequence[str], age: int | None, booked_in: int | None, segment: str | None = None) -> Cell:
    """Return the cell of a string; ages beyond a year make no difference that can be learnt."""
    booked = min(booked_in, FURTHEST) if booked_in is not None and booked_in > 0 else None
    age = None if age is None else min(age, 366)
    return Cell(tuple(keys), age if keys else 0, booked if keys else None, segment if keys else None)


def current_run(today: datetime.date) -> FiguresRun:
    """Return the newest run; before the first one, a run from the stated default alone."""
    run = FiguresRun.objects.order_by("-id").defer("learnt").first()
    # Dated the day before, so that the daily learning still finds its day not done.
    return run or keep_run(learn_nothing(), as_of=today - datetime.timedelta(days=1), stays=0)


def keep_run(
    learnt: Learnt,
    *,
    as_of: datetime.date,
    stays: int,
    found: Found | None = None,
    voices: dict[str, Any] | None = None,
    drift: dict[str, Any] | None = None,
    earned: dict[str, Any] | None = None,
) -> FiguresRun:
    """Store what was learnt as the newest run, what was found, what words and answers count, how periods move."""
    ends = [month.end.isoformat() for month in Company.the().fiscal.following("month", as_of, PERIODS)]
    return FiguresRun.objects.create(
        as_of=as_of,
        period_ends=ends,
        learnt=learnt.to_bytes(),
        stays=stays,
        found=found.to_json() if found else {},
        usual_values=waiting.usual_values(),
        voices=voices or {},
        drift=drift or {},
        earned=earned or {},
        season=learnt.season.to_json() if learnt.season else {},
    )


def learn_nothing() -> Learnt:
    """Return what is known before there is any history: the stated default, and the days that playbooks state."""
    from milepost.engine.history import History
    from milepost.engine.learn import learn

    return learn(History.none(), usual=stated_days())


@lru_cache(maxsize=2)
def learnt_of(run_id: int, made_at: datetime.datetime) -> Learnt:
    """Return what a run learnt; a run never changes, so each process reads it once.

    `made_at` belongs to its name: after a rollback the next run gets the same id.
    """
    return _unpacked(bytes(FiguresRun.objects.values_list("learnt", flat=True).get(pk=run_id)))


@lru_cache(maxsize=2)
def _unpacked(packed: bytes) -> Learnt:
    """Unpack what was learnt, so that runs which learnt the same share all that is computed from it."""
    from milepost.engine.learnt import Learnt

    return Learnt.from_bytes(packed)


@lru_cache(maxsize=1)
def strings_of(learnt: Learnt, day: int) -> Strings:
    """Return what forecasts strings on a day by what was learnt, with all that it has computed for others."""
    from milepost.engine.string_forecast import Strings

    return Strings(learnt, day)


@lru_cache(maxsize=1)
def won_by_of(learnt: Learnt, days: tuple[int, ...], day: int) -> WonBy:
    """Return what answers by which day strings are won, with all that it has computed for others."""
    from milepost.engine.won_by import WonBy

    return WonBy(learnt, days, day)


def figures_for(run: FiguresRun, cells: Iterable[Cell]) -> dict[str, Figure]:
    """Return the figure of every cell by its key; what the run has not answered yet is asked and kept."""
    wanted = {cell.key: cell for cell in cells}
    known = {f.key: f for f in run.figures.filter(key__in=wanted).defer(*UNREAD)}
    missing = [cell for key, cell in wanted.items() if key not in known]
    if missing:
        Figure.objects.bulk_create(ask(run, missing), ignore_conflicts=True)
        known |= {f.key: f for f in run.figures.filter(key__in=[c.key for c in missing]).defer(*UNREAD)}
    return known


def ask(run: FiguresRun, cells: Sequence[Cell]) -> list[Figure]:
    """Let the engine answer for these cells."""
    from milepost.engine import string_forecast as engine

    questions = [engine.Cell(cell.keys, cell.age, cell.booked_in, cell.segment) for cell in cells]
    learnt, today = learnt_of(run.pk, run.made_at), run.as_of.toordinal()
    new = {key for cell in cells for key in cell.keys if not learnt.knows(key)}
    if new:
        learnt.take_in(stated_days(new))
    answers = strings_of(learnt, today).of(questions)
    days = tuple((end - run.as_of).days for end in run.ends)
    by = won_by_of(learnt, days, today).of(questions).astype("float16")
    return [figure(run, *each) for each in zip(cells, answers, by, strict=True)]


def figure(run: FiguresRun, cell: Cell, answer: Any, won_by: Any) -> Figure:
    """Put the engine's answer into a row."""
    steps = [
        {
            "key": s.key,
            "conversion": round(s.conversion, 6),
            "low": round(s.low, 6),
            "high": round(s.high, 6),
            "won": s.won,
            "lost": s.lost,
            "open": s.still_open,
            "thin": s.thin,
            "rare": s.rare,
            "old": s.old,
            "later": s.later,
            "undated_open": s.undated_open,
            "undated_ended": s.undated_ended,
            "days": days,
            "stated": s.stated,
        }
        for s, days in zip(answer.steps, answer.reached_days, strict=True)
    ]
    return Figure(
        run=run,
        key=cell.key,
        win=answer.win,
        win_low=answer.win_low,
        win_high=answer.win_high,
        win_in_week=answer.win_in_week,
        close_days=list(answer.close_days),
        weakest=answer.weakest,
        thin=any(s.thin for s in answer.steps),
        steps=steps,
        win_draws=answer.win_draws.astype("float32").tobytes(),
        won_by=won_by.tobytes(),
    )
