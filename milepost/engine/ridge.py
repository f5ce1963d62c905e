"""Logistic regression with a ridge, by Newton's steps.

    minimise  sum_i u_i [ln(1 + e^(eta_i)) - y_i eta_i] + lambda/2 |beta|^2,  eta = o + alpha + X beta

on standardised columns; alpha is free, u_i says how much row i counts, o_i is what is known of it beforehand, 0
without an offset (Hoerl & Kennard 1970; le Cessie & van Houwelingen 1992).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Ridge:
    """Hold a fitted model: columns' means and spreads, alpha and beta."""

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    alpha: float
    beta: NDArray[np.float64]

    def chance(self, X: NDArray) -> NDArray[np.float64]:
        """Return P(y = 1) for rows X [rows, columns]."""
        return 1 / (1 + np.exp(-np.clip(self.log_odds(X), -30, 30)))

    def log_odds(self, X: NDArray) -> NDArray[np.float64]:
        """Return eta for rows X [rows, columns]."""
        return self.alpha + (X - self.mean) / self.spread @ self.beta


def fit_ridge(
    X: NDArray,
    y: NDArray,
    penalty: float,
    *,
    standardise: bool = True,
    weight: NDArray | None = None,
    offset: NDArray | None = None,
) -> Ridge:
    """Fit answers y [rows] (1 or 0) to X [rows, columns] with lambda = `penalty`; each row counts `weight`, or 1.

    `offset` [rows] is added to eta; the fitted model does not know it. Without `standardise` columns are only
    centred: for answers that are there or not.
    With one kind of answer, or none, the intercept alone is fitted, half an answer added on either side.

    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> model = fit_ridge(X, np.array([0, 0, 1, 1]), penalty=1.0)
    >>> bool(model.chance(np.array([[3.0]]))[0] > 0.7)
    True
    """
    columns = X.shape[1]
    u = np.ones(len(y)) if weight is None else weight
    share = (u @ y + 0.5) / (u.sum() + 1)
    alpha = float(np.log(share / (1 - share)))
    if not len(y) or y.all() or not y.any():
        return Ridge(np.zeros(columns), np.ones(columns), alpha, np.zeros(columns))
    mean = u @ X / u.sum()
    spread = np.sqrt(u @ (X - mean) ** 2 / u.sum())
    spread = np.where((spread > 1e-12) & standardise, spread, 1.0)
    Z = np.column_stack([np.ones(len(X)), (X - mean) / spread])
    known = np.zeros(len(y)) if offset is None else offset
    start = np.append(alpha if offset is None else 0.0, np.zeros(columns))
    beta = _newton(Z, y, u, np.append(0.0, np.full(columns, penalty)), start, known)
    return Ridge(mean, spread, float(beta[0]), beta[1:])


def _newton(Z: NDArray, y: NDArray, u: NDArray, penalty: NDArray, beta: NDArray, known: NDArray) -> NDArray[np.float64]:
    """Take Newton's steps, halved while they do not improve."""
    value = _value(Z, y, u, penalty, beta, known)
    for _ in range(100):
        p = 1 / (1 + np.exp(-np.clip(known + Z @ beta, -30, 30)))
        slope = Z.T @ (u * (y - p)) - penalty * beta
        curve = (Z * (u * p * (1 - p))[:, None]).T @ Z + np.diag(penalty + 1e-9)
        move = np.linalg.solve(curve, slope)
        new = _value(Z, y, u, penalty, beta + move, known)
        while new > value and np.abs(move).max() > 1e-12:
            move = move / 2
            new = _value(Z, y, u, penalty, beta + move, known)
        beta, value = beta + move, new
        if np.abs(move).max() < 1e-8:
            break
    return beta


def _value(Z: NDArray, y: NDArray, u: NDArray, penalty: NDArray, beta: NDArray, known: NDArray) -> float:
    eta = known + Z @ beta
    return float(u @ (np.logaddexp(0, eta) - y * eta) + 0.5 * penalty @ beta**2)
