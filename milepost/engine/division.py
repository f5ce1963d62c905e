"""Choose by what a company's opportunities are told apart, if by anything: by territory, by size …

Each division has its segments, and each segment of a step a multiplier as in `segments.py`, at its mean:

    theta_kgc = (s_c + D_kgc) / (s_c + sum_b h_kbc N_kgb),  s_c at the mean of its posterior

Learnt from what was known up to a day, it scores the days that followed by log loss, as clocks are scored
(`clocks.py`). What a division saves there is summed over steps, segments and several such days. It is
taken when it saves two units or more, more than a standard error of that sum, and most of all: a division that tells
nothing would only make figures differ without a reason, and every one of them must be computed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import ATTEMPT, EDGES, Daily, by_bin, count_days
from milepost.engine.clocks import spans, up_to, watched_from
from milepost.engine.history import History
from milepost.engine.strengths import SEGMENTS, mean_strengths

COMPANYS = np.array(EDGES)

SURE = 1.0
"""So many standard errors must be saved before a division is taken."""

LEAST = 2.0
"""So much must be saved in all, whatever its error: a handful of days can agree by chance."""


@dataclass(frozen=True, eq=False)
class Division:
    """Hold each row's segment [rows], an index into `segments`; -1 when not known."""

    segment: NDArray[np.int64]
    segments: tuple[str, ...]

    def of(self, history: History) -> History:
        """Return the history told apart in this way."""
        return replace(history, segment=self.segment, segments=self.segments)


def choose_division(history: History, divisions: Mapping[str, Division], clocks: NDArray | int = ATTEMPT) -> str | None:
    """Return the name of the division that foretells later days best, None when none does so surely enough.

    Without the days of the history (`history.day`) nothing can be scored.
    """
    if history.day is None or not len(history):
        return None
    best, most = None, LEAST
    for name, division in divisions.items():
        saved = savings(division.of(history), clocks)
        total, error = float(saved.sum()), float(np.sqrt(saved.size) * saved.std())
        if total > max(most, SURE * error):
            best, most = name, total
    return best


def savings(history: History, clocks: NDArray | int = ATTEMPT) -> NDArray[np.float64]:
    """Return the log loss saved on later days by telling segments apart [days, steps, segments + 1]."""
    assert history.day is not None
    K = len(history.keys)
    clock, days = np.broadcast_to(clocks, K), spans(history.day)
    counted: list[list[list[Counts]]] = [[] for _ in days]
    for k in range(K):  # a step at a time: the rows of all steps would be copied several times over
        step = history.of_step(k)
        for counts, (day, until) in zip(counted, days, strict=True):
            parts = up_to(step, day), up_to(watched_from(step, day), until)
            counts.append([_in_bins(count_days(part, int(clock[k]))) for part in parts])
    return np.array([_saved(*(_joined(parts) for parts in zip(*counts, strict=True))) for counts in counted])


Counts = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Events [steps, segments + 1, bins, 2] and days at risk [steps, segments + 1, bins]."""


def _joined(steps: Sequence[Counts]) -> Counts:
    return np.concatenate([D for D, _ in steps]), np.concatenate([N for _, N in steps])


def _in_bins(daily: Daily) -> Counts:
    return by_bin(daily.D, COMPANYS, axis=2), by_bin(daily.N, COMPANYS, axis=2)


def _saved(past: Counts, then: Counts) -> NDArray[np.float64]:
    h = _hazards(past)
    told_apart = np.minimum(h[:, None] * _multipliers(past, h)[:, :, None], 0.95)
    return _loss(np.broadcast_to(h[:, None], told_apart.shape), then) - _loss(told_apart, then)


def _hazards(past: Counts) -> NDArray[np.float64]:
    """Return each step's hazards [steps, bins, 2], each bin leaning on the step's mean for two days."""
    D, N = past[0].sum(1), past[1].sum(1)
    mean = (D.sum(1) + 0.5) / (N.sum(1) + 2)[:, None]
    return (D + 2 * mean[:, None]) / (N + 2)[..., None]


def _multipliers(past: Counts, h: NDArray) -> NDArray[np.float64]:
    """Return theta [steps, segments + 1, 2]; 1 where nothing was seen, and where the segment is not known."""
    D, E = past[0].sum(2), np.einsum("kbc,kgb->kgc", h, past[1])
    seen = past[1].sum(2) > 0
    seen[:, -1] = False
    s = mean_strengths(D[seen], E[seen], SEGMENTS)
    return np.where(seen[..., None], (s + D) / (s + E), 1.0)


def _loss(h: NDArray, then: Counts) -> NDArray[np.float64]:
    D, N = then
    ends = (D * np.log(h)).sum((2, 3))
    return -ends - ((N - D.sum(-1)) * np.log1p(-np.minimum(h.sum(-1), 0.999))).sum(2)
