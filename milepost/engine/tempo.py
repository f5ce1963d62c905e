"""How fast a step is taken to go before its own past tells: as people say it does, beside the company's steps.

    tau_k = ((u_k / m)^W (d_k / m)^n_k) ^ ((1 - n_k / E) / (W + n_k))

    u_k  days that people state to be usual for step k
    m    the company's days: half the days in which half of two of its steps, one after the other, have been won
    n_k  stays in the step that tell how long it takes: those that ended on known days, and those that lasted to u_k
    d_k  the middle of their days, those still open at u_k as if they ended there; u_k / R to R u_k
    W    such stays that what people state is worth
    E    so many of them are enough: from there on the past speaks alone

Days that people state are meant for one step and are added up over several. Steps that end at an even pace are won
after 0.69 of their mean in half of cases, two after 0.84, four after 0.92: two are between what is meant for one and
what many add up to.

A step of tempo tau stands at the age of a days where the company's steps stand at a / tau. So its days are tau times as
many, and its chance to be won is what it was. The company's last bin counts for three years: where they are over at
that tempo, hardly anything is won any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import EDGES, YEAR
from milepost.engine.chain import HORIZON, step_days
from milepost.engine.worlds import bounded

WORTH = 5.0
ENOUGH = 30
RANGE = 4.0
BOUNDS = (0.02, 20.0)

OVER = YEAR + HORIZON
"""The company's age from which on its hazards are no longer known to it."""
AFTER = 0.05
"""The part of them that is left to a quick step that has become so old."""


class Told(NamedTuple):
    """Hold what a step's own stays tell of its days: how many do, and the middle of theirs."""

    stays: float
    middle: float


def tempos(usual: Mapping[str, float], told: Mapping[str, Told], lambda0: NDArray) -> dict[str, float]:
    """Return the tempo of each step of which people state the usual days, but for those whose past is enough.

    `told` is what the stays in each tell; lambda0 [draws, bins, 2] are the company's hazards.

    >>> company = np.full((1, 14, 2), [0.02, 0.01])
    >>> usual, told = {"pilot": 90, "draft": 90, "talk": 90}, {"draft": Told(1, 30), "talk": Told(30, 90)}
    >>> round(days_of(company)), {key: round(tau, 1) for key, tau in tempos(usual, told, company).items()}
    (27, {'pilot': 3.3, 'draft': 2.7})
    """
    m, found = days_of(lambda0), {}
    for key, u in usual.items():
        n, middle = told.get(key, Told(0, u))
        if n < ENOUGH:
            own = np.clip(middle, u / RANGE, u * RANGE)
            both = np.log(np.clip([u / m, own / m], *BOUNDS)) @ [WORTH, n]
            found[key] = round(float(np.exp(both / (WORTH + n) * (1 - n / ENOUGH))), 4)
    return found


def days_of(lambda0: NDArray) -> float:
    """Return m in days, at least one, of the average world of lambda0 [draws, bins, 2]."""
    won = step_days(bounded(np.asarray(lambda0, np.float64).mean(0)), np.array(EDGES))[0]
    two = np.convolve(won, won)[:HORIZON].cumsum()
    return max(1.0, int((two < 0.5 * won.sum() ** 2).sum()) / 2)


def told_by(ended: NDArray, reached: NDArray, usual: float) -> Told:
    """Return what a step's stays tell, by those that ended on each day of age [days] and that were there on it [days].

    The last day stands for all older ones.

    >>> told_by(np.array([2, 0, 0, 1, 0]), np.array([5, 3, 3, 3, 2]), usual=3)
    Told(stays=5.0, middle=3.0)
    """
    at = min(round(usual), len(ended) - 1)
    days = np.array(ended, np.float64)
    days[at] += max(reached[at] - days[at:].sum(), 0)
    return Told(float(days.sum()), float((days.cumsum() < days.sum() / 2).sum()))


def own_edges(tempo: float) -> NDArray[np.int64]:
    """Return the first day of each bin of a step's age: the company's, at its tempo, each day once.

    >>> own_edges(0.1).tolist(), own_edges(1.0).tolist() == list(EDGES)
    ([0, 1, 2, 3, 4, 6, 9, 12, 18, 27, 37, 146], True)
    """
    edges = np.unique(np.rint(np.array([*EDGES, OVER]) * tempo).astype(np.int64))
    return edges[edges < HORIZON]


def in_own_time(h: NDArray, tempo: float) -> NDArray[np.float64]:
    """Return hazards [..., own bins, 2] of a step that goes at a tempo; h [..., company's bins, 2].

    In each of its own bins as many are won and lost as in the same part of the company's days.

    >>> company = np.full((14, 2), [0.02, 0.01])
    >>> fast = in_own_time(company, 0.5)
    >>> fast = fast[:-1]  # in the last one nothing is known
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
    """Return how many days of each span lie in each of the company's bins [spans, bins], by what is left of them."""
    begins = np.array([*EDGES, OVER], np.float64)
    ends = np.append(begins[1:], np.inf)
    days = np.clip(np.minimum(until[:, None], ends) - np.maximum(since[:, None], begins), 0, None)
    days[:, -2] += AFTER * days[:, -1]
    return days[:, :-1]
