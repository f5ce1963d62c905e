"""How a group goes: some of a step's stays, by territory, size, person or time. One more rung of the ladder.

What the company is to a step (`worlds.py`), the step is to a group in it: the step's draws h_kb are the elders,

    group's multiplier   theta_gc ~ Gamma(s_c, s_c),  mu_gbc = theta_gc h_kbc
    group, by age        (h_w, h_l, 1 - h_w - h_l)_gb ~ Dirichlet(kappa mu_gb), nearly

in closed form for each draw, with s sampled from its evidence over the group's steps, log2 s ~ N(4, 2) as for
segments, and kappa four times the company's own: a group's shape by age is nearer to its step's than steps' shapes
are to each other's, as its level is (2^4 against 2^2). A handful of stays leans on all others, some hundreds stand
alone. What has not been seen in a group is taken as its elders have it: with nothing seen at all their very draws
come back. Still open stays are censored, as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import YEAR, by_bin
from milepost.engine.chain import HORIZON, bin_chances
from milepost.engine.history import LEFT, LOST, WON
from milepost.engine.learnt import Learnt
from milepost.engine.strengths import SEGMENTS, Strengths, draw_s, spread
from milepost.engine.worlds import Worlds, own_stream

NEARER = 4.0
"""How many times as near a group's shape is to its step's as a step's is to the company's."""


@dataclass(frozen=True, eq=False)
class Counts:
    """Hold what was seen of a group in one step.

    D     events by day of age [367, 2] (won, lost)
    N     days at risk by day of age [367]
    ends  stays by how they ended [4]: open, won, lost, left
    """

    D: NDArray[np.float64]
    N: NDArray[np.float64]
    ends: NDArray[np.int64]


@dataclass(frozen=True)
class Range:
    """Hold a figure and the limits of its 80 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class GroupStep:
    """Hold how a group's step goes.

    conversion  chance that one who comes to it today reaches it
    days        days until it is reached, given that it is: the middle one of the average world, from whose hazards
                closing dates come too, with the interval of the middle in all worlds
    late        the day by which nine in ten of those are reached in the average world
    draws       the conversion in each world
    days_draws  the middle of the days in each world
    is_elders   nothing was seen of the group here: all is as it is for the step as a whole
    """

    conversion: Range
    days: Range
    late: float
    draws: NDArray[np.float64]
    days_draws: NDArray[np.float64]
    is_elders: bool

    def to_json(self) -> list[Any]:
        """Return all of it as JSON has it."""
        told = self.conversion, self.days, self.late, self.draws.tolist(), self.days_draws.tolist(), self.is_elders
        return [list(astuple(each)) if isinstance(each, Range) else each for each in told]

    @classmethod
    def from_json(cls, told: Sequence[Any]) -> GroupStep:
        """Return what `to_json` has written.

        >>> half = GroupStep(Range(0.5, 0.4, 0.6), Range(3, 3, 3), 9, np.array([0.5]), np.array([3.0]), True)
        >>> GroupStep.from_json(half.to_json()).to_json() == half.to_json()
        True
        """
        conversion, days, late, draws, days_draws, is_elders = told
        return cls(Range(*conversion), Range(*days), late, np.array(draws), np.array(days_draws), is_elders)


def count(
    days: NDArray[np.int64],
    end: NDArray[np.int64],
    weight: NDArray[np.int64] | None = None,
    before: NDArray[np.int64] | None = None,
    since: NDArray[np.int64] | None = None,
) -> Counts:
    """Count a step's stays by days and end as `history.py` has them.

    weight  how many stays each row stands for, 1 without it
    before  days in the step before this try that the step's clock counts (`clocks.py`)
    since   first day of `days` that each was watched on, 0 without it; each was watched on one at least

    >>> from milepost.engine.history import OPEN
    >>> one = count(np.array([2, 0]), np.array([WON, OPEN]))
    >>> one.N[:4].tolist(), one.D[2].tolist()
    ([1.0, 1.0, 1.0, 0.0], [1.0, 0.0])
    """
    n = np.ones(len(days)) if weight is None else np.asarray(weight, np.float64)
    shift = np.zeros(len(days), int) if before is None else before
    start = shift if since is None else shift + since
    stop = shift + days + np.isin(end, (WON, LOST))
    come, gone = (np.bincount(np.minimum(age, YEAR + 1), n, YEAR + 2) for age in (start, stop))
    N = np.asarray(np.cumsum(come - gone)[: YEAR + 1], np.float64)
    N[YEAR] = ((np.maximum(stop, YEAR) - np.maximum(np.minimum(start, stop), YEAR)) * n).sum()
    events = [np.bincount(np.minimum(shift + days, YEAR), n * (end == cause), YEAR + 1) for cause in (WON, LOST)]
    return Counts(np.stack(events, axis=1).astype(np.float64), N, np.bincount(end, n, LEFT + 1).astype(np.int64))


def group_steps(learnt: Learnt, keys: Sequence[str], counts: Sequence[Counts], name: str = "") -> list[GroupStep]:
    """Return how each step goes for a group.

    keys    names of the steps
    counts  what was seen of the group in each, from the same past that was learnt from
    name    tells groups that are to be compared from each other: what is not known of one is not known of the other
            by a chance of its own, while their elders are the same in each draw

    A group that is all there is has its elders' draws too: nothing is counted twice. Raises ValueError when there
    is not one count a key.

    >>> from milepost.engine.history import History
    >>> from milepost.engine.learn import learn
    >>> seen = count(np.array([5] * 40), np.array([WON] * 40))
    >>> nothing = learn(History.none(("meet",)))
    >>> alone, leaning = group_steps(nothing, ["meet", "meet"], [seen, count(np.zeros(0, int), np.zeros(0, int))])
    >>> alone.conversion.mean > 0.9, leaning.is_elders
    (True, True)
    """
    if len(keys) != len(counts):
        raise ValueError("counts: one of each step is needed.")
    elders = [learnt.step(key).astype(np.float64) for key in keys]
    edges = [learnt.edges_of(key) for key in keys]
    own = [each.N.any() and not _is_all(learnt, key, each) for key, each in zip(keys, counts, strict=True)]
    s = _strength(
        learnt, [(h, e, c) for h, e, c, is_own in zip(elders, edges, counts, own, strict=True) if is_own], name
    )
    found = []
    for key, h, cuts, seen, is_own in zip(keys, elders, edges, counts, own, strict=True):
        hazards = _rung(learnt, f"{name}\x1f{key}", h, cuts, seen, s) if is_own else h
        found.append(_figures(hazards, cuts, is_elders=not seen.N.any()))
    return found


def _is_all(learnt: Learnt, key: str, seen: Counts) -> bool:
    """Tell whether the group is everything that was learnt from at a step."""
    rows = {name: row for row, name in enumerate(learnt.keys)}
    return key in rows and np.array_equal(learnt.counts[rows[key]], seen.ends)


def _strength(learnt: Learnt, steps: Sequence[tuple[NDArray, NDArray, Counts]], name: str) -> NDArray[np.float64]:
    """Draw s [draws, 2]: how alike the group and its elders are, from all of the group's steps together."""
    u = spread(np.random.default_rng([learnt.worlds.seed, 3, *name.encode()]), learnt.draws, 2)
    D = np.array([seen.D.sum(0) for _h, _edges, seen in steps]).reshape(-1, 2)
    E = [(by_bin(seen.N, edges)[:, None] * h.mean(0)).sum(0) for h, edges, seen in steps]
    return draw_s(D, np.array(E).reshape(-1, 2), u, SEGMENTS)


def _rung(
    learnt: Learnt, called: str, h: NDArray, edges: NDArray, seen: Counts, s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Draw the group's hazards [draws, bins, 2]; in bins where nothing was seen they are the multiplied elders'."""
    D, N = by_bin(seen.D, edges, axis=0), by_bin(seen.N, edges)
    strengths = Strengths(s, NEARER * learnt.worlds.strengths.kappa)
    worlds = Worlds(h.astype(np.float32), strengths, learnt.worlds.seed)
    rng = own_stream(learnt.worlds.seed, f"group{called}")
    return worlds.below(h, D, N, rng)


def _figures(h: NDArray[np.float64], edges: NDArray[np.int64], *, is_elders: bool) -> GroupStep:
    V = bin_chances(h, edges)[:, 0]
    middles = _days(h, edges, (0.5,))[:, 0]
    middle, late = _days(h.mean(0, keepdims=True), edges, (0.5, 0.9))[0].tolist()
    low, high = np.quantile(middles, (0.1, 0.9)).tolist()
    days = Range(middle, min(low, middle), max(high, middle))
    return GroupStep(range_of(V), days, late, V, middles, is_elders)


def all_of(steps: Sequence[GroupStep]) -> NDArray[np.float64]:
    """Return in each world the chance that one who begins reaches all of these steps.

    >>> half = GroupStep(Range(0.5, 0.5, 0.5), Range(3, 3, 3), 9, np.array([0.5, 0.5]), np.array([3.0, 3.0]), False)
    >>> all_of([half, half]).tolist()
    [0.25, 0.25]
    """
    return np.asarray(np.prod([step.draws for step in steps], axis=0), np.float64)


def difference(later: NDArray[np.float64], earlier: NDArray[np.float64]) -> Range:
    """Return by how much one group's figure is above another's, from their draws in the same worlds.

    >>> difference(np.array([0.5, 0.7]), np.array([0.4, 0.4])).mean.__round__(2)
    0.2
    """
    return range_of(later - earlier)


def chance_above(first: NDArray[np.float64], second: NDArray[np.float64], *, groups: int = 2) -> float:
    """Return how sure it is that one group's figure is above another's, from their draws in the same worlds.

    groups  how many were looked at to find these two, the highest and the lowest of them

    The doubt of the two alone counts once for each of the n (n - 1) / 2 pairs they were chosen from: of six groups that
    are all alike the outermost two look surely apart in most cases otherwise (`test_group.py`).

    >>> apart = np.arange(100) / 100, np.full(100, 0.015)
    >>> chance_above(*apart), round(chance_above(*apart, groups=6), 2)
    (0.98, 0.7)
    """
    doubt = 1 - float((first > second).mean())
    return max(0.0, 1 - doubt * groups * (groups - 1) / 2)


def range_of(draws: NDArray[np.float64]) -> Range:
    low, high = np.quantile(draws, (0.1, 0.9))
    return Range(float(draws.mean()), float(low), float(high))


def _days(h: NDArray[np.float64], edges: NDArray[np.int64], parts: Sequence[float]) -> NDArray[np.float64]:
    """Return the days by which these parts of those that are won are won [draws, parts].

    Within a bin of L days from day e, W(e + m) = W(e) + S(e) w (1 - r^m), solved for m; the last bin has T.
    """
    ends = h.sum(-1)
    w, r = h[..., 0] / ends, 1 - ends
    length = np.append(np.diff(edges), HORIZON).astype(float)
    S = np.cumprod(np.concatenate([np.ones((len(h), 1)), r**length], axis=1), axis=1)[:, :-1]
    won = np.cumsum(S * w * (1 - r**length), axis=1)
    before = np.concatenate([np.zeros((len(h), 1)), won[:, :-1]], axis=1)
    at, rows = np.empty((len(h), len(parts))), np.arange(len(h))
    for place, part in enumerate(parts):
        wanted = part * won[:, -1]
        b = (won < wanted[:, None] - 1e-12).sum(1).clip(max=won.shape[1] - 1)
        rest = (wanted - before[rows, b]) / (S * w)[rows, b]
        m = np.log1p(-np.minimum(rest, 1 - 1e-12)) / np.log(r[rows, b])
        # A win on the n-th day at risk has lasted n - 1 days.
        at[:, place] = np.maximum(np.ceil(edges[b] + m - 1e-9) - 1, 0)
    return at
