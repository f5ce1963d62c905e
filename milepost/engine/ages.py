"""Ages in a step, cut into bins, and what happened in each.

A stay that was won or lost after n days was at risk on days 0..n and had its event on day n; one that
is open, or was left, after n days was at risk on days 0..n-1. Per step k, bin b and cause c:

    D_kbc  stays that ended by cause c on a day of bin b
    N_kb   days at risk in bin b
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.engine.history import LOST, WON, History

EDGES = (0, 1, 3, 7, 14, 21, 31, 45, 61, 91, 121, 181, 271, 366)
"""First day of each bin of a step's age; the last bin is open-ended."""


@dataclass(frozen=True)
class Tally:
    """Hold D [steps, bins, 2] (won, lost), N [steps, bins] in days and reached [steps, bins].

    `reached` counts the stays that were at risk on the first day of the bin.
    """

    D: NDArray[np.float64]
    N: NDArray[np.float64]
    reached: NDArray[np.int64]

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Tell which steps have any day at risk."""
        return self.N.sum(1) > 0


def tally(history: History, edges: NDArray[np.int64]) -> Tally:
    """Count events and days at risk per step and bin, in one pass over the rows."""
    K, B = len(history.keys), len(edges)
    at_risk = history.days + np.isin(history.end, (WON, LOST))
    N, reached = _days_at_risk(history.step, at_risk, edges, K)
    cell = history.step * B + bin_of(history.days, edges)
    D = [np.bincount(cell[history.end == cause], minlength=K * B) for cause in (WON, LOST)]
    return Tally(np.stack(D, axis=-1).reshape(K, B, 2).astype(float), N, reached)


def _days_at_risk(step: NDArray, at_risk: NDArray, edges: NDArray, K: int) -> tuple[NDArray, NDArray]:
    """Sum days at risk: full bins by counting who went beyond them, the last one by its part."""
    B = len(edges)
    used = at_risk > 0
    step, at_risk = step[used], at_risk[used]
    last = bin_of(at_risk - 1, edges)
    cell = step * B + last
    ends_in = np.bincount(cell, minlength=K * B).reshape(K, B)
    part = np.bincount(cell, at_risk - edges[last], minlength=K * B).reshape(K, B)
    reached = np.cumsum(ends_in[:, ::-1], axis=1)[:, ::-1]
    full = np.append(np.diff(edges), 0) * (reached - ends_in)
    return full + part, reached


def bin_of(days: NDArray[np.int64], edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Find the bin of each age in days.

    >>> bin_of(np.array([0, 2, 6, 7, 9999]), np.array(EDGES))
    array([ 0,  1,  2,  3, 13])
    """
    return np.searchsorted(edges, days, side="right") - 1
