"""The order that costs least: all steps must be won, so the steps that end most for least come first.

An opportunity goes through its steps until one is lost. Step j is won with chance V_j and costs c_j when it is reached:

    E(π) = Σ_k c_π(k) Π_{i<k} V_π(i)

Without precedence the best order is that of (1 − V) / c, largest first (Butterworth 1972, "Some reliability
fault-testing models"). With precedence the same is found exactly over the sets of steps that may have been done first
(Held and Karp 1962, "A dynamic programming approach to sequencing problems"): what a set costs does not depend on what
follows it, and the chance to get beyond it not on the order within,

    f(∅) = 0,    f(S ∪ {j}) = min_j f(S) + c_j Π_{i∈S} V_i,    j not in S, all that j needs in S

What opportunities that are won cost is the same in every order, so the best order is also the one in which those that
are lost have cost least:

    E(π) = P C + (1 − P) L(π),    P = Π V,  C = Σ c,  L(π) the mean cost of an opportunity that is lost
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

MOST = 20
"""So many steps may stand in any order at the most: a million sets of them are gone through."""
TIE = 1e-12
"""What counts as equal, as a share of all costs: then the later step of today's order stays later."""


class TooFree(ValueError):
    """Say that precedence leaves more orders open than can be gone through."""


@dataclass(frozen=True)
class Line:
    """Hold the steps of a line in today's order.

    won    V [steps]: chance to win each once it is reached, in [0, 1]; 1 for a step whose loss ends nothing
    costs  c [steps]: what each costs when it is reached, at least 0
    needs  by step, those that must come before it (places from 0)
    """

    won: NDArray[np.float64]
    costs: NDArray[np.float64]
    needs: tuple[frozenset[int], ...]

    @classmethod
    def of(cls, won: ArrayLike, costs: ArrayLike, needs: Sequence[Iterable[int]] | None = None) -> Line:
        """Return a line; raises ValueError for what cannot be one, or when today's order is against its own needs."""
        V = np.asarray(won, float).reshape(-1)
        c = np.asarray(costs, float).reshape(-1)
        given = tuple(frozenset(of) for of in needs) if needs is not None else (frozenset(),) * len(V)
        if not len(V) == len(c) == len(given):
            raise ValueError(f"{len(V)} chances, {len(c)} costs and {len(given)} needs: there must be one each a step.")
        if not (np.isfinite(V).all() and np.isfinite(c).all()):
            raise ValueError("Chances and costs must be finite numbers.")
        if V.size and (V.min() < 0 or V.max() > 1 or c.min() < 0):
            raise ValueError("A chance lies between 0 and 1, and a cost is not negative.")
        line = cls(V, c, given)
        if not line.allows(range(len(V))):
            raise ValueError("Today's order is against what its steps need.")
        return line

    def __len__(self) -> int:
        return len(self.won)

    def allows(self, order: Sequence[int]) -> bool:
        """Tell whether each step comes after all it needs."""
        at = {step: place for place, step in enumerate(order)}
        return all(at.get(need, len(order)) < at[step] for step in order for need in self.needs[step])

    def cost(self, order: Sequence[int]) -> float:
        """Return E of an order: what an opportunity costs on average, won or lost.

        >>> Line.of([0.5, 0.8], [10.0, 100.0]).cost([0, 1])
        60.0
        """
        V, c = self.won[list(order)], self.costs[list(order)]
        return float(c @ _reached(V)) if len(V) else 0.0

    def cost_of_lost(self, order: Sequence[int]) -> float | None:
        """Return L of an order: what one that is lost has cost on average; None where nothing can be lost.

        >>> Line.of([0.5, 0.8], [10.0, 100.0]).cost_of_lost([0, 1])
        26.666...
        """
        V, c = self.won[list(order)], self.costs[list(order)]
        ends = _reached(V) * (1 - V)
        lost = float(ends.sum())
        return float(ends @ np.cumsum(c)) / lost if lost > 0 else None


def best_order(line: Line) -> list[int]:
    """Return the order that costs least of those that precedence allows; of equals the one nearest to today's.

    It is exact, not one swap at a time: a second or two for 20 steps that are all free. A line falls into parts where
    all that follows needs all that went before; raises TooFree for a part of more than `MOST` steps.

    >>> best_order(Line.of([0.9, 0.5], [100.0, 10.0]))
    [1, 0]
    >>> best_order(Line.of([0.9, 0.5], [100.0, 10.0], [[], [0]]))
    [0, 1]
    """
    return [step for part in _parts(line) for step in _cheapest(line, part)]


@dataclass(frozen=True)
class Swap:
    """Hold two steps that might change places, by their places in today's order, and what that would spare."""

    first: int
    second: int
    spares: float


def best_swap(line: Line) -> Swap | None:
    """Return the two steps whose changing places spares most; None where no swap that is allowed spares anything.

    >>> best_swap(Line.of([0.9, 0.5], [100.0, 10.0]))
    Swap(first=0, second=1, spares=49.0)
    """
    today = list(range(len(line)))
    now = line.cost(today)
    best: Swap | None = None
    for second in today:
        for first in range(second):
            order = [*today]
            order[first], order[second] = second, first
            spares = now - line.cost(order) if line.allows(order) else 0.0
            if spares > (best.spares if best else 1e-9 * now):
                best = Swap(first, second, spares)
    return best


def _reached(V: NDArray) -> NDArray[np.float64]:
    """Return the chance that each step is reached, in the order given."""
    return np.concatenate(([1.0], np.cumprod(V)[:-1]))


def _parts(line: Line) -> list[list[int]]:
    """Return the steps in parts, each wholly before the next whatever the order.

    >>> _parts(Line.of([0.5] * 4, [1.0] * 4, [[], [], [0, 1], [2]]))
    [[0, 1], [2], [3]]
    """
    before: list[set[int]] = []
    for needs in line.needs:
        before.append(set(needs).union(*(before[need] for need in needs)))
    parts: list[list[int]] = []
    for step in range(len(line)):
        if all(before[later].issuperset(range(step)) for later in range(step, len(line))):
            parts.append([])
        parts[-1].append(step)
    return parts


def _cheapest(line: Line, part: list[int]) -> list[int]:
    """Return the cheapest order of one part: a table over all its sets, one bit a step, small sets first."""
    n = len(part)
    if n > MOST:
        raise TooFree(f"{n} steps may come in any order: {MOST} at most. Say which of them need which.")
    bit = {step: 1 << place for place, step in enumerate(part)}
    spent = np.full(1 << n, np.inf)
    last = np.zeros(1 << n, np.int8)
    spent[0] = 0.0
    beyond = _beyond(line.won[part])
    equal = TIE * float(line.costs[part].sum())
    sizes = np.bitwise_count(np.arange(1 << n, dtype=np.int32))
    for size in range(n):
        sets = np.flatnonzero((sizes == size) & np.isfinite(spent))
        for place in reversed(range(n)):
            step = part[place]
            need = sum(bit[other] for other in line.needs[step] if other in bit)
            rows = sets[(sets & (1 << place) == 0) & (sets & need == need)]
            costs = spent[rows] + line.costs[step] * beyond[rows]
            after = rows | (1 << place)
            better = costs < spent[after] - equal
            spent[after[better]] = costs[better]
            last[after[better]] = place
    return _walked_back(last, part)


def _beyond(V: NDArray) -> NDArray[np.float64]:
    """Return for each set of steps the chance to win them all [2^steps].

    >>> _beyond(np.array([0.5, 0.8])).tolist()
    [1.0, 0.5, 0.8, 0.4]
    """
    all_won = np.ones(1)
    for chance in V:
        all_won = np.concatenate([all_won, all_won * chance])
    return all_won


def _walked_back(last: NDArray, part: list[int]) -> list[int]:
    """Return the order that the table of last steps tells, from the full set back to none."""
    order, done = [], (1 << len(part)) - 1
    while done:
        place = int(last[done])
        order.append(part[place])
        done ^= 1 << place
    return order[::-1]
