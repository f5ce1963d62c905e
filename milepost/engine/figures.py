"""What a forecast is asked about, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import ahead
from milepost.engine.names import LAST_YES

Quantiles = tuple[int, int, int]
"""P10, P50 and P90, in days."""


@dataclass(frozen=True)
class Cell:
    """Name what a string's forecast depends on; opportunities alike in this share one.

    keys       required steps still to win, the current one first; without any the last yes is still to come
    age        days in the current step since its last attempt; None = not known, taken as 0, which
               is the kindest reading: say so on the screen
    booked_in  days until the appointment booked for the current step; None or past = none
    segment    name of its segment; None, or one that is not in the history, counts as none
    step_age   days since the current step was entered, where its clock counts any of them; None = as `age`

    Raises ValueError on an age below 0.
    """

    keys: tuple[str, ...]
    age: int | None = 0
    booked_in: int | None = None
    segment: str | None = None
    step_age: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", tuple(self.keys) or (LAST_YES,))
        if min(self.age or 0, self.step_age or 0) < 0:
            raise ValueError("age: days in a step cannot be below 0.")

    @property
    def is_all_reached(self) -> bool:
        """Tell whether no required step is left: only the last yes is."""
        return self.keys == (LAST_YES,)

    def days_old(self, clock: int) -> int:
        """Return the age that counts by a clock."""
        age = self.age or 0
        return age if self.step_age is None else age + int(ahead(max(self.step_age - age, 0), clock))

    def counted(self, clock: int, segment: str | None) -> Cell:
        """Return the cell of a segment by what matters of it: of its ages, the one that counts by a clock."""
        return replace(self, age=self.days_old(clock), step_age=None, segment=segment)

    @property
    def waits(self) -> int:
        """Return the days until the booked appointment, 0 without one."""
        return max(self.booked_in or 0, 0)


@dataclass(frozen=True)
class StepFigure:
    """Hold one remaining step's chance with its 80 % interval and the counts behind it.

    thin  no stay in this step has ended yet: the figure is the default or the company's level
    rare  fewer than 20 past stays in it got as old as the ages that it is taken together with
    old   past stays in it that lasted to its age, or to a year, open ones too
    later those of them that were won after all
    undated_open   of those still open, how many nobody knows since when: they tell nothing
    undated_ended  of those that ended, on how many days nobody knows: they tell nothing of time
    stated         its days lean on those that people state to be usual (`tempo.py`)
    """

    key: str
    conversion: float
    low: float
    high: float
    won: int
    lost: int
    still_open: int
    thin: bool
    rare: bool
    old: int = 0
    later: int = 0
    undated_open: int = 0
    undated_ended: int = 0
    stated: bool = False


@dataclass(frozen=True, eq=False)
class StringForecast:
    """Hold one string's figures; lows and highs are P10 and P90 of the draws, days count from today.

    win_in_week     the chance if nothing happens for seven days; while an appointment is booked
                    further off than that, nothing is due and it equals `win`
    close_days      P10, P50, P90 of the days until it is won, given that it is; 1,096 = three years
                    or more
    close_any_days  the same until it closes, won or lost
    reached_days    of each step the middle of the days until it is reached, given that it is: the last one's is
                    P50 of `close_days`
    weakest         index of the step where the same better odds would add most: the largest
                    dP / d logit V_k = P (1 - V_k), the first of equals; None when none is left
    """

    win: float
    win_low: float
    win_high: float
    win_draws: NDArray[np.float32]
    win_in_week: float
    close_days: Quantiles
    close_any_days: Quantiles
    reached_days: tuple[int, ...]
    steps: tuple[StepFigure, ...]
    weakest: int | None
