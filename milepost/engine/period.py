"""The exact distribution of a period's total, whatever it is made of.

In draw d opportunities are won independently of each other, with chances p_d; the draws, shared by
all, are mixed. One of three ways is taken, each exact but for rounding:

    every outcome one by one     up to 14 opportunities
    step by step on a grid       more, while the likeliest outcome can be seen as a lump
    characteristic function      many: the total is smooth

What is so large that beside it the others' whole uncertainty could not be seen is set apart first: with its
outcomes o, of amount X_o and chance w_do in draw d, and F_d of all the others,

    P(total <= y) = mean_d sum_o w_do F_d(y - X_o)

See `lattice.py` and `characteristic.py`. Throwing dice exists in the tests, as their check.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from milepost.engine.characteristic import Spectrum, bounds, extremes
from milepost.engine.distribution import Distribution, certain, lumps
from milepost.engine.lattice import enumerated, on_grid, outcomes
from milepost.engine.parts import Bets, Parts, bets

ENUMERATED = 14
LUMP = 1e-6
"""Likeliest outcomes rarer than this are not seen as lumps."""
GRID, ON_GRID = 2048, 2000
"""Points of a grid, and most opportunities taken in one by one."""
GIANT, MOST_GIANTS = 50.0, 6
"""Worth so many standard deviations of all smaller ones, so many are set apart."""


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
    apart = np.zeros(0, int) if way(chosen) == "one by one" else giants(chosen)
    others = np.setdiff1d(np.arange(len(chosen.x)), apart)
    large = replace(chosen, base=0.0, x=chosen.x[apart], c=chosen.c[apart])
    amounts, mass = outcomes(large)
    weights = mass.T[mass.any(0)] / chosen.draws
    share = weights.sum(1)
    found, lumpy = _mixed(replace(chosen, x=chosen.x[others], c=chosen.c[others]), weights / share[:, None])
    return *_together(found, amounts[mass.any(0)], share, lumpy), lumpy


def giants(chosen: Bets) -> NDArray[np.int64]:
    """Find the few bets, of all, that are each worth fifty times the standard deviation of all smaller ones."""
    if chosen.vague.size or not chosen.x.size:
        return np.zeros(0, np.int64)
    order = np.argsort(-np.abs(chosen.x), kind="stable")
    p = chosen.p.mean(1)[chosen.c[order]]
    smaller = np.cumsum((chosen.x[order] ** 2 * p * (1 - p))[::-1])[::-1] - chosen.x[order] ** 2 * p * (1 - p)
    carries = np.abs(chosen.x[order]) > GIANT * np.sqrt(np.maximum(smaller, 0))
    count = int(np.flatnonzero(carries[:MOST_GIANTS]).max(initial=-1)) + 1
    return np.sort(order[:count])


def _mixed(chosen: Bets, weights: np.ndarray) -> tuple[list[tuple[np.ndarray, np.ndarray]], bool]:
    """Return x and P(total <= x) of bets by each of weights [mixtures, draws], and whether the total is lumpy."""
    if way(chosen) == "one by one":
        return enumerated(chosen, weights), True
    low, high = bounds(chosen)
    if high <= low:
        return [(np.array([low]), np.array([1.0]))] * len(weights), True
    if way(chosen) == "grid":
        return on_grid(chosen, low, high, GRID, weights), True
    spectrum, ends = Spectrum(chosen, low, high), chosen.base + extremes(chosen)
    found = [spectrum.below(each) for each in weights]
    return [(np.clip(x, *ends), below) for x, below in found], False  # its interval is a little wider than what can be


def _together(
    found: list[tuple[np.ndarray, np.ndarray]], amounts: np.ndarray, share: np.ndarray, lumpy: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Add up distributions that are each moved by an amount and come about by a share."""
    if len(found) == 1:
        return found[0][0] + amounts[0], found[0][1]
    if lumpy:
        mass = [part * np.diff(below, prepend=0.0) for (_x, below), part in zip(found, share, strict=True)]
        return lumps(np.concatenate([x + by for (x, _), by in zip(found, amounts, strict=True)]), np.concatenate(mass))
    x = np.unique(np.concatenate([each + by for (each, _), by in zip(found, amounts, strict=True)]))
    below = np.zeros(len(x))
    for (each, rises), by, part in zip(found, amounts, share, strict=True):
        below += part * np.interp(x, each + by, rises, left=0.0, right=1.0)
    return x, below / below[-1]


def way(chosen: Bets) -> str:
    """Tell which way is taken: "one by one", "grid" or "smooth"."""
    count = len(chosen.x) + len(chosen.vague)
    if count <= ENUMERATED and not chosen.vague.size:
        return "one by one"
    if count <= ON_GRID and chosen.likeliest > LUMP:
        return "grid"
    return "smooth"
