"""How fast a step is taken to go before its own past tells: as people say it does, beside the company's steps.

    tau_k = (u_k / m) ^ (W / (W + n_k) (1 - n_k / E))

    u_k  days that people state to be usual for step k
    m    the company's days: ln 2 times the mean until one of its steps is won, of those that are
    n_k  stays in the step that tell how long it takes: those that ended on known days, and those that lasted beyond
         u_k
    W    such stays that what people state is worth
    E    so many of them are enough: from there on the past speaks alone

Half of what ends at an even pace has ended after ln 2 times its mean. The plain middle would say too little of how days
add up: where some steps take very long, that of three together is far behind three times that of one.

A step of tempo tau stands at the age of a days where the company's steps stand at a / tau. So its days are tau times as
many, and its chance to be won is what it was.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import EDGES
from milepost.engine.chain import HORIZON, step_days
from milepost.engine.worlds import bounded

WORTH = 5.0
ENOUGH = 30
BOUNDS = (0.02, 20.0)


def tempos(usual: Mapping[str, float], seen: Mapping[str, int], lambda0: NDArray) -> dict[str, float]:
    """Return the tempo of each step of which people state the usual days, but for those whose past is enough.

    `seen` counts the stays that tell how long each takes; lambda0 [draws, bins, 2] are the company's hazards.

    >>> company = np.full((1, 14, 2), [0.02, 0.01])
    >>> found = tempos({"pilot": 90, "talk": 90}, {"talk": 30}, company)
    >>> round(days_of(company)), {key: round(tau) for key, tau in found.items()}
    (22, {'pilot': 4})
    """
    m, found = days_of(lambda0), {}
    for key, days in usual.items():
        n = seen.get(key, 0)
        if n < ENOUGH:
            weight = WORTH / (WORTH + n) * (1 - n / ENOUGH)
            found[key] = round(float(np.clip(days / m, *BOUNDS)) ** weight, 4)
    return found


def days_of(lambda0: NDArray) -> float:
    """Return m in days, at least one, of the average world of lambda0 [draws, bins, 2]."""
    won = step_days(bounded(np.asarray(lambda0, np.float64).mean(0)), np.array(EDGES))[0]
    return max(1.0, float(np.log(2) * (won @ np.arange(HORIZON)) / won.sum()))


def own_edges(tempo: float) -> NDArray[np.int64]:
    """Return the first day of each bin of a step's age: the company's, at its tempo, each day once.

    >>> own_edges(0.1).tolist(), own_edges(1.0).tolist() == list(EDGES)
    ([0, 1, 2, 3, 4, 6, 9, 12, 18, 27, 37], True)
    """
    edges = np.unique(np.rint(np.array(EDGES) * tempo).astype(np.int64))
    return edges[edges < HORIZON]


def in_own_time(h: NDArray, tempo: float) -> NDArray[np.float64]:
    """Return hazards [..., own bins, 2] of a step that goes at a tempo; h [..., company's bins, 2].

    In each of its own bins as many are won and lost as in the same part of the company's days.

    >>> company = np.full((14, 2), [0.02, 0.01])
    >>> fast = in_own_time(company, 0.5)
    >>> fast.shape[0], bool(np.allclose(1 - fast.sum(-1), 0.97**2)), bool(np.allclose(fast[:, 0], 2 * fast[:, 1]))
    (13, True, True)
    """
    h, edges = np.asarray(h, np.float64), own_edges(tempo)
    until = np.append(edges[1:], max(HORIZON, edges[-1] + 1))
    days, ends = _days_in(edges / tempo, until / tempo), h.sum(-1)
    rate = days * np.log1p(-ends)[..., None, :]  # [..., own bins, company's]: what lasts of each part, as a logarithm
    came = np.exp(rate.cumsum(-1) - rate) * -np.expm1(rate)
    share = (came * (h[..., 0] / ends)[..., None, :]).sum(-1) / came.sum(-1)
    own = -np.expm1(rate.sum(-1) / (until - edges))
    return np.stack([own * share, own * (1 - share)], axis=-1)


def _days_in(since: NDArray[np.float64], until: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many days of each span lie in each of the company's bins [spans, bins]."""
    begins = np.array(EDGES, np.float64)
    ends = np.append(begins[1:], np.inf)
    return np.clip(np.minimum(until[:, None], ends) - np.maximum(since[:, None], begins), 0, None)
