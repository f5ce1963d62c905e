"""Try whether what is known of opportunities would have foretold their ends, beyond their steps and ages.

Rows are past days of opportunities that have ended. Two models forecast the same later rows: one knows step and ages,
the other answers too (`one_hot`). In time order: for each of four days, they learn from opportunities that had ended
before it and are tried on rows between it and the next one. An opportunity counts once, however many rows it has.
Answers have earned it where they save more log loss per opportunity than twice the standard error of that saving.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.engine.ridge import Ridge, fit_ridge
from milepost.engine.signals import Effect, log_loss, one_hot

PENALTY = 10.0
CUTS = (0.4, 0.55, 0.7, 0.85)
FEWEST = 100


@dataclass(frozen=True, eq=False)
class Past:
    """Hold rows, one a past day of an opportunity that has ended [rows].

    plain    what is known without answers, as numbers [rows, columns];  answers [rows][questions]
    won      1 or 0;  day  the row's day;  closed  the day it ended;  case  which opportunity, whole numbers
    """

    plain: NDArray[np.float64]
    answers: Sequence[Sequence[str]]
    won: NDArray[np.float64]
    day: NDArray[np.int64]
    closed: NDArray[np.int64]
    case: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.won)


@dataclass(frozen=True)
class Tried:
    """Hold how it went: mean log loss by opportunity without and with answers, on `cases` not learnt from.

    error    standard error of the saving;  effects  of each answer, learnt from all, the strongest first
    """

    cases: int
    without: float
    with_answers: float
    error: float
    effects: tuple[Effect, ...]

    @property
    def earned(self) -> bool:
        """Tell whether answers helped by more than chance explains easily; never with fewer than 100 cases."""
        return self.cases >= FEWEST and self.without - self.with_answers > 2 * self.error


def try_answers(questions: Sequence[str], past: Past) -> Tried | None:
    """Try answers on later days; None where no day could be tried: too little has ended."""
    if not len(past):
        return None
    levels = [sorted({row[q] for row in past.answers}) for q in range(len(questions))]
    answers = one_hot(past.answers, levels)
    once = _once(past.case)
    both = np.column_stack([_even(past.plain, once), answers])
    plain = both[:, : past.plain.shape[1]]
    losses = np.full((2, len(past)), np.nan)
    for learn, later in _splits(past):
        for n, X in enumerate((plain, both)):
            model = _fit(X, past.won, learn, once)
            losses[n, later] = log_loss(model.chance(X[later]), past.won[later])
    tried = ~np.isnan(losses[0])
    if not tried.any():
        return None
    saved, without, used = _by_case(losses[:, tried], past.case[tried])
    error = float(saved.std(ddof=1) / np.sqrt(len(saved))) if len(saved) > 1 else float("inf")
    effects = _effects(questions, levels, _fit(both, past.won, np.ones(len(past), bool), once), answers, past.won, once)
    return Tried(len(saved), float(without.mean()), float(used.mean()), error, effects)


def _splits(past: Past) -> list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Return what is learnt from and what is tried, for each day that has both kinds of end before it."""
    days = np.quantile(past.closed, CUTS).round().astype(int)
    found = []
    for day, following in zip(days, [*days[1:], np.iinfo(np.int64).max], strict=True):
        learn, later = past.closed < day, (past.day >= day) & (past.day < following)
        if later.any() and 0 < past.won[learn].sum() < learn.sum():
            found.append((learn, later))
    return found


def _fit(X: NDArray, y: NDArray, which: NDArray, once: NDArray) -> Ridge:
    return fit_ridge(X[which], y[which], PENALTY, standardise=False, weight=once[which])


def _once(case: NDArray) -> NDArray[np.float64]:
    """Return what each row counts, so that an opportunity counts once."""
    _cases, place, rows = np.unique(case, return_inverse=True, return_counts=True)
    return 1 / rows[place]


def _even(plain: NDArray, once: NDArray) -> NDArray[np.float64]:
    """Bring columns to one spread."""
    mean = once @ plain / once.sum()
    spread = np.sqrt(once @ (plain - mean) ** 2 / once.sum())
    return (plain - mean) / np.where(spread > 1e-12, spread, 1.0)


def _by_case(losses: NDArray, case: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """Return by opportunity the saving, and the mean loss without and with answers."""
    _cases, place, rows = np.unique(case, return_inverse=True, return_counts=True)
    without, used = (np.bincount(place, each) / rows for each in losses)
    return without - used, without, used


def _effects(
    questions: Sequence[str], levels: Sequence[Sequence[str]], model: Ridge, answers: NDArray, y: NDArray, once: NDArray
) -> tuple[Effect, ...]:
    """Return what each answer does to the odds, beside the mean of its question's answers."""
    beta = model.beta[len(model.beta) - answers.shape[1] :]
    shares = once @ answers / max(once.sum(), 1e-12)
    names = [(q, n, a) for q, known in enumerate(levels) for n, a in enumerate(known)]
    start = np.cumsum([0, *map(len, levels)])
    found = []
    for q, n, answer in names:
        own = slice(start[q], start[q + 1])
        factor = float(np.exp(beta[start[q] + n] - shares[own] @ beta[own]))
        won, lost = (float((once * answers[:, start[q] + n] * each).sum()) for each in (y, 1 - y))
        found.append(Effect(questions[q], answer, factor, round(won), round(lost)))
    return tuple(sorted(found, key=lambda e: (-abs(np.log(e.factor)), e.question, e.answer)))


def as_columns(step: Sequence[int], steps: int, ages: ArrayLike) -> NDArray[np.float64]:
    """Put steps [rows] and ages in days [rows, ages] into columns: one a step, and ln(1 + age).

    >>> as_columns([1, 0], 2, [[0.0], [1.0]]).round(2).tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 0.69]]
    """
    old = np.maximum(np.asarray(ages, float), 0)
    return np.column_stack([np.eye(steps)[np.asarray(step, int)], np.log1p(old)])
