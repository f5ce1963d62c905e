"""The exact distribution of a period's total, whatever it is made of.

In draw d opportunities are won independently of each other, with chances p_d; the draws, shared by
all, are mixed. One of three ways is taken, each exact but for rounding:

    every outcome one by one     up to 14 opportunities
    step by step on a grid       more, while the likeliest outcome can be seen as a lump
    characteristic function      many: the total is smooth

See `lattice.py` and `characteristic.py`. Throwing dice exists in the tests, as their check.
"""

from __future__ import annotations

import numpy as np

from milepost.engine.characteristic import Spectrum, bounds
from milepost.engine.distribution import Distribution, certain
from milepost.engine.lattice import enumerated, on_grid
from milepost.engine.parts import Bets, Parts, bets

ENUMERATED = 14
LUMP = 1e-6
"""Likeliest outcomes rarer than this are not seen as lumps."""
GRID, ON_GRID = 2048, 2000
"""Points of a grid, and most opportunities taken in one by one."""


def period_total(parts: Parts, *, impute: bool = False) -> Distribution:
    """Return the distribution of what a period's opportunities will have brought, `closed` included.

    Opportunities without an amount are left out and counted; with `impute` each of them, when won, is
    worth any of the known amounts, equally likely, where there are any.

    >>> deals = Parts.one_by_one([100.0, 100.0, 300.0], [0.5, 0.5, 0.1], closed=50.0)
    >>> total = period_total(deals)
    >>> total.mean, total.limits, round(total.reach(250), 4)
    (180.0, (50.0, 150.0, 250.0), 0.325)
    """
    chosen = bets(parts, impute=impute)
    m, v = chosen.mean, chosen.variance
    counted = len(parts.amounts) - (0 if chosen.vague.size else parts.missing)
    if not (chosen.x.size or chosen.vague.size) or not chosen.p.any():
        return certain(chosen.base, counted, parts.missing)
    x, below, lumpy = _distribution(chosen)
    sd = float(np.sqrt(v.mean() + m.var()))
    return Distribution(x, below, lumpy, float(m.mean()), sd, counted, parts.missing)


def _distribution(chosen: Bets) -> tuple[np.ndarray, np.ndarray, bool]:
    if way(chosen) == "one by one":
        return *enumerated(chosen), True
    low, high = bounds(chosen)
    if high <= low:
        return np.array([low]), np.array([1.0]), True
    if way(chosen) == "grid":
        return *on_grid(chosen, low, high, GRID), True
    return *Spectrum(chosen, low, high).below(), False


def way(chosen: Bets) -> str:
    """Tell which way is taken: "one by one", "grid" or "smooth"."""
    count = len(chosen.x) + len(chosen.vague)
    if count <= ENUMERATED and not chosen.vague.size:
        return "one by one"
    if count <= ON_GRID and chosen.likeliest > LUMP:
        return "grid"
    return "smooth"
