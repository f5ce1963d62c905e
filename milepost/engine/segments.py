"""The last rung of the ladder: how a segment (a territory, a size, an offer) differs within a step.

    segment's multiplier  theta_kgc ~ Gamma(s_c, s_c),  h_kgbc = theta_kgc h_kbc
    theta_kgc | data      ~ Gamma(s_c + D_kgc, s_c + sum_b h_kbc N_kgb)

with s sampled from its evidence over all steps and segments, log2 s ~ N(4, 2): it takes more to believe
that segments differ than that steps do.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import Daily, by_bin
from milepost.engine.strengths import SEGMENTS, draw_s, spread
from milepost.engine.worlds import own_stream


def draw_multipliers(
    daily: Daily,
    keys: Sequence[str],
    segments: Sequence[str],
    edges: Sequence[NDArray],
    hazards: Sequence[NDArray],
    seed: int,
) -> NDArray[np.float32]:
    """Draw theta [draws, steps, segments, 2] given each step's hazards [draws, bins, 2]."""
    from scipy.special import gammaincinv

    draws = len(hazards[0]) if hazards else 0
    D = daily.D[:, :-1].sum(2)
    E = [_expected(daily.N[k, :-1], edges[k], hazards[k]) for k in range(len(hazards))]
    mean = np.array([e.mean(0) for e in E]).reshape(*D.shape)
    seen = daily.N[:, :-1].sum(2) > 0
    s = draw_s(D[seen], mean[seen], spread(np.random.default_rng([seed, 2]), draws, 2), SEGMENTS)
    theta = np.ones((draws, *D.shape), np.float32)
    for k, g in zip(*np.nonzero(seen), strict=True):
        u = spread(own_stream(seed, f"{keys[k]}\x1f{segments[g]}"), draws, 2)
        theta[:, k, g] = gammaincinv(s + D[k, g], u) / (s + E[k][:, g])
    return theta


def _expected(N: NDArray, edges: NDArray, h: NDArray) -> NDArray[np.float64]:
    """Return the events that a step's hazards expect in each segment [draws, segments, 2]; N [segments, 367]."""
    return np.einsum("gb,dbc->dgc", by_bin(N, edges), h.astype(np.float64))
