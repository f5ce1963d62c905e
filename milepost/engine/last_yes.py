"""What stands between the last required step and the end: the client's final yes.

Nothing is won before it has ended. Of those that were still open on the day after their last required step was
reached or skipped, w were won in the end and l were not:

    y ~ Beta(m V + w, m (1 - V) + l),  m = 2

V is the chance of a step that nobody has tried, at the company's level: what little history leans on. When it ends
is the company's too: its hazard of ending, of which the share y is won. What was won on the very day of its last
step tells nothing of one that is open after it, and is not counted. However many were won or lost, y is kept
between 1 and 99 of 100: an end is certain when it is recorded.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import EDGES
from milepost.engine.chain import bin_chances
from milepost.engine.names import LAST_YES
from milepost.engine.strengths import spread
from milepost.engine.worlds import Worlds, own_stream

LEANS = 2.0
"""m: so many ends the company's level counts for."""

SUREST = (0.01, 0.99)
"""Between these a yes that was not said is kept."""


def draw_last_yes(worlds: Worlds, ended: NDArray[np.int64]) -> NDArray[np.float32]:
    """Draw the hazards of the end [draws, bins, 2] in the company's bins, from how many were won and were not [2].

    >>> from milepost.engine.learn import learn
    >>> from milepost.engine.history import History
    >>> worlds = learn(History.none(), draws=50).worlds
    >>> few, many = (draw_last_yes(worlds, np.array([n, n])) for n in (2, 200))
    >>> few.shape, bool(np.ptp(few[:, 0, 0]) > np.ptp(many[:, 0, 0]))
    ((50, 14, 2), True)
    """
    from scipy.special import betaincinv

    h = worlds.step(LAST_YES).astype(np.float64)
    V = bin_chances(h, np.array(EDGES))[:, 0]
    u = spread(own_stream(worlds.seed, f"share\x1f{LAST_YES}"), len(h), 1)[:, 0]
    y = np.clip(betaincinv(LEANS * V + ended[0], LEANS * (1 - V) + ended[1], u), *SUREST)[:, None]
    ends = h.sum(-1)
    return np.stack([y * ends, (1 - y) * ends], axis=-1).astype(np.float32)
