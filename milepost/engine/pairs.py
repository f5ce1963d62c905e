"""Learn what two answers tell together: small trees, each the answer to what those before it left over.

    eta(x) = alpha + nu sum_t v_t(x_j, x_k),  j = j_t,  k = k_t(x_j)

Each tree asks for one answer, then, on either side, for one more: the two that lower the log loss most to second
order, sum r^2 / (sum h + lambda) with r = y - p and h = p (1 - p); v = sum r / (sum h + lambda) (Friedman 2001,
*Greedy function approximation*; the second order as in Chen & Guestrin 2016). Few, slow and held back: cases are few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS, SLOWLY, HELD_BACK = 40, 0.1, 3.0
THINNEST = 0.6
"""Leaves hold at least so much of sum p (1 - p): some two or three cases."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Hold trees [trees]: the column asked first, on each side of it the one asked next, and what each end adds.

    first int [trees];  then int [trees, 2], without and with the first;  adds [trees, 2, 2], of each end
    """

    alpha: float
    first: NDArray[np.int64]
    then: NDArray[np.int64]
    adds: NDArray[np.float64]

    def log_odds(self, X: NDArray) -> NDArray[np.float64]:
        """Return eta for rows X [rows, columns] of zeros and ones."""
        asked = X > 0.5
        eta = np.full(len(X), self.alpha)
        rows = np.arange(len(X))
        for first, then, adds in zip(self.first, self.then, self.adds, strict=True):
            side = asked[:, first].astype(int)
            eta += adds[side, asked[rows, then[side]].astype(int)]
        return eta


def fit_pairs(X: NDArray, y: NDArray, weight: NDArray) -> Pairs:
    """Fit y [rows] (1 or 0) to X [rows, columns] of zeros and ones; each row counts `weight`.

    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 20)
    >>> either = (X.sum(1) == 1).astype(float)
    >>> model = fit_pairs(X, either, np.ones(80))
    >>> (model.log_odds(np.array([[1, 0], [1, 1]])) > 0).tolist()
    [True, False]
    """
    won = float(weight @ y)
    alpha = float(np.log((won + 0.5) / (weight.sum() - won + 0.5)))
    eta, Z = np.full(len(y), alpha), X.astype(float)
    trees: list[tuple[int, list[int], list[NDArray]]] = []
    for _ in range(ROUNDS if Z.shape[1] else 0):
        p = 1 / (1 + np.exp(-eta))
        r, h = weight * (y - p), weight * p * (1 - p)
        tree, move = _tree(Z, r, h)
        eta = eta + move
        trees.append(tree)
    first = np.array([tree[0] for tree in trees], int)
    then = np.array([tree[1] for tree in trees], int).reshape(-1, 2)
    return Pairs(alpha, first, then, np.array([tree[2] for tree in trees], float).reshape(-1, 2, 2))


def _tree(Z: NDArray, r: NDArray, h: NDArray) -> tuple[tuple[int, list[int], list[NDArray]], NDArray]:
    """Return a tree, and what it adds to each row."""
    first = _best(Z, r, h)
    move, then, adds = np.zeros(len(r)), [], []
    for side in (0, 1):
        here = Z[:, first] == side
        second = _best(Z[here], r[here], h[here])
        ends = Z[here, second].astype(int)
        sums = np.bincount(ends, r[here], 2), np.bincount(ends, h[here], 2)
        v = SLOWLY * sums[0] / (sums[1] + HELD_BACK)
        move[here] = v[ends]
        then.append(second)
        adds.append(v)
    return (first, then, adds), move


def _best(Z: NDArray, r: NDArray, h: NDArray) -> int:
    """Return the column that parts rows best; the first of those alike, rounding aside."""
    with_r, with_h = r @ Z, h @ Z
    without_r, without_h = r.sum() - with_r, h.sum() - with_h
    gain = with_r**2 / (with_h + HELD_BACK) + without_r**2 / (without_h + HELD_BACK)
    return int(np.where((with_h < THINNEST) | (without_h < THINNEST), -1.0, gain).round(9).argmax())
