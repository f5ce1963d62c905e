"""The company's level, by age, that every step leans on: fitted, then drawn.

    company's level    m_c ~ Gamma(l_c, l_c)
    company, by age    lambda0_bc ~ Gamma(e_c, e_c / (m_c y_bc))

l_c and e_c are the stays that the stated prior is worth, split into won and lost as it says.
y_b is the stated prior's hazard h0 in the first bin and the next younger bin's fitted one after it,
so that an age nobody has reached yet is taken to be like the oldest that somebody has.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import Tally
from milepost.engine.prior import Prior
from milepost.engine.strengths import Strengths, mean_strengths, spread

ROUNDS = 10


@dataclass(frozen=True)
class Company:
    """Hold posterior means: lambda0 [bins, 2], theta [steps, 2]; younger = y [bins, 2]."""

    lambda0: NDArray[np.float64]
    younger: NDArray[np.float64]
    theta: NDArray[np.float64]


def fit_company(counts: Tally, prior: Prior, strengths: Strengths | None = None) -> Company:
    """Find the hazards by age and the steps' multipliers, each given the other, ten rounds.

    theta_kc = (s_c + D_kc) / (s_c + E_kc), with E_kc = sum_b lambda0_bc N_kb, geometric mean 1
    """
    D_k, seen = counts.D.sum(1), counts.seen
    theta = np.ones_like(D_k)
    for _ in range(ROUNDS):
        lambda0, younger = _by_age(counts, theta, prior)
        if not seen.any():
            break
        E = counts.N @ lambda0
        s = strengths.s if strengths else mean_strengths(D_k[seen], E[seen])
        theta = np.where(seen[:, None], (s + D_k) / (s + E), 1.0)
        theta[seen] /= np.exp(np.log(theta[seen]).mean(0))
    return Company(lambda0, younger, theta)


def _by_age(counts: Tally, theta: NDArray, prior: Prior) -> tuple[NDArray, NDArray]:
    """Return lambda0 and y [bins, 2], bin by bin from the youngest.

    lambda0_bc = (e_c + D_bc) / (e_c / y_bc + X_bc), with X_bc = sum_k theta_kc N_kb
    y_0c = h0_c (l_c + D_c) / (l_c + sum_b h0_c X_bc), y_bc = lambda0_{b-1,c}
    """
    h0, X, D = prior.daily_hazard(), counts.N.T @ theta, counts.D.sum(0)
    e, l = prior.weight * prior.share(), prior.level * prior.share()  # noqa: E741 - the formula's letter
    lambda0, younger = np.empty_like(X), np.empty_like(X)
    y = h0 * (l + D.sum(0)) / (l + h0 * X.sum(0))
    for b in range(len(X)):
        younger[b] = y
        y = lambda0[b] = (e + D[b]) / (e / y + X[b])
    return lambda0, younger


def draw_company(
    counts: Tally, company: Company, prior: Prior, sampled: Strengths, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw lambda0 [draws, bins, 2].

    K steps know the level they have in common only to 1 / sqrt(K s): each draw is moved by that.
    """
    from scipy.special import gammaincinv, ndtri

    draws, K = len(sampled.s), int(counts.seen.sum())
    X, D = counts.N.T @ company.theta, counts.D.sum(0)
    ends = prior.level * prior.share() + D.sum(0)
    m = gammaincinv(ends, spread(rng, draws, 2)) / ends
    e = prior.weight * prior.share()
    shape = np.broadcast_to(e + D, (draws, *D.shape))
    lambda0 = gammaincinv(shape, spread(rng, draws, D.size).reshape(shape.shape))
    lambda0 /= e / (m[:, None, :] * company.younger) + X
    common = ndtri(spread(rng, draws, 2)) / np.sqrt(max(K, 1) * sampled.s)
    return lambda0 * np.exp(common if K else 0 * common)[:, None, :]
