"""Days in a step against what is usual: learnt from how long stays in it have lasted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from milepost.engine.chain import HORIZON
from milepost.engine.learnt import Learnt
from milepost.engine.won_by import daily_hazards


@dataclass(frozen=True)
class Pace:
    """Hold how a step's age compares.

    days   days in the step
    usual  days after which half of the stays in it have ended, won or lost
    slow   days after which four in five have
    still  share of stays that are open at this age: at 0.1 it is among the slowest tenth
    """

    days: int
    usual: int
    slow: int
    still: float

    @property
    def over(self) -> int:
        """Return the days beyond the usual ones, below 0 where it is earlier than that."""
        return self.days - self.usual


def pace(learnt: Learnt, key: str, days: int) -> Pace:
    """Compare days in a step with the mean world, S(a) = E_d prod_{u<a} (1 - h_w(u) - h_l(u)).

    What lasts longer than three years counts as three years. Raises ValueError on days below 0.

    >>> from milepost.engine.history import History
    >>> from milepost.engine.learn import learn
    >>> found = pace(learn(History.none(("meet",))), "meet", 90)
    >>> found.usual < found.slow < found.days, found.still < 0.5
    (True, True)
    """
    if days < 0:
        raise ValueError("days: 0 or more are needed.")
    ends = daily_hazards(learnt, key).sum(-1)
    ages = np.minimum(np.arange(HORIZON), len(ends) - 1)
    S = np.cumprod(1 - ends[ages], axis=0).mean(1)  # open after the day of each age
    usual, slow = (int((left < S).sum()) for left in (0.5, 0.2))
    still = 1.0 if days == 0 else float(S[min(days, HORIZON) - 1])
    return Pace(days, usual, slow, still)
