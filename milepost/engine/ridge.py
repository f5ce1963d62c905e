"""Logistic regression with a ridge, by Newton's steps.

    minimise  sum_i [ln(1 + e^(eta_i)) - y_i eta_i] + lambda/2 |beta|^2,  eta = alpha + X beta

on standardised columns; alpha is free (Hoerl & Kennard 1970; le Cessie & van Houwelingen 1992).
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
        eta = self.alpha + (X - self.mean) / self.spread @ self.beta
        return 1 / (1 + np.exp(-np.clip(eta, -30, 30)))


def fit_ridge(X: NDArray, y: NDArray, penalty: float, *, standardise: bool = True) -> Ridge:
    """Fit answers y [rows] (1 or 0) to X [rows, columns] with lambda = `penalty`.

    Without `standardise` columns are only centred: for answers that are there or not.
    With one kind of answer, or none, the intercept alone is fitted, half an answer added on either side.

    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> model = fit_ridge(X, np.array([0, 0, 1, 1]), penalty=1.0)
    >>> bool(model.chance(np.array([[3.0]]))[0] > 0.7)
    True
    """
    columns = X.shape[1]
    share = (y.sum() + 0.5) / (len(y) + 1)
    alpha = float(np.log(share / (1 - share)))
    if not len(y) or y.all() or not y.any():
        return Ridge(np.zeros(columns), np.ones(columns), alpha, np.zeros(columns))
    mean, spread = X.mean(0), X.std(0)
    spread = np.where((spread > 1e-12) & standardise, spread, 1.0)
    Z = np.column_stack([np.ones(len(X)), (X - mean) / spread])
    beta = _newton(Z, y, np.append(0.0, np.full(columns, penalty)), np.append(alpha, np.zeros(columns)))
    return Ridge(mean, spread, float(beta[0]), beta[1:])


def _newton(Z: NDArray, y: NDArray, penalty: NDArray, beta: NDArray) -> NDArray[np.float64]:
    """Take Newton's steps, halved while they do not improve."""
    value = _value(Z, y, penalty, beta)
    for _ in range(100):
        p = 1 / (1 + np.exp(-(Z @ beta)))
        slope = Z.T @ (y - p) - penalty * beta
        curve = (Z * (p * (1 - p))[:, None]).T @ Z + np.diag(penalty + 1e-9)
        move = np.linalg.solve(curve, slope)
        new = _value(Z, y, penalty, beta + move)
        while new > value and np.abs(move).max() > 1e-12:
            move = move / 2
            new = _value(Z, y, penalty, beta + move)
        beta, value = beta + move, new
        if np.abs(move).max() < 1e-8:
            break
    return beta


def _value(Z: NDArray, y: NDArray, penalty: NDArray, beta: NDArray) -> float:
    eta = Z @ beta
    return float(np.logaddexp(0, eta).sum() - y @ eta + 0.5 * penalty @ beta**2)
