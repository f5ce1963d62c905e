"""Score chances against what happened, and tell whether they come true.

p are chances, y is 1 where it happened and 0 where it did not; both [rows].

    log loss    - mean [y ln p + (1 - y) ln(1 - p)]                               Good 1952
    Brier       mean (p - y)^2                                                    Brier 1950
    AUC         chance that one that happened had the higher p than one that did not, ties half
    slope       b of logit P(y) = a + b logit p: 1 is right, below 1 over-confident, above 1 timid
    error       a of logit P(y) = a + logit p: 0 is right, below 0 too hopeful    Cox 1958
    ECE         mean |mean p - mean y| over ten equally large groups by p
    total       sum p / sum y - 1

`score` looks at all chances at once; a `Score` holds sums, so that those of many looks, people or periods are added.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

BOLDEST = 0.001
"""Sums keep chances this far from 0 and 1, so that one bold zero does not outweigh all else."""

TENTHS = 10
Z80 = 1.2815515655446004


@dataclass(frozen=True)
class Score:
    """Hold sums over n chances: squared errors, log losses, chances and wins. Sums of two sets are added.

    >>> both = Score.of([0.5, 0.5], [1, 0]) + Score.of([1.0], [1])
    >>> both.n, round(both.brier, 4), both.bias
    (3, 0.1667, 0.0)
    """

    n: float = 0
    squares: float = 0.0
    logs: float = 0.0
    said: float = 0.0
    won: float = 0.0

    @classmethod
    def of(cls, p: ArrayLike, y: ArrayLike, weight: ArrayLike | None = None) -> Score:
        """Score chances p [n] against what happened y [n], 1 where it did; `weight` [n] is 1 where none is given."""
        chance, came = np.asarray(p, float).reshape(-1), np.asarray(y, float).reshape(-1)
        if chance.shape != came.shape:
            raise ValueError("p, y: one of each is needed.")
        w = np.ones(len(chance)) if weight is None else np.asarray(weight, float).reshape(-1)
        sums = (w * (chance - came) ** 2, w * losses(chance, came), w * chance, w * came)
        return cls(len(chance) if weight is None else float(w.sum()), *(float(each.sum()) for each in sums))

    def __add__(self, other: Score) -> Score:
        return Score(*(a + b for a, b in zip(self.parts, other.parts, strict=True)))

    @property
    def parts(self) -> tuple[float, float, float, float, float]:
        """Return what it is made of, to be stored."""
        return self.n, self.squares, self.logs, self.said, self.won

    @property
    def brier(self) -> float:
        return self.squares / self.n

    @property
    def log_loss(self) -> float:
        return self.logs / self.n

    @property
    def bias(self) -> float:
        """Return by how much too many wins were expected, as a share of n; below 0 = too few."""
        return (self.said - self.won) / self.n


def losses(p: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
    """Return each chance's log loss [n], kept from boldness.

    >>> losses([0.5, 0.0], [1, 1]).round(2).tolist()
    [0.69, 6.91]
    """
    bold = np.clip(np.asarray(p, float), BOLDEST, 1 - BOLDEST)
    return -np.where(np.asarray(y) > 0, np.log(bold), np.log1p(-bold))


@dataclass(frozen=True)
class Bin:
    """Hold chances of about one size: how many, their sum, and how many came in."""

    n: float
    said: float
    won: float

    @property
    def expected(self) -> float:
        """Return the mean chance."""
        return self.said / self.n

    @property
    def happened(self) -> float:
        """Return the share that came in."""
        return self.won / self.n

    @property
    def limits(self) -> tuple[float, float]:
        """Return the 80 % interval of that share."""
        return wilson(self.won, self.n)


def wilson(won: float, n: float) -> tuple[float, float]:
    """Return the 80 % interval of a share (Wilson 1927).

    >>> [round(limit, 2) for limit in wilson(5, 10)]
    [0.31, 0.69]
    """
    z2, share = Z80 * Z80, won / n
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    inner = share * (1 - share) / n + z2 / (4 * n * n)
    half = Z80 / (1 + z2 / n) * float(np.sqrt(max(inner, 0.0)))
    return max(0.0, middle - half), min(1.0, middle + half)


def tenths(p: ArrayLike, y: ArrayLike, weight: ArrayLike | None = None) -> list[Bin]:
    """Sort chances into ten bins of equal width; every chance is in one, and a bin may be empty.

    >>> [each.n for each in tenths([0.05, 0.1, 1.0], [0, 1, 1])]
    [1, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    """
    chance, came = np.asarray(p, float).reshape(-1), np.asarray(y, float).reshape(-1)
    w = np.ones(len(chance)) if weight is None else np.asarray(weight, float).reshape(-1)
    place = np.clip((chance * TENTHS).astype(int), 0, TENTHS - 1)
    n, said, won = (np.bincount(place, each, TENTHS) for each in (w, w * chance, w * came))
    if weight is None:
        return [Bin(round(float(a)), float(b), round(float(c))) for a, b, c in zip(n, said, won, strict=True)]
    return [Bin(float(a), float(b), float(c)) for a, b, c in zip(n, said, won, strict=True)]


def added(bins: Iterable[Sequence[Bin]]) -> list[Bin]:
    """Add up the tenths of many looks, tenth by tenth."""
    sums = [Bin(0, 0.0, 0)] * TENTHS
    for each in bins:
        sums = [Bin(a.n + b.n, a.said + b.said, a.won + b.won) for a, b in zip(sums, each, strict=True)]
    return sums


def groups(p: NDArray, y: NDArray, count: int = TENTHS) -> list[Bin]:
    """Cut chances into groups of the same size, from the lowest to the highest."""
    order = np.argsort(p, kind="stable")
    parts = [part for part in np.array_split(order, count) if len(part)]
    return [Bin(len(part), float(p[part].sum()), float(y[part].sum())) for part in parts]


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
    alike = groups(p, y)
    return Scores(
        rows=len(p),
        happened=int(y.sum()),
        log_loss=float(-np.mean(y * np.log(p) + (1 - y) * np.log1p(-p))),
        brier=float(np.mean((p - y) ** 2)),
        auc=auc(p, y),
        slope=b,
        error=a,
        ece=float(np.average([abs(g.expected - g.happened) for g in alike], weights=[g.n for g in alike])),
        total=float(p.sum() / y.sum() - 1) if y.any() else float("nan"),
    )


def auc(p: NDArray, y: NDArray) -> float:
    """Return the area under the ROC curve, from ranks (Mann & Whitney 1947); nan with one kind of answer."""
    ones = y.sum()
    zeros = len(y) - ones
    if not ones or not zeros:
        return float("nan")
    _values, place, ties = np.unique(p, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(ties) - (ties - 1) / 2)[place]
    return float((ranks[y == 1].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def calibration(p: NDArray, y: NDArray, weight: NDArray | None = None) -> tuple[float, float]:
    """Return the calibration error (slope fixed at 1) and the slope; nan with one kind of answer.

    y may be shares of rows that are groups, `weight` [rows] how many each stands for.
    """
    logit = np.log(p) - np.log1p(-p)
    w = np.ones(len(p)) if weight is None else weight
    if not 0 < (w * y).sum() < w.sum():
        return float("nan"), float("nan")
    error = _newton(np.ones((len(p), 1)), y, logit, w)[0]
    if np.ptp(logit) < 1e-9:
        return float(error), float("nan")
    line = np.column_stack([np.ones(len(p)), logit])
    return float(error), float(_newton(line, y, np.zeros(len(p)), w)[1])


def _newton(X: NDArray, y: NDArray, offset: NDArray, w: NDArray) -> NDArray[np.float64]:
    """Fit logit P(y) = offset + X beta. A trace of a penalty keeps separable answers finite."""
    beta = np.zeros(X.shape[1])
    for _ in range(50):
        q = 1 / (1 + np.exp(-np.clip(offset + X @ beta, -40, 40)))
        slope = X.T @ (w * (y - q)) - 1e-6 * beta
        curve = (X * (w * q * (1 - q))[:, None]).T @ X + 1e-6 * np.eye(len(beta))
        move = np.linalg.solve(curve, slope)
        beta = beta + np.clip(move, -5, 5)
        if np.abs(move).max() < 1e-10:
            break
    return beta
