"""Tell whether answers move the odds: what people know, or say they do not, against how it ended.

An answer is a category; "not known" is an answer of its own, for not knowing tells something. The odds follow

    logit P(won) = w eta(x) + (1 - w) logit b,   eta = alpha + sum over answers of beta_(question, answer)

with b the share that is won, eta a logistic regression with a ridge (`ridge.py`), and w how far it is trusted.
Both are chosen on cases that were not fitted:

    lambda   of 1, 3, 10 … 1000: the least loss over five folds plus (log10 lambda - 1)^2 / (2 sd^2), a prior around 10
    w        of 0, 0.1 … 1: the smallest whose loss is within half a standard error of the least (paired, by group)

Cases of one group stay in one fold: where a source holds the same case twice, a twin in the other half would make
memory look like knowledge (`twins`). With few cases, or with answers that say nothing, w is 0 and the
odds are the base rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.engine.ridge import Ridge, fit_ridge

NOT_KNOWN = ""
LAMBDAS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
WEIGHTS = np.linspace(0, 1, 11)
FOLDS = 5
USUAL, SPREAD = 1.0, 0.25
"""log10 of the strength that was best at every size tried, and how far around it others are believed."""

CAUTION = 0.5

FEWEST = 8
"""With fewer cases of either end nothing is claimed."""


@dataclass(frozen=True)
class Effect:
    """Hold what one answer does to the odds: a factor beside the same case without it, and how often it was given.

    won, lost  cases with this answer; `factor` is exp(w beta): 2 doubles the odds
    """

    question: str
    answer: str
    factor: float
    won: int
    lost: int


@dataclass(frozen=True, eq=False)
class Signals:
    """Hold what was learnt of answers.

    questions  names of the columns; levels [questions] the answers known of each, in order
    weight     w: 0 says that nothing was earned and the base rate stands
    gained     mean log loss saved by case, on cases not fitted, against the base rate
    """

    questions: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    base: float
    weight: float
    penalty: float
    gained: float
    ridge: Ridge | None
    counts: NDArray[np.int64]

    def chance(self, answers: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """Return P(won) of cases [cases] by their answers [cases][questions]; an unseen answer adds nothing."""
        base = np.full(len(answers), self.base)
        if self.ridge is None or not self.weight or not len(answers):
            return base
        eta = _logit(self.ridge.chance(one_hot(answers, self.levels)))
        return _expit(self.weight * eta + (1 - self.weight) * _logit(base))

    @property
    def effects(self) -> list[Effect]:
        """Return each answer's effect on the odds, the strongest first."""
        names = [(q, a) for q, levels in zip(self.questions, self.levels, strict=True) for a in levels]
        beta = np.zeros(len(names)) if self.ridge is None else self.ridge.beta / self.ridge.spread
        factors = np.exp(self.weight * beta)
        found = [
            Effect(q, a, float(f), int(won), int(lost))
            for (q, a), f, (won, lost) in zip(names, factors, self.counts, strict=True)
        ]
        return sorted(found, key=lambda e: (-abs(np.log(e.factor)), e.question, e.answer))


def learn_signals(
    questions: Sequence[str],
    answers: Sequence[Sequence[str]],
    won: ArrayLike,
    *,
    groups: ArrayLike | None = None,
    seed: int = 0,
) -> Signals:
    """Learn what answers [cases][questions] tell of ends won [cases] (1 or 0).

    groups  whole numbers [cases]: cases that are not to be parted, such as `twins`; none = each stands alone

    Order of cases does not matter, nor does the seed much: it only deals groups to folds. Raises ValueError
    where shapes do not fit.

    >>> rows = [["yes"], ["no"]] * 60
    >>> model = learn_signals(["budget"], rows, [1, 0] * 60)
    >>> bool(model.chance([["yes"]])[0] > 0.7), bool(model.chance([["no"]])[0] < 0.3)
    (True, True)
    """
    y = np.asarray(won, np.float64)
    if len(answers) != len(y) or any(len(row) != len(questions) for row in answers):
        raise ValueError("answers: one row a case and one answer a question are needed.")
    levels = tuple(tuple(sorted({row[q] for row in answers})) for q in range(len(questions)))
    base = float((y.sum() + 0.5) / (len(y) + 1))
    X = one_hot(answers, levels)
    counts = np.column_stack([X.T @ y, X.T @ (1 - y)]).round().astype(np.int64)
    nothing = Signals(tuple(questions), levels, base, 0.0, 10.0, 0.0, None, counts)
    if min(y.sum(), len(y) - y.sum()) < FEWEST:
        return nothing
    together = np.arange(len(y)) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    penalty, eta, b = _choose_penalty(X, y, deal(together, FOLDS, seed))
    weight, gained = _choose_weight(eta, b, y, together)
    if not weight:
        return nothing
    return Signals(tuple(questions), levels, base, weight, penalty, gained, _fit(X, y, penalty), counts)


def one_hot(answers: Sequence[Sequence[str]], levels: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    """Return one column a known answer [cases, answers]; an unseen answer has none."""
    place, starts = [], np.cumsum([0, *(len(each) for each in levels)])
    for start, told in zip(starts, levels, strict=False):
        place.append({answer: int(start) + n for n, answer in enumerate(told)})
    X = np.zeros((len(answers), int(starts[-1])))
    for i, row in enumerate(answers):
        for known, answer in zip(place, row, strict=True):
            if answer in known:
                X[i, known[answer]] = 1
    return X


def twins(answers: Sequence[Sequence[str]]) -> NDArray[np.int64]:
    """Number cases so that those alike in every answer share a number [cases].

    >>> twins([["a", "x"], ["b", "x"], ["a", "x"]]).tolist()
    [0, 1, 0]
    """
    seen: dict[tuple[str, ...], int] = {}
    return np.array([seen.setdefault(tuple(row), len(seen)) for row in answers], dtype=np.int64)


def deal(groups: NDArray[np.int64], folds: int, seed: int) -> NDArray[np.int64]:
    """Deal whole groups to folds of about the same number of cases [cases]."""
    sizes = np.bincount(groups)
    order = np.random.default_rng(seed).permutation(len(sizes))
    held, fold_of = np.zeros(folds), np.zeros(len(sizes), np.int64)
    for group in order[np.argsort(-sizes[order], kind="stable")]:
        fold_of[group] = held.argmin()
        held[fold_of[group]] += sizes[group]
    return fold_of[groups]


def _choose_penalty(X: NDArray, y: NDArray, folds: NDArray) -> tuple[float, NDArray, NDArray]:
    """Return lambda, and for each case eta and b as learnt from the other folds."""
    b = np.zeros(len(y))
    etas = np.zeros((len(LAMBDAS), len(y)))
    for fold in range(FOLDS):
        out = folds == fold
        b[out] = (y[~out].sum() + 0.5) / ((~out).sum() + 1)
        for n, penalty in enumerate(LAMBDAS):
            etas[n, out] = _logit(_fit(X[~out], y[~out], penalty).chance(X[out]))
    loss = np.array([log_loss(_expit(eta), y).sum() for eta in etas])
    prior = (np.log10(LAMBDAS) - USUAL) ** 2 / (2 * SPREAD**2)
    best = int(np.argmin(loss + prior))
    return LAMBDAS[best], etas[best], b


def _choose_weight(eta: NDArray, b: NDArray, y: NDArray, groups: NDArray) -> tuple[float, float]:
    """Return w, and what it saves by case against the base rate."""
    loss = np.stack([log_loss(_expit(w * eta + (1 - w) * _logit(b)), y) for w in WEIGHTS])
    best = int(loss.sum(1).argmin())
    for n, each in enumerate(loss[: best + 1]):
        difference = np.bincount(groups, each - loss[best])
        error = np.sqrt(len(difference) * difference.var())
        if difference.sum() <= CAUTION * error:
            return float(WEIGHTS[n]), float((loss[0] - each).mean())
    return float(WEIGHTS[best]), float((loss[0] - loss[best]).mean())


def _fit(X: NDArray, y: NDArray, penalty: float) -> Ridge:
    return fit_ridge(X, y, penalty, standardise=False)


def log_loss(p: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
    """Return -ln of the chance given to what happened, of each case."""
    p = np.clip(np.asarray(p, np.float64), 1e-9, 1 - 1e-9)
    return -np.where(np.asarray(y) > 0.5, np.log(p), np.log1p(-p))


def _logit(p: ArrayLike) -> NDArray[np.float64]:
    p = np.clip(np.asarray(p, np.float64), 1e-9, 1 - 1e-9)
    return np.log(p) - np.log1p(-p)


def _expit(x: NDArray) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))
