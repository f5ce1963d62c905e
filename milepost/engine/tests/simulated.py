"""Make companies whose truth is known: how their steps end, and the history that shows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.engine.history import LOST, OPEN, WON, History

GRID = 4000
TODAY = 900


@dataclass(frozen=True)
class Truth:
    """Hold per step and day of age the chance to end then, and the share of these ends that is won."""

    ends: NDArray[np.float64]
    won: NDArray[np.float64]

    def chance(self, step: int, age: int = 0) -> float:
        """Return the true chance to win a step that is `age` days old."""
        ends = self.ends[step, age:]
        return float(ends @ self.won[step, age:] / max(ends.sum(), 1e-300))


def company(rng: np.random.Generator, steps: int = 6) -> Truth:
    """Draw a company: conversions around 70 %, medians around three weeks, wins rarer with age."""
    level = 0.85 + rng.normal(0, 0.6, steps)
    median = 21 * np.exp(rng.normal(0, 0.4, steps))
    shape = rng.uniform(0.8, 1.6, steps)
    day = np.arange(GRID + 1)
    survival = np.exp(-np.log(2) * (day / median[:, None]) ** shape[:, None])
    ends = survival[:, :-1] - survival[:, 1:]
    falling = 0.4 * (np.minimum(day[:-1] / median[:, None], 4) - 1)
    return Truth(ends, 1 / (1 + np.exp(-(level[:, None] - falling))))


def watched(truth: Truth, opportunities: int, rng: np.random.Generator) -> History:
    """Let opportunities arrive evenly and pass through the steps; look at them on day 900."""
    entered = rng.integers(0, TODAY, opportunities)
    rows = []
    for step in range(len(truth.ends)):
        cumulated = np.cumsum(truth.ends[step])
        took = np.searchsorted(cumulated, rng.random(len(entered)) * cumulated[-1])
        wins = rng.random(len(entered)) < truth.won[step, took]
        ended = entered + took < TODAY
        end = np.where(ended, np.where(wins, WON, LOST), OPEN)
        days = np.where(ended, took, TODAY - entered)
        rows.append((np.full(len(entered), step), days, end, entered))
        entered = (entered + took)[ended & wins]
    columns = [np.concatenate(column) for column in zip(*rows, strict=True)]
    return History(*columns[:3], keys=tuple(f"step {k}" for k in range(len(truth.ends))), day=columns[3])
