"""What stands between the last required step and the end: the client's final yes.

Nothing is won before it has ended. Of those that were still open on the day after their last required step was
reached or skipped, w were won in the end and l were not:

    y ~ Beta(k a, k b),  a = m V + w,  b = m (1 - V) + l,  m = 2,  k = max(1, 1/2 / min(a, b))
    V = (m (1 + S) / 2 + t) / (m + t),  t = min(won on the very day of their last step, 10)

V is what little history leans on: it fails half as often as a step that nobody has tried, S at the company's level,
since nothing more is asked of the client than to say it. What was won on the very day of its last step was never open
after it: it says that a yes follows, and counts as ten ends at most of what is leant on. k leaves what is expected
where it is, and keeps what is nearly sure from being torn between always and never: the mean of that lies at the edge
of its limits. When it ends is the company's too: its hazard of ending, of which the share y is won; no more than one
in fifty is left without an end after three years, since a string that has come so far is not forgotten. However many
were won or lost, y is kept between 1 and 99 of 100: an end is certain when it is recorded.

While steps are left it is a step ahead of them like any other, which those won with their last step passed by:

    q ~ Beta(1 + t, s),  V' = q + (1 - q) y,  s = w + l the ones that stayed open, t all that were won with it

Where none has stayed open a last step has had the yes in it, q is 1, and it is no step of its own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import EDGES
from milepost.engine.chain import bin_chances
from milepost.engine.names import LAST_YES
from milepost.engine.strengths import spread
from milepost.engine.undated import STAYS, ending
from milepost.engine.worlds import Worlds, own_stream

LEANS = 2.0
"""m: so many ends what is leant on counts for."""

WITH_IT = 10
"""So many of those won with their last step are counted."""

SUREST = (0.01, 0.99)
"""Between these a yes that was not said is kept."""


def draw_with_it(worlds: Worlds, ended: NDArray[np.int64]) -> NDArray[np.float32]:
    """Draw q [draws], the chance that a string is won with its last step, from `History.last` [3].

    >>> from milepost.engine.learn import learn
    >>> from milepost.engine.history import History
    >>> worlds = learn(History.none(), draws=200).worlds
    >>> [round(float(draw_with_it(worlds, np.array(last)).mean()), 1) for last in ([0, 0, 9], [5, 5, 9])]
    [1.0, 0.5]
    """
    from scipy.special import betaincinv

    stayed = int(ended[:2].sum())
    if not stayed:
        return np.ones(len(worlds.lambda0), np.float32)
    u = spread(own_stream(worlds.seed, f"skip\x1f{LAST_YES}"), len(worlds.lambda0), 1)[:, 0]
    q: NDArray[np.float32] = betaincinv(1 + int(ended[2]), stayed, u).astype(np.float32)
    return q


def draw_last_yes(worlds: Worlds, ended: NDArray[np.int64]) -> NDArray[np.float32]:
    """Draw the hazards of the end [draws, bins, 2] in the company's bins, from `History.last` [3].

    >>> from milepost.engine.learn import learn
    >>> from milepost.engine.history import History
    >>> worlds = learn(History.none(), draws=50).worlds
    >>> few, many = (draw_last_yes(worlds, np.array([n, n, 0])) for n in (2, 200))
    >>> few.shape, bool(np.ptp(few[:, 0, 0]) > np.ptp(many[:, 0, 0]))
    ((50, 14, 2), True)
    """
    from scipy.special import betaincinv

    h = worlds.step(LAST_YES).astype(np.float64)
    S = bin_chances(h, np.array(EDGES))[:, 0]
    t = min(int(ended[2]), WITH_IT)
    V = (LEANS * (1 + S) / 2 + t) / (LEANS + t)
    u = spread(own_stream(worlds.seed, f"share\x1f{LAST_YES}"), len(h), 1)[:, 0]
    a, b = LEANS * V + ended[0], LEANS * (1 - V) + ended[1]
    k = np.maximum(1, 0.5 / np.minimum(a, b))
    y = np.clip(betaincinv(k * a, k * b, u), *SUREST)[:, None]
    ends = ending(h.sum(-1), np.array(EDGES), STAYS)
    return np.stack([y * ends, (1 - y) * ends], axis=-1).astype(np.float32)
