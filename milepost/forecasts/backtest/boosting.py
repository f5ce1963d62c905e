"""Gradient boosting as one more rival, where the library is installed."""

from __future__ import annotations

import importlib.util

import numpy as np
from numpy.typing import NDArray

from milepost.engine.replay.rivals import RIVALS, Lesson, Rival, features

LIBRARY = "lightgbm"


def rivals() -> dict[str, Rival]:
    """Return every rival there is."""
    return {**RIVALS, "gradient boosting": boosted} if importlib.util.find_spec(LIBRARY) else dict(RIVALS)


def boosted(lesson: Lesson) -> NDArray[np.float64]:
    """Answer by boosted trees: 150 of 8 leaves with 200 rows each, rate 0.04, L2 10."""
    import lightgbm

    if len(np.unique(lesson.y)) < 2:
        return np.full(len(lesson.asked), lesson.share)
    K = len(lesson.log.steps)
    model = lightgbm.LGBMClassifier(
        n_estimators=150,
        learning_rate=0.04,
        num_leaves=8,
        min_child_samples=200,
        reg_lambda=10,
        random_state=0,
        n_jobs=1,
        verbose=-1,
    )
    model.fit(features(lesson.past, K), lesson.y)
    return np.asarray(model.predict_proba(features(lesson.asked, K)))[:, 1]
