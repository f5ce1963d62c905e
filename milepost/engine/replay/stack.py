"""Put the challenger beside the chain where it has earned it on forecasts made before.

    logit p = omega logit p_chain + (1 - omega) logit p_landmark,  omega of 1, 0.75, 0.5

omega is what would have been best for forecasts as they were made 1, 2, … 6 weeks before, scored by the ends known
today (stacking in time order). It is 1 with fewer than 100 such ends. The chain keeps at least half: it is what is
explained, and ends known early are those of quick opportunities. The days until the end
are the chain's, times p / p_chain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHARES = (1.0, 0.75, 0.5)
WEEK, WEEKS = 7, 6
FEWEST = 100
BOLDEST = 1e-4


@dataclass(frozen=True, eq=False)
class Said:
    """Hold what both said on one day of every open opportunity [rows]."""

    opportunity: NDArray[np.int64]
    chain: NDArray[np.float64]
    landmark: NDArray[np.float64]


def mixed(chain: NDArray, landmark: NDArray, share: float) -> NDArray[np.float64]:
    """Mix log-odds [rows]; share 1 is the chain.

    >>> mixed(np.array([0.2, 0.5]), np.array([0.4, 0.5]), 0.5).round(3).tolist()
    [0.29, 0.5]
    """
    if share == 1:
        return chain
    eta = share * _logit(chain) + (1 - share) * _logit(landmark)
    return 1 / (1 + np.exp(-eta))


def earned(day: int, said: Callable[[int], Said | None], won: NDArray[np.float64]) -> float:
    """Return omega on a day.

    said  what both said on an earlier day, None where there was nothing to say
    won   how opportunities had ended by then [opportunities]: 1, 0, nan not known
    """
    before = [one for weeks in range(1, WEEKS + 1) if (one := said(day - WEEK * weeks)) is not None]
    return best_share(before, won)


def best_share(before: Sequence[Said], won: NDArray[np.float64]) -> float:
    """Return omega with the least log loss on earlier forecasts whose ends are known; the larger of those alike."""
    known = [~np.isnan(won[one.opportunity]) for one in before]
    if sum(int(each.sum()) for each in known) < FEWEST:
        return 1.0
    chain, landmark, y = (
        np.concatenate([values[k] for values, k in zip(parts, known, strict=True)])
        for parts in (
            [one.chain for one in before],
            [one.landmark for one in before],
            [won[one.opportunity] for one in before],
        )
    )
    losses = [-np.where(y > 0, np.log(p), np.log1p(-p)).sum() for p in (mixed(chain, landmark, w) for w in SHARES)]
    return SHARES[int(np.argmin(losses))]


def in_time(soon: NDArray[np.float64], chain: NDArray, p: NDArray) -> NDArray[np.float64]:
    """Scale chances to be won in time [rows, draws] by p / p_chain [rows]: the days stay, their sum is p."""
    return np.clip(soon * (p / chain)[:, None], 0.0, 1.0)


def _logit(p: NDArray) -> NDArray[np.float64]:
    q = np.clip(p, BOLDEST, 1 - BOLDEST)
    return np.log(q) - np.log1p(-q)
