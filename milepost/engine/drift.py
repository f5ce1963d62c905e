"""What all chances of a period have in common and no history of steps tells: a good quarter, a bad one.

Luck of each deal averages out among many; what moves all of them at once does not: season, market, a new rival. Of
past periods, forecast from their first day, is known by how much what came missed the mean, what spread s the forecast
had, and its slope D, what one unit of log odds more in every chance would have added:

    r_q = (came_q - mean_q) / D_q,   D_q = sum_i x_i p_i (1 - p_i)
    r_q ~ N(0, s_q^2 / D_q^2 + tau^2),   log2 tau ~ N(log2 1/8, 1.5) on a grid

a random effect on the log odds (DerSimonian & Laird 1986, *Meta-analysis in clinical trials*; Gelman 2006, *Prior
distributions for variance parameters in hierarchical models*). A period whose own spread is more than one unit of log
odds says nothing of tau. In the next period every draw is moved by a shock of its own,

    logit p'_d = logit p_d + e_d + a,   e ~ mixture of N(0, tau^2),   a such that mean p' = mean p

so that means stay what they are, and totals have room. The mean of past misses is not chased: that would move every
total by what may not come again; a lasting miss widens the range.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

GRID = 2.0 ** np.arange(-7, 1.25, 0.25)
BELIEF = (-3.0, 1.5)
"""What is believed of log2 tau before any period is over: an eighth, a third or three times of it no surprise."""
BLURRED = 1.0
"""A period whose luck alone moves its log odds by more than this tells nothing."""
FURTHEST = 6.0
EXACT, MOST_STEPS = 1e-9, 20


@dataclass(frozen=True)
class Gone:
    """Hold a period that is over: what came less its mean, the spread it was forecast with, and its slope D."""

    error: float
    sd: float
    slope: float

    @classmethod
    def of(cls, came: float, amounts: NDArray, squares: NDArray, p: NDArray) -> Gone:
        """Look at a total: amounts and their squares by cell [cells], p [cells, draws], all together what came.

        >>> Gone.of(60.0, np.array([100.0]), np.array([10_000.0]), np.array([[0.5, 0.5]]))
        Gone(error=10.0, sd=50.0, slope=25.0)
        """
        m, mean = amounts @ p, p.mean(1)
        sd = np.sqrt((squares @ (p * (1 - p))).mean() + m.var())
        return cls(float(came - m.mean()), float(sd), float(amounts @ (mean * (1 - mean))))

    @property
    def tells(self) -> bool:
        """Tell whether anything can be learnt from it."""
        return 0 < self.sd <= BLURRED * self.slope


@dataclass(frozen=True, eq=False)
class Drift:
    """Hold how likely each tau of the grid is [grid], and from how many periods that was read."""

    weights: NDArray[np.float64]
    periods: int = 0

    @property
    def typical(self) -> float:
        """Return by how much a period's log odds typically move: tau's median."""
        return float(GRID[np.searchsorted(np.cumsum(self.weights), 0.5)])

    def shocks(self, draws: int) -> NDArray[np.float64]:
        """Return e [draws]: evenly spread over what may come, the same order every time.

        >>> e = NO_PAST.shocks(200)
        >>> bool(abs(e.mean()) < 1e-9), bool(0.1 < np.quantile(e, 0.9) < 0.3)
        (True, True)
        """
        from scipy.special import ndtr

        e = np.linspace(-FURTHEST, FURTHEST, 4001)
        below = ndtr(e[:, None] / GRID) @ self.weights
        spread = np.interp((np.arange(draws) + 0.5) / draws, below, e)
        return np.random.default_rng(draws).permutation(spread - spread.mean())

    def to_json(self) -> dict[str, Any]:
        """Return what it is made of, to be stored."""
        return {"weights": [round(float(w), 6) for w in self.weights], "periods": self.periods}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Drift:
        """Return what `to_json` told; nothing, or what another version told, is no past."""
        weights = np.array(kept.get("weights", ()), float)
        if len(weights) != len(GRID) or not weights.sum() > 0:
            return NO_PAST
        return cls(weights / weights.sum(), int(kept.get("periods", 0)))


def long_enough(before: int, lasts: int) -> bool:
    """Tell whether a period that lasts so many days could be forecast at all: as many days were known before it.

    How far off a first guess was says nothing of later ones.
    """
    return before >= lasts


def learn_drift(gone: Iterable[Gone]) -> Drift:
    """Learn by how much periods moved as a whole; without a period that tells anything it is what was believed.

    >>> steady = [Gone(0.0, 1.0, 100.0)] * 12
    >>> learn_drift(steady).typical < 0.05 < NO_PAST.typical < learn_drift([Gone(-40.0, 1.0, 100.0)] * 4).typical
    True
    """
    telling = [each for each in gone if each.tells]
    log_weight = -0.5 * ((np.log2(GRID) - BELIEF[0]) / BELIEF[1]) ** 2
    for each in telling:
        variance = (each.sd / each.slope) ** 2 + GRID**2
        log_weight -= 0.5 * (np.log(variance) + (each.error / each.slope) ** 2 / variance)
    weights = np.exp(log_weight - log_weight.max())
    return Drift(weights / weights.sum(), len(telling))


def moved(p: ArrayLike, shocks: Sequence[float] | NDArray) -> NDArray[np.float64]:
    """Move chances [cells, draws] by each draw's shock [draws]; a cell's mean, and what is sure, stay as they are.

    >>> moved([[0.5, 0.5], [0.0, 1.0]], [-1.0, 1.0]).round(3).tolist()
    [[0.269, 0.731], [0.0, 1.0]]
    """
    chance = np.asarray(p, np.float64)
    mean, odds = chance.mean(-1, keepdims=True), chance * np.exp(np.asarray(shocks, float))
    misses, answer, shift = 1 - chance, chance, np.ones_like(mean)
    for _ in range(MOST_STEPS):  # Newton's, for the intercept a of each cell; shift = e^a
        answer = odds * shift / (misses + odds * shift)
        off = answer.mean(-1, keepdims=True) - mean
        if np.abs(off).max(initial=0) < EXACT:
            break
        slope = (answer * (1 - answer)).mean(-1, keepdims=True)
        shift *= np.exp(-np.clip(np.divide(off, slope, out=np.zeros_like(off), where=slope > 0), -2, 2))
    return answer


NO_PAST = learn_drift([])
