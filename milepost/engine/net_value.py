"""The value of going on: what may still be won, less what the remaining steps are expected to cost.

    net = P · margin − Σ_i R_i · c_i,    R_1 = 1,  R_i = Π_{j<i} V_j,    P = Π_j V_j

V_j is the chance to win remaining step j, c_i what working on step i costs, R_i the chance that step i is reached at
all: a step that is never reached costs nothing. Below zero, stopping is worth more than going on. Costs spent already
are not in it: they are the same whatever is decided.

The order in which steps of equal precedence cost least is that of (1 − V) / c, largest first (Butterworth 1972, "Some
reliability fault-testing models").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class NetValue:
    """What going on is worth, in the unit of `margin` and `costs`.

    win       P, the chance to win all that is left
    reached   R [steps], the chance that each step is reached
    expected  R · c [steps], what each step is expected to cost
    gain      P · margin
    net       gain − Σ expected
    """

    win: float
    reached: NDArray[np.float64]
    expected: NDArray[np.float64]
    gain: float
    net: float


def net_value(conversions: ArrayLike, costs: ArrayLike, margin: float) -> NetValue:
    """Return the value of going on.

    conversions  V [steps]: chance to win each remaining step, the current one at its age, in [0, 1]
    costs        c [steps]: what working on each costs, at least 0
    margin       what is earned if all are won

    Raises ValueError when the two differ in length, or a chance or a cost is out of its range.

    >>> answer = net_value([0.5, 0.8], [10.0, 100.0], 1000.0)
    >>> answer.win, answer.reached.tolist(), answer.net
    (0.4, [1.0, 0.5], 340.0)
    """
    V = np.asarray(conversions, float).reshape(-1)
    c = np.asarray(costs, float).reshape(-1)
    if V.shape != c.shape:
        raise ValueError(f"{len(V)} chances and {len(c)} costs: there must be one cost a step.")
    if not (np.isfinite(V).all() and np.isfinite(c).all() and np.isfinite(margin)):
        raise ValueError("Chances, costs and the margin must be finite numbers.")
    if V.size and (V.min() < 0 or V.max() > 1 or c.min() < 0):
        raise ValueError("A chance lies between 0 and 1, and a cost is not negative.")
    reached = np.concatenate(([1.0], np.cumprod(V)[:-1])) if V.size else np.zeros(0)
    expected = reached * c
    win = float(np.prod(V))
    gain = win * margin
    return NetValue(win, reached, expected, gain, gain - float(expected.sum()))
