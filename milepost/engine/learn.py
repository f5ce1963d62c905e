"""Learn how steps end, by age, from a company's own history.

Each step has, per bin of its age, two hazards per day: won and lost (competing risks; Aalen &
Johansen 1978; Putter, Fiocco & Geskus 2007). They are pooled up a ladder, so that a step with three
tries leans on its elders and one with three thousand stands alone:

    stated prior        `prior.py`
    company, by age     `company.py`
    step, by age        `worlds.py`

The strengths that say how far a step leans are sampled from what the history says of them
(`strengths.py`), never plugged in. One draw is one world, the same for every opportunity: that is
what makes bad quarters common to all.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import EDGES, Tally, tally
from milepost.engine.company import draw_company, fit_company
from milepost.engine.history import LEFT, History
from milepost.engine.learnt import Learnt
from milepost.engine.prior import STATED, Prior
from milepost.engine.strengths import Strengths, draw_strengths, spread
from milepost.engine.worlds import Worlds


def learn(
    history: History,
    *,
    prior: Prior = STATED,
    draws: int = 200,
    seed: int = 0,
    strengths: Strengths | None = None,
) -> Learnt:
    """Learn daily hazards per step and age, with draws from their posterior.

    `strengths` fixes s and kappa instead of sampling them. Steps outside the history can be asked
    for later too: they have the company's level, each with its own draws. Raises ValueError when
    there is no draw to make.

    >>> nothing = learn(History.none(("meet",)))
    >>> nothing.thin("meet"), nothing.hazards.shape
    (True, (200, 1, 14, 2))
    """
    if draws < 1:
        raise ValueError("draws: at least one is needed.")
    edges = np.array(EDGES)
    counts = tally(history, edges)
    worlds = _worlds(counts, prior, draws, seed, strengths)
    steps = [worlds.step(key, counts.D[k], counts.N[k]) for k, key in enumerate(history.keys)]
    empty = np.empty((draws, 0, len(edges), 2), np.float32)
    return Learnt(
        keys=history.keys,
        edges=edges,
        hazards=np.stack(steps, axis=1) if steps else empty,
        counts=_ends(history),
        reached=counts.reached,
        worlds=worlds,
    )


def _worlds(counts: Tally, prior: Prior, draws: int, seed: int, fixed: Strengths | None) -> Worlds:
    """Draw what all steps share."""
    rng = np.random.default_rng([seed, 0])
    company = fit_company(counts, prior, fixed)
    u = spread(rng, draws, 3)
    strengths = fixed.repeated(draws) if fixed else draw_strengths(counts, company.theta, company.lambda0, u)
    lambda0 = draw_company(counts, company, prior, strengths, rng)
    return Worlds(lambda0.astype(np.float32), strengths, seed)


def _ends(history: History) -> NDArray[np.int64]:
    """Count stays per step by how they ended: [steps, 4], open, won, lost, left."""
    K, ways = len(history.keys), LEFT + 1
    return np.bincount(history.step * ways + history.end, minlength=K * ways).reshape(K, ways)
