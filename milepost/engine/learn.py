"""Learn how steps end, by age, from a company's own history.

Each step k has, per bin b of its age, two hazards per day: won and lost (competing risks; Aalen &
Johansen 1978; Putter, Fiocco & Geskus 2007). They are pooled up a ladder, so that a step with three
tries leans on its elders and one with three thousand stands alone:

    stated prior h0_c
    company's level       m_c ~ Gamma(level, level)
    company, by age       lambda0_bc ~ Gamma(p0 m_c h0_c, p0)
    step's multiplier     theta_kc ~ Gamma(s_c, s_c),  mu_kbc = theta_kc lambda0_bc
    step, by age          (h_w, h_l, 1 - h_w - h_l)_kb ~ Dirichlet(kappa mu_kb)

The strengths s_c and kappa are sampled from what the history says of them (`strengths.py`), never
plugged in. One draw is one world, the same for every opportunity: that is what makes bad quarters
common to all. Draws come from inverse distribution functions at fixed uniforms that belong to the
step's key: the same seed gives the same answer, in whatever order rows and keys arrive, and a little
more history moves a figure a little.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import EDGES, Tally, tally
from milepost.engine.history import History
from milepost.engine.learnt import Learnt
from milepost.engine.prior import STATED, Prior
from milepost.engine.strengths import Strengths, draw_strengths, mean_strengths

CAP = 0.95
"""No step ends surely on a given day: mu_w + mu_l is scaled down to this."""

FLOOR = 1e-7
"""No hazard is nothing: shares of two empty ones would not be numbers."""

PARENT = ""
"""The key of the row for steps that are not in the history."""


def learn(
    history: History,
    *,
    prior: Prior = STATED,
    draws: int = 200,
    seed: int = 0,
    strengths: Strengths | None = None,
) -> Learnt:
    """Learn daily hazards per step and age, with draws from their posterior.

    Pass every step of every playbook in `history.keys`, also those without rows: each then has its
    own draws. `strengths` fixes s and kappa instead of sampling them.
    Raises ValueError when there is no draw to make.

    >>> nothing = learn(History.none(("meet",)))
    >>> nothing.thin("meet"), nothing.hazards.shape[:2]
    (True, (200, 2))
    """
    if draws < 1:
        raise ValueError("draws: at least one is needed.")
    edges = np.array(EDGES)
    counts = tally(history, edges)
    fit = fit_company(counts, prior, strengths)
    hazards = _draw(counts, fit, history.keys, prior, draws, seed, strengths)
    return Learnt(
        keys=history.keys,
        edges=edges,
        hazards=hazards.astype(np.float32),
        counts=_ends(history),
        reached=counts.reached,
    )


@dataclass(frozen=True)
class Fit:
    """Hold posterior means: lambda0 [bins, 2] for the company, theta [steps, 2] for its steps."""

    lambda0: NDArray[np.float64]
    theta: NDArray[np.float64]


def fit_company(counts: Tally, prior: Prior, strengths: Strengths | None = None) -> Fit:
    """Find the company's hazards by age and the steps' multipliers, each given the other.

    m_c = (level + D_c) / (level + E_c), with E_c = sum_kb h0_c theta_kc N_kb
    lambda0_bc = (p0 m_c h0_c + sum_k D_kbc) / (p0 + sum_k theta_kc N_kb)
    theta_kc = (s_c + D_kc) / (s_c + E_kc), with E_kc = sum_b lambda0_bc N_kb, geometric mean 1
    """
    D_k, seen = counts.D.sum(1), counts.seen
    theta = np.ones_like(D_k)
    lambda0 = _company_mean(counts, theta, prior)
    for _ in range(10):
        E = counts.N @ lambda0
        s = strengths.s if strengths else mean_strengths(D_k[seen], E[seen])
        theta = (s + D_k) / (s + E)
        if seen.any():
            theta = theta / np.exp(np.log(theta[seen]).mean(0))
        theta[~seen] = 1.0
        lambda0 = _company_mean(counts, theta, prior)
    return Fit(lambda0, theta)


def _company_mean(counts: Tally, theta: NDArray, prior: Prior) -> NDArray[np.float64]:
    h0, exposed = prior.daily_hazard(), counts.N.T @ theta
    D_b = counts.D.sum(0)
    m = (prior.level + D_b.sum(0)) / (prior.level + h0 * exposed.sum(0))
    return (prior.weight * m * h0 + D_b) / (prior.weight + exposed)


def _draw(
    counts: Tally,
    fit: Fit,
    keys: tuple[str, ...],
    prior: Prior,
    draws: int,
    seed: int,
    strengths: Strengths | None,
) -> NDArray[np.float64]:
    """Draw worlds: strengths, company, multipliers, bins; [draws, steps + 1, bins, 2]."""
    rng = np.random.default_rng([seed, 0])
    sampled = draw_strengths(
        counts, fit.theta, fit.lambda0, spread(rng, draws, 3), strengths
    )
    lambda0 = _draw_company(counts, fit, prior, sampled, rng, draws)
    rows = []
    for k, key in enumerate((*keys, PARENT)):
        known = k < len(keys)
        D = counts.D[k] if known else np.zeros_like(counts.D.sum(0))
        N = counts.N[k] if known else np.zeros(len(D))
        rows.append(_draw_step(D, N, lambda0, sampled, own_stream(seed, key)))
    return np.stack(rows, axis=1)


def _draw_company(
    counts: Tally,
    fit: Fit,
    prior: Prior,
    sampled: Strengths,
    rng: np.random.Generator,
    draws: int,
) -> NDArray[np.float64]:
    """Draw lambda0 [draws, bins, 2]; K steps know their common level only to 1 / sqrt(K s)."""
    from scipy.special import gammaincinv, ndtri

    h0, exposed, D_b = prior.daily_hazard(), counts.N.T @ fit.theta, counts.D.sum(0)
    level = prior.level
    m = gammaincinv(level + D_b.sum(0), spread(rng, draws, 2)) / (
        level + h0 * exposed.sum(0)
    )
    shape = prior.weight * h0 * m[:, None, :] + D_b
    lambda0 = gammaincinv(shape, rng.random(shape.shape)) / (prior.weight + exposed)
    K = max(int(counts.seen.sum()), 1)
    common = np.exp(ndtri(spread(rng, draws, 2)) / np.sqrt(K * sampled.s))
    return np.maximum(lambda0 * common[:, None, :], FLOOR)


def _draw_step(
    D: NDArray,
    N: NDArray,
    lambda0: NDArray,
    sampled: Strengths,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Draw one step's hazards [draws, bins, 2] from D [bins, 2], N [bins] and the company's draws."""
    from scipy.special import gammaincinv

    draws = len(lambda0)
    E = np.einsum("dbc,b->dc", lambda0, N)
    theta = gammaincinv(sampled.s + D.sum(0), spread(rng, draws, 2)) / (sampled.s + E)
    mu = theta[:, None, :] * lambda0
    mu *= np.minimum(1, CAP / mu.sum(-1, keepdims=True))
    goes_on = 1 - mu.sum(-1, keepdims=True)
    alpha = sampled.kappa[:, None, None] * np.concatenate([mu, goes_on], axis=-1)
    alpha += np.column_stack([D, N - D.sum(1)])
    gammas = gammaincinv(alpha, rng.random(alpha.shape))
    share = gammas[..., :2] / np.maximum(gammas.sum(-1, keepdims=True), 1e-300)
    share = np.maximum(share, FLOOR)
    return share * np.minimum(1, CAP / share.sum(-1, keepdims=True))


def spread(rng: np.random.Generator, draws: int, columns: int) -> NDArray[np.float64]:
    """Draw uniforms [draws, columns], one in each of `draws` equal slices, in random order."""
    slices = rng.permuted(np.tile(np.arange(draws)[:, None], columns), axis=0)
    return (slices + rng.random((draws, columns))) / draws


def own_stream(seed: int, key: str) -> np.random.Generator:
    """Give a step its own stream of random numbers, by its key and not by its place."""
    words = np.frombuffer(hashlib.sha256(key.encode()).digest()[:16], dtype=np.uint32)
    return np.random.default_rng([seed, 1, *words.tolist()])


def _ends(history: History) -> NDArray[np.int64]:
    """Count stays per step: open, won, lost [steps, 3]."""
    K = len(history.keys)
    return np.bincount(history.step * 3 + history.end, minlength=K * 3).reshape(K, 3)
