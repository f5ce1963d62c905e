"""How often a step is passed by: what lies ahead may not be needed.

    q_k ~ Beta(skipped_k + q, entered_k + 1 - q),  q the share over all steps

A step ahead is won with q_k + (1 - q_k) V_k(0). Where no step was ever skipped, or nobody counted, q is 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milepost.engine.history import History
from milepost.engine.strengths import spread
from milepost.engine.worlds import own_stream


def draw_skips(history: History, draws: int, seed: int) -> NDArray[np.float32]:
    """Draw q [draws, steps]."""
    from scipy.special import betaincinv

    q = np.zeros((draws, len(history.keys)), np.float32)
    if history.skips is None or not history.skips.any():
        return q
    first = np.ones(len(history), bool) if history.before is None else history.before == 0
    entered = np.bincount(history.step[first], minlength=len(history.keys))
    share = history.skips.sum() / (history.skips.sum() + entered.sum())
    for k, key in enumerate(history.keys):
        u = spread(own_stream(seed, f"skip\x1f{key}"), draws, 1)[:, 0]
        q[:, k] = betaincinv(history.skips[k] + share, entered[k] + 1 - share, u)
    return q
