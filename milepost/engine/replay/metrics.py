"""Score forecasts against what happened.

p are probabilities strictly between 0 and 1, y is 1 where it happened and 0 where it did not; both [rows].

    log loss    - mean [y ln p + (1 - y) ln(1 - p)]
    Brier       mean (p - y)^2
    AUC         chance that one that happened had the higher p than one that did not, ties half
    slope       b of logit P(y) = a + b logit p: 1 is right, below 1 over-confident, above 1 timid
    error       a of logit P(y) = a + logit p: 0 is right, below 0 too hopeful
    ECE         mean |mean p - mean y| over ten equally large groups by p
    total       sum p / sum y - 1
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Scores:
    """Hold how well forecasts did; nan where it cannot be said."""

    rows: int
    happened: int
    log_loss: float
    brier: float
    auc: float
    slope: float
    error: float
    ece: float
    total: float


def score(p: ArrayLike, y: ArrayLike) -> Scores:
    """Score forecasts p [rows] by what happened y [rows].

    Raises ValueError when they do not fit, or one of p is not strictly between 0 and 1.

    >>> fair = score([0.5, 0.5], [1, 0])
    >>> round(fair.log_loss, 3), fair.brier, fair.auc, fair.total
    (0.693, 0.25, 0.5, 0.0)
    """
    p, y = np.asarray(p, float), np.asarray(y, float)
    if p.shape != y.shape or p.ndim != 1:
        raise ValueError("p, y: one probability and one answer per row are needed.")
    if ((p <= 0) | (p >= 1)).any():
        raise ValueError("p: a probability strictly between 0 and 1 is needed.")
    if not len(p):
        return Scores(0, 0, *[float("nan")] * 7)
    a, b = calibration(p, y)
    return Scores(
        rows=len(p),
        happened=int(y.sum()),
        log_loss=float(-np.mean(y * np.log(p) + (1 - y) * np.log1p(-p))),
        brier=float(np.mean((p - y) ** 2)),
        auc=auc(p, y),
        slope=b,
        error=a,
        ece=float(np.average([abs(g.forecast - g.happened) for g in groups(p, y)], weights=_sizes(len(p)))),
        total=float(p.sum() / y.sum() - 1) if y.any() else float("nan"),
    )


def auc(p: NDArray, y: NDArray) -> float:
    """Return the area under the ROC curve, from ranks (Mann & Whitney 1947); nan with one kind of answer."""
    from scipy.stats import rankdata

    ones = y.sum()
    zeros = len(y) - ones
    if not ones or not zeros:
        return float("nan")
    return float((rankdata(p)[y == 1].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def calibration(p: NDArray, y: NDArray) -> tuple[float, float]:
    """Return the calibration error (slope fixed at 1) and the slope (Cox 1958); nan with one kind of answer."""
    logit = np.log(p) - np.log1p(-p)
    if y.all() or not y.any():
        return float("nan"), float("nan")
    error = _newton(np.ones((len(p), 1)), y, logit)[0]
    if np.ptp(logit) < 1e-9:
        return float(error), float("nan")
    return float(error), float(_newton(np.column_stack([np.ones(len(p)), logit]), y, np.zeros(len(p)))[1])


def _newton(X: NDArray, y: NDArray, offset: NDArray) -> NDArray[np.float64]:
    """Fit logit P(y) = offset + X beta. A trace of a penalty keeps separable answers finite."""
    beta = np.zeros(X.shape[1])
    for _ in range(50):
        q = 1 / (1 + np.exp(-np.clip(offset + X @ beta, -40, 40)))
        slope = X.T @ (y - q) - 1e-6 * beta
        curve = (X * (q * (1 - q))[:, None]).T @ X + 1e-6 * np.eye(len(beta))
        move = np.linalg.solve(curve, slope)
        beta = beta + np.clip(move, -5, 5)
        if np.abs(move).max() < 1e-10:
            break
    return beta


@dataclass(frozen=True)
class Group:
    """Hold a group of forecasts alike: how many, their mean, and the share that happened."""

    rows: int
    forecast: float
    happened: float


def groups(p: NDArray, y: NDArray, count: int = 10) -> list[Group]:
    """Cut forecasts into groups of the same size, from the lowest to the highest."""
    order = np.argsort(p, kind="stable")
    parts = [part for part in np.array_split(order, count) if len(part)]
    return [Group(len(part), float(p[part].mean()), float(y[part].mean())) for part in parts]


def _sizes(rows: int, count: int = 10) -> list[int]:
    return [len(part) for part in np.array_split(np.arange(rows), count) if len(part)]
