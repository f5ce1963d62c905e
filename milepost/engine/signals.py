"""Tell whether answers move the odds: what people know, or say they do not, against how it ended.

An answer is a category; "not known" is an answer of its own, for not knowing tells something. Several ways to
learn are mixed, and none is believed whole:

    logit P(won) = sum_m w_m logit p_m,   sum_m w_m = 1
    p_0          b, the share that is won: w_0 is never below 0.05
    p_lambda     logistic regression with a ridge (`ridge.py`), lambda of 5, 10, 20, 50, 200
    p_pairs      small trees over two answers each (`pairs.py`)

    w_m          mean over 200 draws z ~ Dirichlet(1, ..., 1) of softmax_m(ln prior_m - G sum_g z_g loss_gm)

with loss_gm the log loss of case g when it was not learnt from, in five folds, G the number of cases and z a Bayesian
bootstrap: the less sure it is which way is the best, the more evenly they are mixed (pseudo-BMA+: Yao, Vehtari,
Simpson & Gelman 2018, *Using stacking to average Bayesian predictive distributions*). The prior leans to lambda = 10.

A case that stands in the source several times counts once (`twins`): nine rows of one deal are not nine deals. It stays
in one fold, for a twin on the other side would make memory look like knowledge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.engine.pairs import Pairs, fit_pairs
from milepost.engine.ridge import Ridge, fit_ridge

NOT_KNOWN = ""
LAMBDAS = (5.0, 10.0, 20.0, 50.0, 200.0)
USUAL, SPREAD = 1.0, 0.5
"""log10 of the strength that is expected, and how far around it others are."""

FOLDS, DRAWS = 5, 200
RESERVED = 0.05
"""What always stays with the share that is won."""

FEWEST = 8
"""With fewer cases of either end nothing is claimed."""

LOOKED_AT = 400
"""An answer's effect is a mean over so many cases at most."""

Model = Ridge | Pairs


@dataclass(frozen=True)
class Effect:
    """Hold what one answer does to the odds of the same cases, beside the answers they gave.

    won, lost  cases with this answer; `factor` 2 doubles the odds
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
    base       b
    models     what was learnt, each with its w; what is missing to 1 is the base rate's
    gained     mean log loss saved by case, on cases not learnt from, against the base rate
    effects    of each answer, the strongest first
    """

    questions: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    base: float
    models: tuple[tuple[float, Model], ...]
    gained: float
    effects: tuple[Effect, ...]

    @property
    def weight(self) -> float:
        """Return how far answers are trusted: 0 says that the base rate stands."""
        return float(sum(w for w, _model in self.models))

    def chance(self, answers: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """Return P(won) of cases [cases] by their answers [cases][questions]; an unseen answer adds nothing."""
        return _expit(_mixed(self.models, self.base, one_hot(answers, self.levels)))


def learn_signals(
    questions: Sequence[str],
    answers: Sequence[Sequence[str]],
    won: ArrayLike,
    *,
    groups: ArrayLike | None = None,
    seed: int = 0,
) -> Signals:
    """Learn what answers [cases][questions] tell of ends won [cases] (1 or 0).

    groups  whole numbers [cases]: rows that are one case told again, such as `twins`; they are never parted and
            count as one together. None = each row is a case

    Order of cases does not matter, nor does the seed much: it deals cases to folds and draws z. Raises ValueError
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
    models: tuple[tuple[float, Model], ...] = ()
    gained = 0.0
    if min(y.sum(), len(y) - y.sum()) >= FEWEST:
        together = np.arange(len(y)) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
        u = 1 / np.bincount(together)[together]
        weights, gained = _weigh(_left_out(X, y, u, deal(together, FOLDS, seed)), y, together, seed)
        models = tuple((float(w), model) for w, model in zip(weights, _fit(X, y, u), strict=True))
    return Signals(tuple(questions), levels, base, models, gained, _effects(questions, levels, models, base, X, y))


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


def _fit(X: NDArray, y: NDArray, u: NDArray) -> list[Model]:
    ridges = [fit_ridge(X, y, penalty, standardise=False, weight=u) for penalty in LAMBDAS]
    return [*ridges, fit_pairs(X, y, u)]


def _left_out(X: NDArray, y: NDArray, u: NDArray, folds: NDArray) -> NDArray[np.float64]:
    """Return each case's log-odds as learnt from the other folds [models, cases], the base rate's first."""
    etas = np.zeros((len(LAMBDAS) + 2, len(y)))
    for fold in range(FOLDS):
        out = folds == fold
        etas[0, out] = _logit((u[~out] @ y[~out] + 0.5) / (u[~out].sum() + 1))
        for n, model in enumerate(_fit(X[~out], y[~out], u[~out]), start=1):
            etas[n, out] = model.log_odds(X[out])
    return etas


def _weigh(etas: NDArray, y: NDArray, groups: NDArray, seed: int) -> tuple[NDArray[np.float64], float]:
    """Return w of each model but the base rate, and what they save by case against it."""
    sizes = np.bincount(groups)
    loss = np.stack([np.bincount(groups, log_loss(_expit(eta), y)) / sizes for eta in etas])
    z = np.random.default_rng([seed, 1]).dirichlet(np.ones(len(sizes)), DRAWS)
    leaning = -((np.log10(LAMBDAS) - USUAL) ** 2) / (2 * SPREAD**2)
    evidence = np.concatenate([[0], leaning, [0]]) - len(sizes) * z @ loss.T
    shares = np.exp(evidence - evidence.max(1, keepdims=True))
    w = (1 - RESERVED) * (shares / shares.sum(1, keepdims=True)).mean(0)
    w[0] += RESERVED
    mixed = log_loss(_expit(w @ etas), y)
    return w[1:], float((log_loss(_expit(etas[0]), y) - mixed).mean())


def _mixed(models: Sequence[tuple[float, Model]], base: float, X: NDArray) -> NDArray[np.float64]:
    """Return the log-odds of rows X."""
    eta = np.full(len(X), (1 - sum(w for w, _model in models)) * _logit(base))
    for w, model in models:
        eta = eta + w * model.log_odds(X)
    return eta


def _effects(
    questions: Sequence[str], levels: Sequence[Sequence[str]], models: Sequence, base: float, X: NDArray, y: NDArray
) -> tuple[Effect, ...]:
    """Give every case each answer in turn, and look what that does to its odds."""
    counts = np.column_stack([X.T @ y, X.T @ (1 - y)]).round().astype(int)
    some = X[np.linspace(0, len(X) - 1, min(len(X), LOOKED_AT)).astype(int)]
    usual, found, start = _mixed(models, base, some), [], 0
    for question, known in zip(questions, levels, strict=True):
        for n, answer in enumerate(known):
            given = some.copy()
            given[:, start : start + len(known)] = np.arange(len(known)) == n
            factor = float(np.exp((_mixed(models, base, given) - usual).mean()))
            found.append(Effect(question, answer, factor, *counts[start + n].tolist()))
        start += len(known)
    return tuple(sorted(found, key=lambda e: (-abs(np.log(e.factor)), e.question, e.answer)))


def log_loss(p: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
    """Return -ln of the chance given to what happened, of each case."""
    p = np.clip(np.asarray(p, np.float64), 1e-9, 1 - 1e-9)
    return -np.where(np.asarray(y) > 0.5, np.log(p), np.log1p(-p))


def _logit(p: ArrayLike) -> NDArray[np.float64]:
    p = np.clip(np.asarray(p, np.float64), 1e-9, 1 - 1e-9)
    return np.log(p) - np.log1p(-p)


def _expit(x: NDArray) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))
