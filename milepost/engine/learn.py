"""Learn how steps end, by age, from a company's own history.

Each step has, per bin of its age, two hazards per day: won and lost (competing risks; Aalen &
Johansen 1978; Putter, Fiocco & Geskus 2007). The bins are found from the data (`blocks.py`), and age
counts from what foretells best (`clocks.py`). Hazards are pooled up a ladder, so that a step with three
tries leans on its elders and one with three thousand stands alone:

    stated prior        `prior.py`
    company, by age     `company.py`
    step, by age        `worlds.py`, at the tempo that people state while it has little past: `tempo.py`
    segment             `segments.py`

The strengths that say how far a rung leans are sampled from what the history says of them
(`strengths.py`), never plugged in. One draw is one world, the same for every opportunity: that is
what makes bad quarters common to all. Beside the ladder stands the pace of each month (`season.py`):
it moves the days ahead, and no chance to win.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import ATTEMPT, EDGES, YEAR, Daily, Tally, bin_of, by_bin, count_days, tally
from milepost.engine.blocks import find_edges
from milepost.engine.chain import HORIZON
from milepost.engine.clocks import choose_clocks
from milepost.engine.company import draw_company, fit_company
from milepost.engine.history import LEFT, LOST, WON, History
from milepost.engine.learnt import Learnt
from milepost.engine.prior import STATED, Prior
from milepost.engine.season import learn_season
from milepost.engine.segments import draw_multipliers
from milepost.engine.skips import draw_skips
from milepost.engine.strengths import Strengths, draw_kappa, draw_s, spread
from milepost.engine.tempo import AFTER, ENOUGH, OVER, Told, tempos, told_by
from milepost.engine.undated import with_undated, with_undated_steps
from milepost.engine.worlds import Worlds, own_stream

COMPANYS = np.array(EDGES)

ALONE = 0.5
"""The share of worlds in which a step's blocks stand alone, without the company's bins beside them."""


def learn(
    history: History,
    *,
    prior: Prior = STATED,
    draws: int = 200,
    seed: int = 0,
    strengths: Strengths | None = None,
    edges: Mapping[str, NDArray] | None = None,
    clocks: Mapping[str, int] | None = None,
    usual: Mapping[str, float] | None = None,
    half_life: float | None = None,
) -> Learnt:
    """Learn daily hazards per step and age, with draws from their posterior.

    `strengths` fixes s and kappa instead of sampling them; `edges` keeps the blocks of the steps it names,
    as an earlier `Learnt.blocks` gave them, and `clocks` theirs, so that figures stay steady. `usual` are the days that
    people state of steps: they count for those with little or no past. With a `half_life` in days older days count
    less. Steps outside the history can be asked for later too: they have the
    company's level, each with its own draws. Raises ValueError when there is no draw to make.

    >>> nothing = learn(History.none(("meet",)))
    >>> nothing.thin("meet"), nothing.step("meet").shape
    (True, (200, 14, 2))
    """
    if draws < 1:
        raise ValueError("draws: at least one is needed.")
    by = _clocks(history, clocks or {})
    daily = count_days(history, by, half_life)
    pooled = daily.pooled()
    blocks, bins = _cut(pooled, history.keys, edges or {})
    undated, counts = _undated(history), _ends(history)
    worlds = _leaning(_worlds(pooled, bins, prior, draws, seed, strengths), undated, counts)
    hazards, tempo = _steps(worlds, history.keys, pooled, blocks, undated, usual or {})
    return Learnt(
        keys=history.keys,
        segments=history.segments,
        clocks=by,
        blocks_by_step=tuple(blocks),
        edges_by_step=tuple(bins),
        hazards_by_step=tuple(hazards),
        multipliers=draw_multipliers(daily, history.keys, history.segments, bins, hazards, seed),
        skips=draw_skips(history, draws, seed),
        counts=counts,
        **_reached(pooled),
        undated=undated,
        last=np.zeros(3, np.int64) if history.last is None else history.last,
        worlds=worlds,
        tempo=tempo,
        season=learn_season(history, pooled, bins, by, draws=draws, seed=seed),
    )


def _leaning(worlds: Worlds, undated: NDArray[np.int64], counts: NDArray[np.int64]) -> Worlds:
    """Return the worlds with the steps of which nobody knows any day counted in."""
    dated = counts[:, [WON, LOST]].sum(1)
    return replace(worlds, lambda0=with_undated_steps(worlds.lambda0, COMPANYS, undated[:, :2], dated))


def _clocks(history: History, kept: Mapping[str, int]) -> NDArray[np.int64]:
    """Return each step's clock: the one kept from before, or the one chosen."""
    chosen = choose_clocks(history) if set(history.keys) - set(kept) else np.full(len(history.keys), ATTEMPT)
    return np.array([kept.get(key, clock) for key, clock in zip(history.keys, chosen, strict=True)], np.int64)


def _cut(
    pooled: Daily, keys: Sequence[str], kept: Mapping[str, NDArray]
) -> tuple[list[NDArray[np.int64]], list[NDArray[np.int64]]]:
    """Return each step's blocks, and its bins: the company's, cut by them."""
    blocks = [_found(pooled, k, kept.get(key)) for k, key in enumerate(keys)]
    return blocks, [np.union1d(COMPANYS, found) for found in blocks]


def _found(pooled: Daily, k: int, kept: NDArray | None) -> NDArray[np.int64]:
    """Return a step's blocks: those kept from before, or those found."""
    return find_edges(pooled.D[k, 0], pooled.N[k, 0]) if kept is None else np.asarray(kept, np.int64)


def _told(pooled: Daily, k: int, undated: NDArray[np.int64], usual: float) -> Told:
    """Return what the stays in a step tell of its days.

    Where ends are known without days, people's usual days are no guess of those: what is usual elsewhere stands there.
    """
    return Told(ENOUGH, usual) if undated[:2].any() else told_by(pooled.D[k, 0].sum(-1), pooled.reached[k, 0], usual)


def _reached(pooled: Daily) -> dict[str, NDArray[np.int64]]:
    return {"reached": pooled.reached[:, 0], "won_of_reached": pooled.won[:, 0]}


def _steps(
    worlds: Worlds,
    keys: Sequence[str],
    pooled: Daily,
    blocks: Sequence[NDArray],
    undated: NDArray[np.int64],
    usual: Mapping[str, float],
) -> tuple[list[NDArray[np.float32]], dict[str, float]]:
    """Draw the hazards of all steps, and return the tempo of those that lean on what people state."""
    told = {key: _told(pooled, k, undated[k], usual[key]) for k, key in enumerate(keys) if key in usual}
    tempo = tempos(usual, told, worlds.lambda0)
    each = [(key, pooled, k, blocks[k], undated[k], tempo.get(key, 1.0)) for k, key in enumerate(keys)]
    return [_step(worlds, *one) for one in each], tempo


def _step(
    worlds: Worlds, key: str, pooled: Daily, k: int, found: NDArray, undated: NDArray[np.int64], tempo: float
) -> NDArray[np.float32]:
    """Draw a step's hazards in bins cut by its blocks and by the company's; in half of the worlds, by blocks alone.

    Blocks alone tell cliffs and plateaus; the company's bins beside them what runs smoothly. Neither knows
    which is true: both have their worlds (Bayesian model averaging; Hoeting et al. 1999).
    """
    D, N, edges = pooled.D[k, 0], pooled.N[k, 0], np.union1d(COMPANYS, found)
    fine, coarse = (
        worlds.step_in_bins(key, by_bin(D, cuts, axis=0), by_bin(N, cuts), _share(N, cuts, tempo), tempo)
        for cuts in (edges, found)
    )
    if N.any():
        alone = spread(own_stream(worlds.seed, f"alone\x1f{key}"), len(fine), 1)[:, 0] < ALONE
        fine = np.where(alone[:, None, None], coarse[:, bin_of(edges, found)], fine)
    return with_undated(fine, edges, undated[:2])


def _share(N: NDArray, edges: NDArray, tempo: float = 1.0) -> NDArray[np.float64]:
    """Return which part of each bin's days at risk lies in each of the company's bins; of its days, where none is.

    At another tempo each age stands where the company's does then; what is a year old or more, up to three years. Of
    ages at which the company's hazards are over, little counts: then the parts come to less than the whole.
    """
    days = np.where(by_bin(N, edges)[bin_of(np.arange(len(N)), edges)] > 0, N, 1.0)
    if tempo != 1:
        older = HORIZON - YEAR
        days = np.concatenate([days[:YEAR], np.full(older, days[YEAR] / older)])
    ages = np.arange(len(days))
    at = bin_of(ages, edges)
    cell = at * len(EDGES) + bin_of((ages / tempo).astype(np.int64), COMPANYS)
    left = np.where(ages < OVER * tempo, days, AFTER * days)
    part = np.bincount(cell, left, len(edges) * len(EDGES)).reshape(len(edges), len(EDGES))
    return part / np.bincount(at, days, len(edges))[:, None]


def _worlds(
    pooled: Daily, bins: Sequence[NDArray], prior: Prior, draws: int, seed: int, fixed: Strengths | None
) -> Worlds:
    """Draw what all steps share."""
    rng = np.random.default_rng([seed, 0])
    counts = tally(pooled, COMPANYS)
    company = fit_company(counts, prior, fixed)
    u = spread(rng, draws, 3)
    strengths = fixed.repeated(draws) if fixed else _strengths(counts, pooled, bins, company.theta, company.lambda0, u)
    lambda0 = draw_company(counts, company, prior, strengths, rng)
    return Worlds(lambda0.astype(np.float32), strengths, seed)


def _strengths(
    counts: Tally, pooled: Daily, bins: Sequence[NDArray], theta: NDArray, lambda0: NDArray, u: NDArray
) -> Strengths:
    """Draw s from the steps' totals and kappa from their bins."""
    seen = counts.seen
    s = draw_s(counts.D.sum(1)[seen], (counts.N @ lambda0)[seen], u[:, :2])
    D, N, mu = [np.zeros((0, 2))], [np.zeros(0)], [np.zeros((0, 2))]
    for k, edges in enumerate(bins):
        D.append(by_bin(pooled.D[k, 0], edges, axis=0))
        N.append(by_bin(pooled.N[k, 0], edges))
        mu.append(theta[k] * (_share(pooled.N[k, 0], edges) @ lambda0))
    return Strengths(s, draw_kappa(np.concatenate(D), np.concatenate(N), np.concatenate(mu), u[:, 2]))


def _undated(history: History) -> NDArray[np.int64]:
    """Return a history's stays on days nobody knows [steps, 3]."""
    none = np.zeros(3 * len(history.keys), np.int64)
    return (none if history.undated is None else history.undated).reshape(-1, 3)


def _ends(history: History) -> NDArray[np.int64]:
    """Count stays per step by how they ended: [steps, 4], open, won, lost, left."""
    K, ways = len(history.keys), LEFT + 1
    return np.bincount(history.step * ways + history.end, minlength=K * ways).reshape(K, ways)
