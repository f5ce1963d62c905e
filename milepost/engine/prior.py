"""What is believed about a step before any history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Prior:
    """State what an average step is like before the company's own history speaks.

    conversion   share of steps that are won
    median_days  days after which half of them have ended, one way or the other
    level        ended stays that its overall level is worth
    weight       ended stays, per bin of age, that its shape by age is worth

    >>> won, lost = Prior(conversion=0.6, median_days=21).daily_hazard()
    >>> round(float(won + lost), 4), round(float(won / (won + lost)), 2)
    (0.0325, 0.6)
    """

    conversion: float = 0.6
    median_days: float = 21.0
    level: float = 16.0
    weight: float = 8.0

    def __post_init__(self) -> None:
        if not 0 < self.conversion < 1:
            raise ValueError("conversion: a share between 0 and 1 is needed.")
        if min(self.median_days, self.weight, self.level) <= 0:
            raise ValueError("median_days, weight and level must be above 0.")

    def daily_hazard(self) -> NDArray[np.float64]:
        """Turn the belief into h0 = (won, lost) per day: (1 - h0_w - h0_l)^median = 1/2."""
        return (1 - 0.5 ** (1 / self.median_days)) * self.share()

    def share(self) -> NDArray[np.float64]:
        """Return the shares (won, lost) of steps that end."""
        return np.array([self.conversion, 1 - self.conversion])


STATED = Prior()
"""The default: a company may state another."""
