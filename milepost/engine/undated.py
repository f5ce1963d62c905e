"""Ends on days that nobody wrote down: they tell whether a step is won, and nothing of when.

An import may know that an opportunity went past a step, or was lost in it, and not when it came or went. Of a step with
w such wins and l such losses, the chance V that comes from the dated stays is in each draw moved to

    V' = the quantile of Beta(m V̄ + w, m (1 - V̄) + l) at V's own place among the draws,  m = V̄ (1 - V̄) / var V - 1

kept between 2 and 98 of 100: m is what the dated stays, and all that they lean on, are worth in ends (the moments of a
Beta). Two things are moved in a draw, each by one number that is looked for: where more than one in w + l + 2, or in
fifty, would be left without an end after three years, the hazards of all ends are multiplied until no more are; and the
odds of an end to be won until the chance of a fresh stay is V'. Otherwise the days stay those of dated stays.

A step that nobody has tried leans on all others, and those of which all ends are undated are among them: by J such
steps, beside K with dated ends, the company's level is moved as by m J / K ends at the mean of their shares.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from milepost.engine.chain import bin_chances
from milepost.engine.worlds import CAP

SUREST = (0.02, 0.98)
"""Between these a step is kept of which all ends are undated."""

STAYS = 0.02
"""However many ended: of a draw's stays so many may last three years."""

LEAST = 0.5
"""m is never less: however little is known, half an end."""

HALVINGS = 40
WIDEST = 25.0
"""What is looked for, on the scale of logarithms, lies within so much of nothing."""


def with_undated(h: NDArray[np.float32], edges: NDArray[np.int64], undated: NDArray) -> NDArray[np.float32]:
    """Return a step's hazards [draws, bins, 2] with its undated ends, (won, lost), counted in; as they are without.

    >>> from milepost.engine.history import History
    >>> from milepost.engine.learn import learn
    >>> nobody = learn(History.none(("meet",)), draws=50)
    >>> moved = with_undated(nobody.step("meet"), nobody.edges_of("meet"), np.array([900, 100]))
    >>> bool(abs(bin_chances(moved, nobody.edges_of("meet"))[:, 0].mean() - 0.9) < 0.01)
    True
    """
    if not undated.any():
        return h
    ends = ending(h.sum(-1, dtype=np.float64), edges, max(1 / (undated.sum() + 2), STAYS))
    share = h[..., 0] / h.sum(-1, dtype=np.float64)
    odds, V = np.log(share) - np.log1p(-share), _moved(bin_chances(h, edges)[:, 0], undated)
    c = _found(len(h), lambda c: bin_chances(_split(ends, odds + c), edges)[:, 0] < V)
    return _split(ends, odds + c).astype(np.float32)


def with_undated_steps(
    lambda0: NDArray[np.float32], edges: NDArray[np.int64], undated: NDArray[np.int64], dated: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return the company's level [draws, bins, 2] with its undated steps counted in; as it is without any.

    `undated` [steps, 2] counts ends on days nobody knows, won and lost, `dated` [steps] those with their days.
    """
    ended = undated.sum(1)
    of_ends = (ended > 0) & (dated == 0)
    if not of_ends.any():
        return lambda0
    p = float(((undated[of_ends, 0] + 0.5) / (ended[of_ends] + 1)).mean())
    worth = _worth(bin_chances(lambda0, edges)[:, 0]) * of_ends.sum() / max((dated > 0).sum(), 1)
    return with_undated(lambda0, edges, worth * np.array([p, 1 - p]))


def ending(ends: NDArray[np.float64], edges: NDArray[np.int64], left: float) -> NDArray[np.float64]:
    """Return hazards of any end [draws, bins], multiplied so that no more than a share is `left` without one."""

    def ended(hazards: NDArray[np.float64]) -> NDArray[np.float64]:
        return bin_chances(np.stack([hazards, np.zeros_like(hazards)], axis=-1), edges)[:, 0]

    def times(c: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.minimum(ends * np.exp(np.maximum(c, 0)), CAP)

    return times(_found(len(ends), lambda c: ended(times(c)) < 1 - left))


def _found(draws: int, is_low: Callable[[NDArray[np.float64]], NDArray[np.bool_]]) -> NDArray[np.float64]:
    """Return for each draw the number [draws, 1] from which on it is not low any more, by halving."""
    low, high = np.full((draws, 1), -WIDEST), np.full((draws, 1), WIDEST)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        here = is_low(middle)[:, None]
        low, high = np.where(here, middle, low), np.where(here, high, middle)
    return (low + high) / 2


def _moved(V: NDArray[np.float64], undated: NDArray) -> NDArray[np.float64]:
    """Return where each draw's chance goes."""
    from scipy.special import betaincinv

    mean, m = float(np.clip(V.mean(), *SUREST)), _worth(V)
    place = (np.argsort(np.argsort(V, kind="stable")) + 0.5) / len(V)
    won, lost = undated
    return np.clip(betaincinv(m * mean + won, m * (1 - mean) + lost, place), *SUREST)


def _worth(V: NDArray[np.float64]) -> float:
    """Return m, what draws of a chance are worth in ends."""
    mean = float(np.clip(V.mean(), *SUREST))
    return max(mean * (1 - mean) / max(float(V.var()), 1e-9) - 1, LEAST)


def _split(ends: NDArray[np.float64], odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return hazards [..., 2] of these ends, won with these log odds."""
    won = ends / (1 + np.exp(-odds))
    return np.stack([won, ends - won], axis=-1)
