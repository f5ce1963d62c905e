"""How close anyone could come: the floor that luck sets, with perfect chances and these amounts.

Even who knows every chance p_i is off by |T - E T|, T = sum_i x_i B_i with independent B_i that are 1 with
p_i; and has in the mean the scores (Brier 1950; Good 1952)

    Brier     mean p (1 - p)
    log loss  mean -(p log p + (1 - p) log(1 - p))

Chances of one's own stand in for the true ones: where they are too bold, the floor is too low.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from milepost.engine.distribution import Distribution
from milepost.engine.parts import Parts
from milepost.engine.period import period_total


@dataclass(frozen=True)
class Floor:
    """Hold what luck alone does to a total, in the amounts' unit.

    mean        expected total
    error       expected absolute error of the best forecast there is
    p10, p90    80 % range of the total when every chance is known
    """

    mean: float
    error: float
    p10: float
    p90: float

    @property
    def share(self) -> float | None:
        """Return the error as a share of the expected total; None where nothing is expected."""
        return self.error / abs(self.mean) if self.mean else None


@dataclass(frozen=True)
class BestScores:
    """Hold the scores that perfect chances have in the mean, and by how much luck moves them (one sd)."""

    brier: float
    brier_sd: float
    log_loss: float
    log_loss_sd: float


def floor_of(parts: Parts, *, impute: bool = False) -> Floor:
    """Return the floor of a period's total: in every part, its chance is the mean of its draws.

    >>> ten = floor_of(Parts([100.0] * 10, [0] * 10, [[0.4, 0.6]]))
    >>> ten.mean, round(ten.error, 2), (ten.p10, ten.p90)
    (500.0, 123.05, (300.0, 700.0))
    """
    known = Parts(parts.amounts, parts.cell, parts.p.mean(1, keepdims=True) if parts.p.size else parts.p, parts.closed)
    luck: Distribution = period_total(known, impute=impute)
    low, _middle, high = luck.limits
    return Floor(luck.mean, luck.error(), low, high)


def best_scores(p: ArrayLike) -> BestScores:
    """Return the attainable scores of a set of chances [n]. Raises ValueError where there is none.

    >>> best_scores([0.5, 0.5]).brier, round(best_scores([0.5]).log_loss, 4), best_scores([0.0, 1.0]).log_loss
    (0.25, 0.6931, 0.0)
    """
    chance = np.clip(np.asarray(p, float).reshape(-1), 0, 1)
    if not chance.size:
        raise ValueError("p: at least one chance is needed.")
    misses = 1 - chance
    with np.errstate(divide="ignore", invalid="ignore"):
        won = np.where(chance > 0, -np.log(chance), 0.0)
        lost = np.where(misses > 0, -np.log(misses), 0.0)
    return BestScores(*_mean_and_sd(chance, misses**2, chance**2), *_mean_and_sd(chance, won, lost))


def _mean_and_sd(p: np.ndarray, if_won: np.ndarray, if_lost: np.ndarray) -> tuple[float, float]:
    """Return mean and sd of the mean score, when score i is if_won with p_i and if_lost otherwise."""
    mean = p * if_won + (1 - p) * if_lost
    variance = p * (1 - p) * (if_won - if_lost) ** 2
    return float(mean.mean()), float(np.sqrt(variance.sum()) / len(p))
