"""Choose what a step's clock counts: the days since its last attempt, since its entry, or half of those between too.

Where a further attempt gives a step a new life, days count from it; where it does not, from the entry. Before
a company's past can tell, an attempt mends by half: that errs by half at most, and never the kinder way only.
Each step decides by later log loss: hazards by age are learnt from what was known up to a day, by each
clock, and score the days that followed,

    loss = - sum_dc D_dc ln h_c(d) - sum_d (N_d - sum_c D_dc) ln(1 - sum_c h_c(d))

summed over several such days. All clocks share the same days at risk, so their losses compare. One of the
others is taken in place of the one between when it saves more than half a standard error of that sum: with few
attempts the difference is noise, and a clock that changes by it makes figures jump.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import ATTEMPT, BETWEEN, ENTRY, Daily, by_bin, count_days
from milepost.engine.blocks import find_edges
from milepost.engine.history import LOST, OPEN, WON, History

PARTS = 5
"""The time of a step's attempts is cut into so many parts; each after the first is foretold once."""

LEAST = 20
"""Further attempts below which a step's clock is the one between."""

CAUTION = 0.5
"""So many standard errors must be saved before anything departs from the plain way."""


def choose_clocks(history: History) -> NDArray[np.int64]:
    """Return ATTEMPT, ENTRY or BETWEEN per step; BETWEEN where there is too little to choose by.

    Without the days of the history (`history.day`) nothing can be scored: BETWEEN for all.
    """
    clocks = np.full(len(history.keys), BETWEEN)
    if history.day is None or history.before is None:
        return clocks
    again = np.bincount(history.step[history.before > 0], minlength=len(clocks))
    for k in np.flatnonzero(again >= LEAST):
        step = history.of_step(int(k))
        assert step.day is not None
        losses = np.array([_losses(step, *span) for span in spans(step.day)])
        saved = losses[:, [BETWEEN]] - losses
        shown = saved.sum(0) - CAUTION * np.sqrt(len(saved)) * saved.std(0)
        best = int(saved.sum(0).argmax())
        clocks[k] = best if shown[best] > 0 else BETWEEN
    return clocks


def spans(day: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return the days to learn up to, each with the one to foretell up to; `day` [rows] are the rows' own."""
    days = np.quantile(day, np.arange(1, PARTS + 1) / PARTS).astype(int).tolist()
    return list(pairwise(days))


def _losses(step: History, day: int, until: int) -> list[float]:
    """Score each clock on the days that followed a day."""
    past, then = up_to(step, day), up_to(watched_from(step, day), until)
    return [_loss(count_days(past, clock), count_days(then, clock)) for clock in (ATTEMPT, ENTRY, BETWEEN)]


def _loss(past: Daily, then: Daily) -> float:
    """Score later days by the hazards of earlier ones, each block leaning on the step's mean for two days."""
    D, N = past.D.sum((0, 1)), past.N.sum((0, 1))
    edges = find_edges(D, N)
    mean = (D.sum(0) + 0.5) / (N.sum() + 2)
    h = (by_bin(D, edges, axis=0) + 2 * mean) / (by_bin(N, edges)[:, None] + 2)
    d, n = by_bin(then.D.sum((0, 1)), edges, axis=0), by_bin(then.N.sum((0, 1)), edges)
    return float(-(d * np.log(h)).sum() - ((n - d.sum(1)) * np.log1p(-np.minimum(h.sum(1), 0.999))).sum())


def up_to(history: History, day: int) -> History:
    """Return the history as it was known at the start of a day: later rows gone, later ends open."""
    assert history.day is not None
    seen = history.only(history.day < day)
    assert seen.day is not None
    ended = np.isin(seen.end, (WON, LOST))
    days = np.minimum(seen.days, day - seen.day)
    return replace(seen, days=days, end=np.where(ended & (seen.day + seen.days >= day), OPEN, seen.end))


def watched_from(history: History, day: int) -> History:
    """Return the history as somebody saw it who began to watch on a day."""
    assert history.day is not None
    since = np.zeros(len(history), int) if history.since is None else history.since
    later = replace(history, since=np.maximum(since, day - history.day))
    return later.only(later.watched)
