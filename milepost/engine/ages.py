"""Ages in a step, day by day, and what happened at each.

A stay that was won or lost after n days was at risk on days 0..n and had its event on day n; one that
is open, or was left, after n days was at risk on days 0..n-1. One that was watched from day m only was
not at risk before it. Per step k, segment g, day d of its age and cause c:

    D_kgdc  stays that ended by cause c on day d
    N_kgd   stays at risk on day d; from a year on, all days together

Counts can be added: those of past days may be kept, and new days' added to them. With a half-life, a
day counts 2^(-its age / half-life).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
from numpy.typing import NDArray

from milepost.engine.history import LOST, WON, History

EDGES = (0, 1, 3, 7, 14, 21, 31, 45, 61, 91, 121, 181, 271, 366)
"""First day of each bin of age for the company as a whole; the last bin is open-ended."""

YEAR = 366
"""Ages are told apart day by day up to here; what is older counts as this old."""

BLOCK = 500_000
"""So many rows are counted at once."""

ATTEMPT, ENTRY, BETWEEN = 0, 1, 2
"""What the clock of a step counts: the days since the last attempt, since the entry, or half of those between too."""

HALVES = np.array([0, 2, 1])
"""How many halves of the days before the last attempt each clock counts."""


@dataclass(frozen=True, eq=False)
class Daily:
    """Hold D [steps, segments + 1, 367, 2] (won, lost), N [steps, segments + 1, 367] in days, reached and won alike.

    The last segment is the one that is not known. `reached` counts the stays at risk on the very day, `won` those of
    them that were won in the end: not the won that were watched later only, which are in D all the same.
    """

    D: NDArray[np.float64]
    N: NDArray[np.float64]
    reached: NDArray[np.int64]
    won: NDArray[np.int64]

    def __add__(self, other: Daily) -> Daily:
        """Add the counts of other days, or of other stays."""
        return Daily(self.D + other.D, self.N + other.N, self.reached + other.reached, self.won + other.won)

    def pooled(self) -> Daily:
        """Add all segments up, as the only one."""
        return Daily(*(part.sum(1, keepdims=True) for part in (self.D, self.N, self.reached, self.won)))

    def of_step(self, k: int) -> Daily:
        """Return one step alone."""
        one = slice(k, k + 1)
        return Daily(self.D[one], self.N[one], self.reached[one], self.won[one])


def count_days(
    history: History, clock: NDArray | int = ATTEMPT, half_life: float | None = None, *, block: int = BLOCK
) -> Daily:
    """Count events and days at risk in one pass over the rows; `clock` is one for all, or one per step.

    `half_life` is in days and counts back from the latest day in the history; it needs `history.day`,
    else ValueError. Rows are counted in blocks of so many, so that a long history needs
    little memory beside its own.
    """
    latest = None if history.day is None else (history.day + history.days).max(initial=0)
    parts = (history.only(slice(start, start + block)) for start in range(0, max(len(history), 1), block))
    return reduce(add, (_count(part, clock, half_life, latest) for part in parts))


def _count(history: History, clock: NDArray | int, half_life: float | None, latest: int | None) -> Daily:
    K, G = len(history.keys), len(history.segments) + 1
    segment = np.full(len(history), -1) if history.segment is None else history.segment
    cell = history.step * G + segment % G
    start, stop, shift = _ages(history, clock)
    rate = np.log(2) / half_life if half_life else 0.0
    weight = np.exp(rate * _days_ago(history, shift, half_life, latest))
    seen = stop > start
    rows = (cell[seen], start[seen], stop[seen])
    alive = _alive(*rows, weight[seen], K * G)
    reached = _alive(*rows, np.ones(len(rows[0])), K * G) if rate else alive
    N = alive * np.exp(rate * np.arange(YEAR + 1))
    N[:, YEAR] = _beyond(*rows, weight[seen], rate, K * G)
    D = np.empty((*N.shape, 2))
    for c, cause in enumerate((WON, LOST)):
        hit = seen & (history.end == cause)
        place = cell[hit] * (YEAR + 1) + np.minimum(stop[hit] - 1, YEAR)
        D[..., c] = np.bincount(place, weight[hit] * np.exp(rate * (stop[hit] - 1)), N.size).reshape(N.shape)
    hit = seen & (history.end == WON)
    won = _alive(cell[hit], start[hit], stop[hit], np.ones(hit.sum()), K * G)
    shape = (K, G, YEAR + 1)
    return Daily(D.reshape(*shape, 2), N.reshape(shape), *(_whole(some).reshape(shape) for some in (reached, won)))


def _whole(counts: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(counts).astype(np.int64)


def ahead(before: NDArray[np.int64] | int, clock: NDArray[np.int64] | int) -> NDArray[np.int64]:
    """Return how many of the days before the last attempt count, by ATTEMPT, ENTRY or BETWEEN.

    The age that results is a virtual age: an attempt makes a step as good as new, leaves it as old as it was, or
    mends it by half (Kijima 1989).

    >>> ahead(np.array([9, 9, 9]), np.array([ATTEMPT, ENTRY, BETWEEN])).tolist()
    [0, 9, 4]
    """
    return np.asarray(before * HALVES[clock] // 2)


def _ages(history: History, clock: NDArray | int) -> tuple[NDArray, NDArray, NDArray]:
    """Return the first age at risk, the first one no longer, and the days by which the clock is ahead."""
    none = np.zeros(len(history), int)
    by = np.broadcast_to(clock, len(history.keys))[history.step]
    shift = ahead(none if history.before is None else history.before, by)
    since = none if history.since is None else history.since
    return since + shift, history.days + np.isin(history.end, (WON, LOST)) + shift, shift


def _days_ago(history: History, shift: NDArray, half_life: float | None, latest: int | None) -> NDArray:
    """Return, as a number below 0, how long ago each row's age 0 was."""
    if not half_life:
        return np.zeros(len(history))
    if history.day is None or latest is None:
        raise ValueError("half_life: the days of the history are needed to weigh them by their age.")
    return (history.day - shift - latest).astype(float)


def _alive(cell: NDArray, start: NDArray, stop: NDArray, weight: NDArray, cells: int) -> NDArray[np.float64]:
    """Add up the weights of the rows at risk on each day [cells, 367]."""
    days = YEAR + 2
    come = np.bincount(cell * days + np.minimum(start, days - 1), weight, cells * days)
    gone = np.bincount(cell * days + np.minimum(stop, days - 1), weight, cells * days)
    return np.cumsum((come - gone).reshape(cells, days)[:, :-1], axis=1)


def _beyond(
    cell: NDArray, start: NDArray, stop: NDArray, weight: NDArray, rate: float, cells: int
) -> NDArray[np.float64]:
    """Add up the days at risk from a year on [cells]: sum of e^(rate d) from max(start, 366) to stop - 1."""
    first, last = np.maximum(start, YEAR), np.maximum(stop, YEAR)
    if not rate:
        days = (last - np.minimum(first, last)).astype(float)
    else:
        days = (np.exp(rate * last) - np.exp(rate * np.minimum(first, last))) / np.expm1(rate)
    return np.bincount(cell, weight * days, cells).astype(float)


@dataclass(frozen=True, eq=False)
class Tally:
    """Hold D [steps, bins, 2] (won, lost) and N [steps, bins] in days, by the bins of `edges`."""

    D: NDArray[np.float64]
    N: NDArray[np.float64]

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Tell which steps have any day at risk."""
        return self.N.sum(1) > 0


def tally(daily: Daily, edges: NDArray[np.int64]) -> Tally:
    """Add the days of a pooled `Daily` up by bin, for all steps alike."""
    return Tally(by_bin(daily.D[:, 0], edges, axis=1), by_bin(daily.N[:, 0], edges, axis=1))


def bin_of(days: NDArray[np.int64], edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Find the bin of each age in days.

    >>> bin_of(np.array([0, 2, 6, 7, 9999]), np.array(EDGES))
    array([ 0,  1,  2,  3, 13])
    """
    return np.searchsorted(edges, days, side="right") - 1


def by_bin(values: NDArray, edges: NDArray[np.int64], axis: int = -1) -> NDArray:
    """Add daily values up by bin.

    >>> by_bin(np.ones(YEAR + 1), np.array([0, 7, 366]))
    array([  7., 359.,   1.])

    Bins that begin beyond the days that are told apart are empty.
    """
    within = edges[edges < values.shape[axis]]
    found: NDArray = np.add.reduceat(values, within, axis=axis)
    if len(within) < len(edges):
        wide = [(0, 0)] * found.ndim
        wide[axis] = (0, len(edges) - len(within))
        found = np.pad(found, wide)
    return found
