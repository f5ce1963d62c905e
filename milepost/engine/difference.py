"""Which opportunities make the difference to a total, and to the chance to reach a target.

With T' the total of all others, in draw d, and opportunity i worth x with chance p:

    if won     P(T >= target | i is won)  = E[p P_d(T' >= target - x)] / E p
    if lost    P(T >= target | i is lost) = E[(1 - p) P_d(T' >= target)] / E (1 - p)
    slope      E[P_d(T' >= target - x) - P_d(T' >= target)]: what one unit of its chance adds to that of
               reaching the target, the world being what it is
    share      (E x^2 p (1 - p) + Cov(x p, m)) / Var T, m = E_d T: shares of all add up to one

`if won` also says what a win tells about the world: p if_won + (1 - p) if_lost is the chance to reach.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.engine.laws import Law, law_of
from milepost.engine.parts import Parts

LOOKED_AT = 3
"""So many times as many as are asked for are looked at in full, those of most weight."""


@dataclass(frozen=True)
class Difference:
    """Hold what one opportunity, by its place among the parts, does to a total and to reaching a target."""

    place: int
    if_won: float
    if_lost: float
    slope: float
    share: float


def shares(parts: Parts) -> NDArray[np.float64]:
    """Return each opportunity's share of the variance [n], 0 where its amount is missing.

    >>> shares(Parts([100.0, 200.0], [0, 0], [[0.5]])).tolist()
    [0.2, 0.8]
    """
    x = np.nan_to_num(parts.amounts)
    m = parts.expected
    luck = (parts.p * (1 - parts.p)).mean(1)[parts.cell] * x**2
    common = (parts.p * (m - m.mean())).mean(1)[parts.cell] * x
    return (luck + common) / parts.variance if parts.variance > 0 else np.zeros(len(x))


def differences(parts: Parts, target: float, *, top: int = 10) -> list[Difference]:
    """Return the `top` opportunities that move the chance to reach `target` most, the first most.

    Looked at are those with the largest x^2 p (1 - p), three times as many. Missing amounts count as none.

    >>> one, two = differences(Parts.one_by_one([100.0, 300.0], [0.5, 0.1]), 300, top=2)
    >>> (one.place, one.if_won, one.if_lost), (two.place, round(two.slope, 2))
    ((1, 1.0, 0.0), (0, 0.0))
    """
    share = shares(parts)
    weight = (parts.p * (1 - parts.p)).mean(1)[parts.cell] * np.nan_to_num(parts.amounts) ** 2
    places = [int(i) for i in np.argsort(-weight, kind="stable")[: LOOKED_AT * top] if weight[i] > 0]
    found = [_difference(parts, share, *each) for each in zip(places, *_without(parts, places, target), strict=True)]
    return sorted(found, key=lambda each: (-abs(each.slope), -abs(each.share), each.place))[:top]


def _difference(parts: Parts, share: NDArray, place: int, high: NDArray, low: NDArray) -> Difference:
    p = parts.p[parts.cell[place]]
    return Difference(
        place=place,
        if_won=float((p * high).mean() / p.mean()),
        if_lost=float(((1 - p) * low).mean() / (1 - p).mean()),
        slope=float((high - low).mean()),
        share=float(share[place]),
    )


def _without(parts: Parts, places: list[int], target: float) -> tuple[NDArray, NDArray]:
    """Return P_d(T' >= target - x) and P_d(T' >= target), T' without each of these in turn [places, draws] each."""
    high, low = np.zeros((2, len(places), parts.p.shape[1] if len(parts.p) else 1))
    if places:
        law, start = law_of(parts, places)
        for i, rest in _each_left_out(law, start, list(range(len(places))), parts, places):
            high[i], low[i] = law.reach(rest, np.array([target - parts.amounts[places[i]], target]))
    return high, low


def _each_left_out(
    law: Law, rest: Any, turns: list[int], parts: Parts, places: list[int]
) -> Iterator[tuple[int, NDArray]]:
    """Yield each turn with the law of all but it: halves are taken in together, so that n cost n log n."""
    if len(turns) == 1:
        yield turns[0], rest
        return
    half = len(turns) // 2
    for left, taken in ((turns[:half], turns[half:]), (turns[half:], turns[:half])):
        fuller = rest
        for i in taken:
            fuller = law.take(fuller, parts.amounts[places[i]], parts.p[parts.cell[places[i]]])
        yield from _each_left_out(law, fuller, left, parts, places)
