"""Let what the chain does not look at challenge it, and find by how much that may correct it.

    logit p = logit p_chain + kappa (c + sum_q theta_q s_q)

What is known beside the steps says s_q, learnt as in `beside.py` from past days of opportunities that have ended, each
with the chance the chain would have given on that day, knowing no more.

    c      such that sum_i u_i p_i = sum_i u_i p_chain,i: the level stays the chain's
    kappa  on a grid of 0..1, least log loss of the rows that were tried: how far what is said held on later days
           (a shrinkage found by validation: van Houwelingen & le Cessie 1990)
    bold   no opportunity moves by more than `SEEN` of those that were tried

The trial goes in time order: for each of four days, a challenger learns from what had ended before it and is tried on
rows between it and the next one, against the chain alone. Rows are of days on which four in five of what was open
have ended (`matured`), as known at that time: before, the ended are only the quick ones. An opportunity counts once.
A challenger has earned it where it saves more log loss than `MARGIN` and `Z` standard errors of what it saves; three
are tried, so Z is what three together exceed by luck about one time in fifty. The first that has earned it is the
champion, and whoever comes after must beat it by as much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.engine.beside import Learnt, Past, Table
from milepost.engine.corrections import BOLDEST, STATES, Correction, expit
from milepost.engine.signals import Effect, log_loss

CUTS = (0.4, 0.55, 0.7, 0.85)
FEWEST = 100
Z, MARGIN = 2.4, 0.002
MATURE = 0.8
KAPPAS = np.linspace(0, 1, 21)
SEEN = 0.95
CHALLENGERS = {"answers": (True, False), "states": (False, True), "both": (True, True)}


@dataclass(frozen=True)
class Result:
    """Hold how one challenger did: its mean log loss by opportunity, what it saves, and that saving's error."""

    name: str
    loss: float
    saved: float
    error: float
    earned: bool


@dataclass(frozen=True)
class Tried:
    """Hold how it went: the chain's mean log loss on `cases` opportunities not learnt from, and each challenger's.

    chosen      the challenger that counts from now on; None where the chain stands alone
    correction  what it says, learnt from all; None without one
    effects     of each answer, learnt from all, the strongest first
    """

    cases: int
    chain: float
    results: tuple[Result, ...]
    chosen: Result | None
    correction: Correction | None
    effects: tuple[Effect, ...]


def try_corrections(questions: Sequence[str], steps: Sequence[str], past: Past) -> Tried | None:
    """Try all challengers on later days; None where no day could be tried: too little has ended.

    `questions` name the columns of answers, `steps` what `Past.step` points at. Order of rows does not matter.
    """
    splits = list(_splits(past))
    if not splits:
        return None
    table, looks = Table(questions, steps, past), list(CHALLENGERS.values())
    shifts = np.full((len(looks), len(past)), np.nan)
    for rows, later in splits:
        for n, learnt in enumerate(table.learn(rows, looks)):
            shifts[n, later] = table.shifts(learnt, later)
    tried = ~np.isnan(shifts[0])
    base, won, case = table.base[tried], past.won[tried], past.case[tried]
    chain, *others = [_by_case(base + by, won, case) for by in (0.0, *shifts[:, tried])]
    results = tuple(_result(name, chain, own) for name, own in zip(CHALLENGERS, others, strict=True))
    chosen, everything = _chosen(chain, others, results), np.ones(len(past), bool)
    whole = dict(zip(CHALLENGERS, table.learn(everything, looks), strict=True))
    correction = None
    if chosen:
        by = shifts[results.index(chosen), tried]
        correction = as_correction(table, whole[chosen.name], *held(base, by, won, case))
    return Tried(len(chain), float(chain.mean()), results, chosen, correction, _effects(table, whole["answers"]))


def held(base: NDArray, by: NDArray, won: NDArray, case: NDArray) -> tuple[float, float]:
    """Return how far what was said held on later days, and the most by which anybody may move."""
    losses = [_by_case(base + kappa * by, won, case).mean() for kappa in KAPPAS]
    kappa = float(KAPPAS[int(np.argmin(losses))])
    return kappa, min(BOLDEST, kappa * float(np.quantile(np.abs(by), SEEN)))


def as_correction(table: Table, learnt: Learnt, kappa: float = 1.0, bold: float = BOLDEST) -> Correction:
    """Return what corrects chances from now on: each answer beside its question's mean."""
    theta, alone = kappa * learnt.theta, learnt.alone
    answers, errors = {}, {}
    for question, known, own, share, mean in _each(table, learnt):
        if share:
            said = kappa * share * (alone.answers[own] - mean)
            answers[question] = dict(zip(known, said.tolist(), strict=True))
            errors[question] = dict(zip(known, (kappa * share * np.sqrt(alone.variance[own])).tolist(), strict=True))
    rest = (theta[-1] * alone.states).reshape(-1, 3) - theta[-1] * learnt.mean[-1] * np.array([1.0, 0, 0])
    states = {step: tuple(each) for step, each in zip(table.steps, rest.tolist(), strict=True)} if theta[-1] else {}
    counts = np.flatnonzero(theta)
    sure = (learnt.cov[np.ix_(counts, counts)] / np.outer(learnt.theta[counts], learnt.theta[counts])).tolist()
    return Correction(
        answers=answers,
        states=states,
        usual=tuple((float(m), float(s)) for m, s in zip(*table.usual, strict=True)),
        level=kappa * learnt.level,
        bold=bold,
        errors=errors,
        named=tuple([*table.questions, STATES][n] for n in counts),
        sure=tuple(map(tuple, sure)),
    )


def _each(table: Table, learnt: Learnt) -> Iterator[tuple[str, list[str], slice, float, float]]:
    """Yield each question: its answers and their places, how much of it counts, and the mean of what it says."""
    for q, (question, known) in enumerate(zip(table.questions, table.levels, strict=True)):
        own = slice(table.starts[q], table.starts[q + 1])
        yield question, known, own, float(learnt.theta[q]), float(learnt.mean[q])


def _effects(table: Table, learnt: Learnt) -> tuple[Effect, ...]:
    """Return what each answer does to the odds beside its question's mean, and how those who gave it ended."""
    columns, many, known = table.column.ravel(), len(table.questions), table.starts[-1]
    ends = [
        np.bincount(columns, np.repeat(table.once * won, many), known) for won in (table.past.won, 1 - table.past.won)
    ]
    counts, found = np.column_stack(ends).round().astype(int), []
    for question, answers, own, share, mean in _each(table, learnt):
        factors = np.exp(share * (learnt.alone.answers[own] - mean)).tolist()
        for answer, factor, (won, lost) in zip(answers, factors, counts[own].tolist(), strict=True):
            found.append(Effect(question, answer, factor, won, lost))
    return tuple(sorted(found, key=lambda e: (-abs(np.log(e.factor)), e.question, e.answer)))


def matured(begun: NDArray, ended: NDArray, days: NDArray) -> NDArray[np.int64]:
    """Return for each day when four in five of those open on it had ended; the last of all days where that is to come.

    begun, ended  ordinals of every opportunity; `ended` is the last of all days while it is open

    >>> far = np.iinfo(np.int64).max
    >>> matured(np.array([0, 0, 0, 0, 0]), np.array([10, 20, 30, 40, far]), np.array([5, 35])).tolist() == [40, far]
    True
    """
    far = np.iinfo(np.int64).max
    found = np.full(len(days), far)
    for n, day in enumerate(days):
        ends = np.sort(ended[(begun < day) & (ended >= day)])
        if len(ends):
            found[n] = ends[int(np.ceil(MATURE * len(ends))) - 1]
    return found


def _splits(past: Past) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Yield what is learnt from and what is tried, for each day that has both kinds of end before it."""
    if not len(past):
        return
    days = np.quantile(past.closed, CUTS).round().astype(int)
    for day, following in zip(days, [*days[1:], np.iinfo(np.int64).max], strict=True):
        learn = (past.closed < day) & (past.matured < day)
        later = (past.day >= day) & (past.day < following)
        if later.any() and 0 < past.won[learn].sum() < learn.sum():
            yield learn, later


def _result(name: str, chain: NDArray, own: NDArray) -> Result:
    saved = chain - own
    error = float(saved.std(ddof=1) / np.sqrt(len(saved))) if len(saved) > 1 else float("inf")
    gain = float(saved.mean())
    return Result(name, float(own.mean()), gain, error, len(saved) >= FEWEST and gain > max(Z * error, MARGIN))


def _chosen(champion: NDArray, others: Sequence[NDArray], results: Sequence[Result]) -> Result | None:
    """Let one after the other challenge whoever is champion, the chain first; return who is in the end."""
    best: Result | None = None
    for each, own in zip(results, others, strict=True):
        if each.earned and _result(each.name, champion, own).earned:
            best, champion = each, own
    return best


def _by_case(eta: NDArray, won: NDArray, case: NDArray) -> NDArray[np.float64]:
    """Return the mean log loss of each opportunity."""
    _cases, place, rows = np.unique(case, return_inverse=True, return_counts=True)
    return np.bincount(place, log_loss(expit(eta), won)) / rows
