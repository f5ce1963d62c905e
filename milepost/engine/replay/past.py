"""The history that the engine learns from, as it was known at the start of a day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milepost.engine.history import LEFT, LOST, OPEN, WON, History
from milepost.engine.replay.known import Attempts
from milepost.engine.replay.log import ENDED_WON, NEVER, Log


def history_on(log: Log, known: Attempts, day: int) -> History:
    """Return the stays known at the start of a day, one row per attempt, open ones as open.

    `log` tells no more than was known then (`Log.as_of`), and `known` are its attempts.

    A step is won when a later one is entered, the last one when the opportunity is won. One whose
    opportunity went back to an earlier step was left without an answer, and so was one that it came to anew
    later: what was said there did not hold. Several attempts on one day,
    or one on the day its step ended, tell nothing that the clock could show.
    """
    ends_on, how = _stay_ends(log, known, day)
    used = ~known.blurred & _shows(known, ends_on)
    rows = np.flatnonzero(used)
    later = _has_later(known, rows)
    until = np.where(later, np.append(known.entered[rows], 0)[1:], ends_on[rows])
    since = (known.entered[rows] > known.began[rows]).astype(int)
    return History(
        step=known.step[rows],
        # On the day of a further attempt the clock still shows this one: that day was survived too.
        days=until - known.entered[rows] + later,
        end=np.where(later, LEFT, how[rows]),
        keys=log.steps,
        since=since,
        before=known.entered[rows] - known.began[rows],
        day=known.entered[rows],
        segment=known.segment[rows],
        segments=log.segments,
        skips=_skips(log, known),
    )


def _stay_ends(log: Log, known: Attempts, day: int) -> tuple[NDArray, NDArray]:
    """Return for each row the day its stay ended, or today, and how."""
    won = (log.outcome[known.opportunity] == ENDED_WON) & (known.until < NEVER)
    closing = np.where(known.until == NEVER, OPEN, np.where(won, WON, LOST))
    passed = (known.next > known.step) & ~_comes_anew(known)
    how = np.where(known.next < 0, closing, np.where(passed, WON, LEFT))
    ends_on = np.where(known.until == NEVER, day, known.until)
    final = (known.next != known.step) | (known.next < 0)
    # Rows of one stay share the end of its last row.
    last = np.minimum.accumulate(np.where(final, np.arange(len(final)), len(final))[::-1])[::-1]
    return ends_on[last], how[last]


def _comes_anew(known: Attempts) -> NDArray[np.bool_]:
    """Tell which rows belong to a stay at a step that the opportunity comes to again after it has left it."""
    case, step = known.opportunity, known.step
    stay = np.cumsum(np.append(0, (case[1:] != case[:-1]) | (step[1:] != step[:-1])))[: len(known)]
    _, at = np.unique(case * (step.max(initial=0) + 1) + step, return_inverse=True)
    latest = np.zeros(len(known), int)
    np.maximum.at(latest, at, stay)
    return stay < latest[at]


def _shows(known: Attempts, ends_on: NDArray) -> NDArray[np.bool_]:
    """Tell which rows the clock can show: the first of a stay, and the last of each later day before its end."""
    opens = known.entered == known.began
    same_stay = np.append((known.next[:-1] == known.step[:-1]) & (known.next[:-1] >= 0), False)[: len(known)]
    first_row = ~np.append(False, same_stay[:-1])[: len(known)]
    repeated = np.append(False, same_stay[:-1] & (known.entered[1:] == known.entered[:-1]))[: len(known)]
    return first_row | (~opens & ~repeated & (known.entered < ends_on))


def _has_later(known: Attempts, rows: NDArray) -> NDArray[np.bool_]:
    """Tell which of the rows kept are followed by another of the same stay."""
    case, step, began = known.opportunity[rows], known.step[rows], known.began[rows]
    same = (case[1:] == case[:-1]) & (step[1:] == step[:-1]) & (began[1:] == began[:-1])
    return np.append(same, False)[: len(rows)]


def _skips(log: Log, known: Attempts) -> NDArray[np.int64]:
    """Count per step how often an opportunity went from before it to after it without entering it."""
    K = len(log.steps)
    moved = (known.next > known.step) & ~known.blurred
    won = (known.next < 0) & (known.until < NEVER) & (log.outcome[known.opportunity] == ENDED_WON) & ~known.blurred
    first = np.concatenate([known.step[moved], known.step[won]]) + 1
    beyond = np.concatenate([known.next[moved], np.full(int(won.sum()), K)])
    change = np.bincount(first, minlength=K + 2)[: K + 2] - np.bincount(beyond, minlength=K + 2)[: K + 2]
    return np.cumsum(change)[:K]
