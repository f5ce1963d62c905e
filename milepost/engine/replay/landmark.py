"""Forecast from where opportunities stood on past days, by logistic regression: the chain's challenger.

Every past day on which an opportunity was open is a row (van Houwelingen 2007, *Dynamic prediction by landmarking*):
step, ages, attempts, amount and segment as they were known that day, each with an effect of its own in every step,
against how it ended. It sees what the chain does not look at; it learns nothing from what is still open.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milepost.engine.replay.known import States
from milepost.engine.replay.rivals import Lesson
from milepost.engine.ridge import fit_ridge

PENALTY = 33.0
LATE = 30
MOST_ATTEMPTS = 4


def landmark(lesson: Lesson) -> NDArray[np.float64]:
    """Answer by ridge logistic regression on states, step by step (lambda = 33, standardised)."""
    K, G = len(lesson.log.steps), len(lesson.log.segments)
    model = fit_ridge(columns(lesson.past, K, G), lesson.y, PENALTY)
    return model.chance(columns(lesson.asked, K, G))


def columns(states: States, steps: int, segments: int) -> NDArray[np.float64]:
    """Put states into columns: what is known, and the same within each step [rows, columns]."""
    known = states.amount > 0
    amount = np.log(np.where(known, states.amount, 1.0))
    middle = float(np.median(amount[known])) if known.any() else 0.0
    plain = np.column_stack(
        [
            np.where(known, amount, middle),
            ~known,
            np.log1p(states.step_age),
            np.log1p(states.total_age),
            np.minimum(states.repeats, MOST_ATTEMPTS),
            np.log1p(states.age),
            states.step_age > LATE,
            states.step_age / LATE,
        ]
    ).astype(float)
    step = np.eye(steps)[states.step]
    inside = (step[:, :, None] * plain[:, None, :]).reshape(len(states), steps * plain.shape[1])
    return np.column_stack([step, np.eye(segments + 1)[states.segment], plain, inside])
