"""Learn by how much answers move log odds beside the chain: each in the direction in which it does so alone.

    alone     b_q   minimises sum_i u_i [ln(1 + e^eta_i) - y_i eta_i] + lambda/2 |b_q|^2,
                    eta_i = logit p_chain,i + alpha + x_iq'b_q
    together  theta minimises sum_i u_i [ln(1 + e^eta_i) - y_i eta_i] + nu sum_q theta_q,  0 <= theta_q <= 1,
                    eta_i = logit p_chain,i + a + sum_q theta_q s_iq
    s_iq      what b_q, learnt from the other four of five runs of ends, says of row i

x_q has one column for each answer to question q ("not known" has its own); or those of how things stand: the step, and
within each step ln(1 + days in it) and ln(1 + days in all). u_i = 1 / rows of its opportunity. alpha and a take the
level of what has ended, and are not used.

Answers that say the same share what they say, and none turns against the others: what speaks for an opportunity alone
never speaks against it beside others, nor for it further than alone. theta is judged on rows that b was not learnt
from, and has a price nu, so that of what is luck hardly anything is left (stacking with non-negative weights: Breiman
1996, *Stacked regressions*; of single columns, with a price: Chatterjee, Hastie & Tibshirani 2025,
*Univariate-guided sparse regression*). The covariance of theta is that of its curve with a prior of N(0, 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.engine.corrections import expit, level, logit
from milepost.engine.ridge import fit_ridge

PENALTY, PRICE = 5.0, 4.0
RUNS = 5


@dataclass(frozen=True, eq=False)
class Past:
    """Hold rows, one a past day of an opportunity that has ended [rows].

    chain    the chance that the chain gave that day, without seeing on
    answers  [rows][questions]
    step     index of the step it was in, -1 for one of no concern;  ages  days in the step and in all [rows, 2]
    won      1 or 0;  day  the row's day;  closed  the day it ended;  case  which opportunity, whole numbers
    matured  the day by which four in five of those open on the row's day had ended
    """

    chain: NDArray[np.float64]
    answers: Sequence[Sequence[str]]
    step: NDArray[np.int64]
    ages: NDArray[np.float64]
    won: NDArray[np.float64]
    day: NDArray[np.int64]
    closed: NDArray[np.int64]
    case: NDArray[np.int64]
    matured: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.won)


@dataclass(frozen=True, eq=False)
class Alone:
    """Hold what each answer says alone [answers], its variance, and what states say [steps x 3]."""

    answers: NDArray[np.float64]
    variance: NDArray[np.float64]
    states: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Learnt:
    """Hold what was learnt from some rows.

    alone  what each says alone;  mean  of what it says on these rows [questions, and states last]
    theta  how much of it counts together [same], 0 for what the challenger does not look at
    cov    covariance of theta [same, same];  level  c
    """

    alone: Alone
    mean: NDArray[np.float64]
    theta: NDArray[np.float64]
    cov: NDArray[np.float64]
    level: float


class Table:
    """Keep rows as columns: which answer was given to each question, and states."""

    def __init__(self, questions: Sequence[str], steps: Sequence[str], past: Past) -> None:
        self.questions, self.steps, self.past = questions, steps, past
        self.base, self.once = logit(past.chain), _once(past.case)
        self.levels = [sorted({row[q] for row in past.answers}) for q in range(len(questions))]
        self.starts = np.cumsum([0, *map(len, self.levels)]).tolist()
        self.column = self._columns()
        old = np.log1p(np.maximum(past.ages, 0))
        mean = self.once @ old / self.once.sum()
        spread = np.sqrt(self.once @ (old - mean) ** 2 / self.once.sum())
        self.usual = (mean, np.where(spread > 1e-9, spread, 1.0))
        plain = np.column_stack([np.ones(len(past)), (old - mean) / self.usual[1]])
        step = np.eye(len(steps) + 1)[past.step][:, :-1]
        self.states = (step[:, :, None] * plain[:, None, :]).reshape(len(past), -1)

    def _columns(self) -> NDArray[np.int64]:
        """Return the place of each answer among all answers to all questions [rows, questions]."""
        place = [
            {answer: n for n, answer in enumerate(known, start)}
            for known, start in zip(self.levels, self.starts, strict=False)
        ]
        told = [[at[answer] for at, answer in zip(place, row, strict=True)] for row in self.past.answers]
        return np.array(told, np.int64).reshape(len(self.past), len(self.questions))

    def says(self, alone: Alone, rows: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return what each question, and states last, say of some rows [rows, questions + 1]."""
        return np.column_stack([alone.answers[self.column[rows]], self.states[rows] @ alone.states])

    def alone(self, rows: NDArray[np.bool_]) -> Alone:
        """Learn from some rows what each question says alone, by Newton's steps; one answer hangs on no other."""
        base, y, u, column = self.base[rows], self.past.won[rows], self.once[rows], self.column[rows]
        target = u.sum() * (u @ y + 0.5) / (u.sum() + 1)
        base = (base + level(target, base, u))[:, None]
        b, curve = np.zeros(self.starts[-1]), np.ones(self.starts[-1])
        for _ in range(25 if b.size else 0):
            p = expit(base + b[column])
            slope = self._sums(column, u[:, None] * (y[:, None] - p)) - PENALTY * b
            curve = self._sums(column, u[:, None] * p * (1 - p)) + PENALTY
            move = np.clip(slope / curve, -1, 1)
            b = b + move
            if np.abs(move).max() < 1e-8:
                break
        states = fit_ridge(self.states[rows], y, PENALTY, standardise=False, weight=u, offset=self.base[rows]).beta
        return Alone(b, 1 / curve, states)

    def _sums(self, column: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(column.ravel(), values.ravel(), self.starts[-1]).astype(np.float64)

    def learn(self, rows: NDArray[np.bool_], looks: Sequence[tuple[bool, bool]]) -> list[Learnt]:
        """Learn from some rows, for each challenger that `looks` at answers, at states, or at both."""
        alone, held = self.alone(rows), self._held_out(rows)
        y, u, base = self.past.won[rows], self.once[rows], self.base[rows]
        said, found = self.says(alone, rows), []
        mean = u @ said / u.sum()
        for answers, states in looks:
            seen = np.append(np.full(len(self.questions), answers), states)
            theta, cov = _together(held - u @ held / u.sum(), base, y, u, seen)
            c = level(float(u @ expit(base)), base + (said - mean) @ theta, u)
            found.append(Learnt(alone, mean, theta, cov, c))
        return found

    def shifts(self, learnt: Learnt, rows: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return by how many log odds some rows move."""
        return learnt.level + (self.says(learnt.alone, rows) - learnt.mean) @ learnt.theta

    def _held_out(self, rows: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return what each says of some rows, where it was learnt from the other runs of ends."""
        closed = self.past.closed
        edges = np.quantile(closed[rows], np.arange(1, RUNS) / RUNS)
        run, said = np.searchsorted(edges, closed), np.zeros((len(closed), len(self.questions) + 1))
        for each in range(RUNS):
            out = rows & (run == each)
            if out.any():
                said[out] = self.says(self.alone(rows & ~out), out)
        return said[rows]


def _together(
    S: NDArray, base: NDArray, y: NDArray, u: NDArray, seen: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return theta of what is seen of the columns S [rows, columns], 0 of all others, and its covariance."""
    from scipy.optimize import minimize

    X = np.column_stack([np.ones(len(y)), S[:, seen]])
    price = np.append(0.0, np.full(seen.sum(), PRICE))

    def value(t: NDArray) -> tuple[float, NDArray]:
        eta = base + X @ t
        loss = u @ (np.logaddexp(0, eta) - y * eta) + price @ t
        return float(loss), X.T @ (u * (expit(eta) - y)) + price

    start, bounds = np.append(0.0, np.full(seen.sum(), 0.5)), [(None, None), *[(0.0, 1.0)] * int(seen.sum())]
    t = minimize(value, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"ftol": 1e-13, "gtol": 1e-9}).x
    p = expit(base + X @ t)
    curve = (X * (u * p * (1 - p))[:, None]).T @ X + np.eye(X.shape[1])
    theta, cov = np.zeros(len(seen)), np.zeros((len(seen), len(seen)))
    counts = np.flatnonzero(t[1:] > 0)
    free = np.append(0, counts + 1)
    places = np.flatnonzero(seen)[counts]
    theta[places] = t[1:][counts]
    cov[np.ix_(places, places)] = np.linalg.inv(curve[np.ix_(free, free)])[1:, 1:]
    return theta, cov


def _once(case: NDArray) -> NDArray[np.float64]:
    """Return what each row counts, so that an opportunity counts once."""
    _cases, place, rows = np.unique(case, return_inverse=True, return_counts=True)
    return 1 / rows[place]
