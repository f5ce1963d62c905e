"""Gradient boosting as one more rival, where a library for it is installed: LightGBM, else scikit-learn."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from milepost.engine.replay.rivals import RIVALS, Lesson, Rival, features

TREES, RATE, LEAVES, ROWS, L2 = 150, 0.04, 8, 200, 10.0
Fit = Callable[[NDArray, NDArray, NDArray], NDArray]


def rivals() -> dict[str, Rival]:
    """Return every rival there is."""
    for library, fit in (("lightgbm", by_lightgbm), ("sklearn.ensemble", by_sklearn)):
        try:
            importlib.import_module(library)
        except ImportError:
            continue
        return {**RIVALS, "gradient boosting": partial(boosted, fit)}
    return dict(RIVALS)


def boosted(fit: Fit, lesson: Lesson) -> NDArray[np.float64]:
    """Answer by boosted trees: 150 of 8 leaves with 200 rows each or more, rate 0.04, L2 10."""
    if len(np.unique(lesson.y)) < 2:
        return np.full(len(lesson.asked), lesson.share)
    K = len(lesson.log.steps)
    return np.asarray(fit(features(lesson.past, K), lesson.y, features(lesson.asked, K)))


def by_lightgbm(X: NDArray, y: NDArray, asked: NDArray) -> NDArray:
    """Fit and answer with LightGBM."""
    import lightgbm

    settings = {
        "objective": "binary",
        "learning_rate": RATE,
        "num_leaves": LEAVES,
        "min_data_in_leaf": ROWS,
        "lambda_l2": L2,
        "num_threads": 1,
        "deterministic": True,
        "verbose": -1,
    }
    return lightgbm.train(settings, lightgbm.Dataset(X, y), TREES).predict(asked)


def by_sklearn(X: NDArray, y: NDArray, asked: NDArray) -> NDArray:
    """Fit and answer with scikit-learn."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=TREES,
        learning_rate=RATE,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=ROWS,
        l2_regularization=L2,
        early_stopping=False,
        random_state=0,
    )
    return model.fit(X, y).predict_proba(asked)[:, 1]
