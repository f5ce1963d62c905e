"""Learn how steps end, by age, from a company's own history.

Each step k has, per bin b of its age, two hazards per day: won and lost (competing risks; Aalen &
Johansen 1978; Putter, Fiocco & Geskus 2007). They are pooled up a ladder, so that a step with three
tries leans on its elders and one with three thousand stands alone:

    company, by age       lambda0_bc, see `company.py`
    step's multiplier     theta_kc ~ Gamma(s_c, s_c),  mu_kbc = theta_kc lambda0_bc
    step, by age          (h_w, h_l, 1 - h_w - h_l)_kb ~ Dirichlet(kappa mu_kb)

The strengths s_c and kappa are sampled from what the history says of them (`strengths.py`), never
plugged in. One draw is one world, the same for every opportunity: that is what makes bad quarters
common to all. Draws come from inverse distribution functions at uniforms that belong to the step's
key: the same seed gives the same answer in whatever order rows and keys arrive, and a little more
history moves a figure a little.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import EDGES, Tally, tally
from milepost.engine.company import draw_company, fit_company
from milepost.engine.history import History
from milepost.engine.learnt import Learnt
from milepost.engine.prior import STATED, Prior
from milepost.engine.strengths import Strengths, draw_strengths, spread

CAP = 0.95
"""No step ends surely on a given day: hazards are scaled down to this sum."""

FLOOR = 1e-7
"""No hazard is nothing: shares of two empty ones would not be numbers."""

PARENT = ""
"""Names the random stream of the row for steps that are not in the history."""


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
    hazards = _draw(counts, history.keys, prior, draws, seed, strengths)
    return Learnt(
        keys=history.keys,
        edges=edges,
        hazards=hazards.astype(np.float32),
        counts=_ends(history),
        reached=counts.reached,
    )


def _draw(
    counts: Tally,
    keys: tuple[str, ...],
    prior: Prior,
    draws: int,
    seed: int,
    fixed: Strengths | None,
) -> NDArray[np.float64]:
    """Draw worlds: strengths, company, multipliers, bins; [draws, steps + 1, bins, 2]."""
    rng = np.random.default_rng([seed, 0])
    company = fit_company(counts, prior, fixed)
    u = spread(rng, draws, 3)
    sampled = draw_strengths(counts, company.theta, company.lambda0, u, fixed)
    lambda0 = draw_company(counts, company, prior, sampled, rng)
    D = np.concatenate([counts.D, np.zeros((1, *counts.D.shape[1:]))])
    N = np.concatenate([counts.N, np.zeros((1, counts.N.shape[1]))])
    rows = [_draw_step(D[k], N[k], lambda0, sampled, own_stream(seed, key)) for k, key in enumerate((*keys, PARENT))]
    return np.stack(rows, axis=1)


def _draw_step(
    D: NDArray, N: NDArray, lambda0: NDArray, sampled: Strengths, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw one step's hazards [draws, bins, 2] from D [bins, 2], N [bins] and the company's draws.

    theta_c | data ~ Gamma(s_c + sum_b phi_b D_bc, s_c + sum_b phi_b lambda0_bc N_b)

    phi_b = (kappa + 1) / (kappa + N_b): what N_b days in a bin that may deviate by kappa tell about
    the multiplier. At full weight the same days would count twice, here and in their bin.
    """
    from scipy.special import gammaincinv

    s, kappa = sampled.s, sampled.kappa[:, None]
    phi = (kappa + 1) / (kappa + np.maximum(N, 1))
    E = np.einsum("db,dbc,b->dc", phi, lambda0, N)
    theta = gammaincinv(s + phi @ D, spread(rng, len(s), 2)) / (s + E)
    mu = _bounded(theta[:, None, :] * lambda0)
    goes_on = 1 - mu.sum(-1, keepdims=True)
    alpha = kappa[:, :, None] * np.concatenate([mu, goes_on], axis=-1)
    alpha += np.column_stack([D, N - D.sum(1)])
    gammas = gammaincinv(alpha, rng.random(alpha.shape))
    return _bounded(gammas[..., :2] / gammas.sum(-1, keepdims=True))


def _bounded(hazards: NDArray) -> NDArray[np.float64]:
    hazards = np.maximum(hazards, FLOOR)
    return hazards * np.minimum(1, CAP / hazards.sum(-1, keepdims=True))


def own_stream(seed: int, key: str) -> np.random.Generator:
    """Give a step its own stream of random numbers, by its key and not by its place."""
    words = np.frombuffer(hashlib.sha256(key.encode()).digest()[:16], dtype=np.uint32)
    return np.random.default_rng([seed, 1, *words.tolist()])


def _ends(history: History) -> NDArray[np.int64]:
    """Count stays per step: open, won, lost [steps, 3]."""
    K = len(history.keys)
    return np.bincount(history.step * 3 + history.end, minlength=K * 3).reshape(K, 3)
