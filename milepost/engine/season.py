"""At what pace steps move in each calendar month, learnt from the company's own past years.

Of every month c of every year y are known the moves D_yc (steps won) and how many E_yc there would have been at the
same pace all year: the days at risk in that month, open stays and all, each with the hazard lambda_k of its step at its
age,

    E_yc = sum over stays of Lambda_k(last age in the month) - Lambda_k(first),   sum E = sum D
    D_yc ~ Poisson(r_c u_yc E_yc),  u_yc ~ Gamma(1 / tau^2, 1 / tau^2),  log r_c ~ sigma t_3

(indirect standardization, Breslow & Day 1987, *Statistical Methods in Cancer Research II*, ch. 2; with the gamma the
counts are negative binomial, Clayton & Kaldor 1987, *Empirical Bayes estimates of age-standardized relative risks*).
sigma says how far months differ in every year alike, tau how far one year's month differs for no lasting reason. Both
are sampled from their marginal likelihood on a grid: where months do not come back alike, sigma is small and every
pace near 1. With less than two years of every month the two cannot be told apart, and there is no season.

The pace tells when, not whether: ahead of a day steps live through r_c days in a day of month c,

    days(e) = sum_{i<=e} r_c(day + i),   sum_c r_c E_c / sum_c E_c = 1 in every draw

and what is asked of a day of the calendar is answered for that many days of steps (accelerated time; Cox & Oakes 1984,
*Analysis of Survival Data*, ch. 5). Chances to win at all, and what lies behind, stay what they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import YEAR, Daily, ahead, by_bin
from milepost.engine.chain import HORIZON
from milepost.engine.history import LOST, WON, History
from milepost.engine.strengths import spread
from milepost.engine.worlds import own_stream

YEARS = 2
"""Every month must have been seen in so many years, each with a move to be expected at least."""

FEWEST = 1.0

SPREADS = 2.0 ** np.arange(-7, 1, 0.5)
"""What sigma and tau may be."""

BELIEF = (-3.0, 1.5)
"""What is believed of log2 sigma and log2 tau before: an eighth, a third or three times of it no surprise."""

TAIL = 3.0
"""Degrees of freedom of log r: one slow August is no reason to doubt it, and none to bend the other months."""

PACES = np.arange(np.log(0.05), np.log(5.0), 0.02)
"""What log r may be."""

EPOCH = int(np.datetime64("0001-01-01", "D").astype(int)) - 1
"""The day before day number 1, as numpy counts."""


FAR = 3_652_059
"""The day number of the last day of the year 9999."""


@dataclass(frozen=True, eq=False)
class Season:
    """Hold the pace of each calendar month, January first.

    pace      float32 [draws, 12]: days that steps live through in a day of the month
    moves     steps won in such months so far [12]
    expected  how many there would have been at the same pace all year [12]
    """

    pace: NDArray[np.float32]
    moves: NDArray[np.int64]
    expected: NDArray[np.float64]

    def to_json(self) -> dict[str, Any]:
        """Return what a page tells: each month's pace with P10 and P90, its moves, and those of an even year."""
        low, high = np.quantile(self.pace, (0.1, 0.9), axis=0)
        paces = np.stack([self.pace.mean(0), low, high], axis=1).round(3).tolist()
        return {"pace": paces, "moves": self.moves.tolist(), "expected": self.expected.round(1).tolist()}


class Ahead:
    """Tell how many days of steps pass ahead of a day; `passed` is [days, draws + 1], the mean world last."""

    def __init__(self, season: Season, day: int) -> None:
        paces = np.concatenate([season.pace, season.pace.mean(0, keepdims=True)]).astype(np.float64)
        self.passed = np.cumsum(paces.T[months(np.arange(day, day + HORIZON)) % 12], axis=0)

    def at(self, ends: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return which day of steps is over at the end of these days, 0 the first, in every draw [ends, draws]."""
        return np.minimum(self.passed[ends, :-1] - 1, HORIZON - 1)

    def wait(self, days: int) -> int:
        """Return the day of steps on which a day ahead ends in the mean world."""
        return max(0, int(self.passed[min(days, HORIZON - 1), -1] - 1)) if days else 0

    def by_date(self, cumulated: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what has come by the end of each day ahead, from what has by each day of steps [rows, HORIZON]."""
        at = np.minimum(self.passed[:, -1], HORIZON)
        whole = at.astype(int)
        padded = np.pad(cumulated, ((0, 0), (1, 1)), mode="edge")
        padded[:, 0] = 0
        return padded[:, whole] + (at - whole) * (padded[:, np.minimum(whole + 1, HORIZON)] - padded[:, whole])


def months(day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the month of day numbers, counted on from year to year; modulo 12, January is 0.

    >>> import datetime
    >>> int(months(np.array(datetime.date(2026, 8, 31).toordinal())) % 12)
    7
    """
    return (np.asarray(day, np.int64) + EPOCH).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def learn_season(
    history: History, pooled: Daily, bins: Sequence[NDArray], clocks: NDArray[np.int64], *, draws: int, seed: int
) -> Season | None:
    """Learn the pace of the months; None without the days of the history, or with less than two years of every month.

    `pooled` counts the same history by the same clocks, `bins` are each step's.
    """
    if history.day is None or not len(history):
        return None
    D, E = by_month(history, pooled, bins, clocks)
    if ((E >= FEWEST).sum(0) < YEARS).any():
        return None
    weights = E.sum(0) / E.sum()
    r = np.exp(_draw(D, E, spread(own_stream(seed, "season"), draws, 13)))
    pace = r / (r @ weights)[:, None]
    return Season(pace.astype(np.float32), D.sum(0).astype(np.int64), E.sum(0))


def by_month(
    history: History, pooled: Daily, bins: Sequence[NDArray], clocks: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Count D and E by month [years, 12]."""
    assert history.day is not None
    first = int(months(history.day.min(initial=FAR))) // 12 * 12
    last = max(first, int(months((history.day + history.days).max(initial=0))))
    cells = (last - first) // 12 * 12 + 12
    won = history.end == WON
    D = np.bincount(months((history.day + history.days)[won]) - first, minlength=cells).astype(float)
    E = _expected(history, _cumulated(pooled, bins), clocks, first, cells)
    if E.sum() > 0:  # with a half-life hazards are those of late, and the sums differ
        E *= D.sum() / E.sum()
    return D.reshape(-1, 12), E.reshape(-1, 12)


def _cumulated(pooled: Daily, bins: Sequence[NDArray]) -> NDArray[np.float64]:
    """Return Lambda, a step's hazards to be won, added up to each age [steps, 368]."""
    hazards = np.zeros((len(bins), YEAR + 1))
    for k, edges in enumerate(bins):
        D, N = by_bin(pooled.D[k, 0, :, 0], edges), by_bin(pooled.N[k, 0], edges)
        rate = np.divide(D, N, out=np.zeros(len(edges)), where=N > 0)
        hazards[k] = np.repeat(rate, np.diff(edges, append=YEAR + 1))
    return np.pad(np.cumsum(hazards, axis=1), ((0, 0), (1, 0)))


def _expected(
    history: History, cumulated: NDArray, clocks: NDArray[np.int64], first: int, cells: int
) -> NDArray[np.float64]:
    """Add up what was to be expected, month by month of each stay [months]."""
    assert history.day is not None
    none = np.zeros(len(history), np.int64)
    since = none if history.since is None else history.since
    born = history.day - ahead(none if history.before is None else history.before, clocks[history.step])
    step, at = history.step, history.day + since
    stop = history.day + history.days + np.isin(history.end, (WON, LOST))
    E = np.zeros(cells)
    while len(at):
        month = months(at)
        until = np.minimum(stop, _starts(month + 1))
        here = until > at
        grown = _at(cumulated, step, until - born) - _at(cumulated, step, at - born)
        E += np.bincount((month - first)[here], grown[here], cells)[:cells]
        on = until < stop
        step, born, at, stop = step[on], born[on], until[on], stop[on]
    return E


def _starts(month: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the day number on which months begin."""
    return month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - EPOCH


def _at(cumulated: NDArray, step: NDArray, age: NDArray) -> NDArray[np.float64]:
    """Return Lambda at these ages; beyond a year it grows by the same every day."""
    beyond = np.maximum(age - YEAR, 0) * (cumulated[step, YEAR + 1] - cumulated[step, YEAR])
    return cumulated[step, np.minimum(age, YEAR)] + beyond


def _draw(D: NDArray, E: NDArray, u: NDArray) -> NDArray[np.float64]:
    """Draw log r [draws, 12] at uniforms u [draws, 13], the first for sigma and tau together."""
    likely = _likelihood(D, E)  # [tau, 12, paces]
    prior = -0.5 * (TAIL + 1) * np.log1p((PACES / SPREADS[:, None]) ** 2 / TAIL)
    prior -= _log_sum(prior)[:, None]
    evidence = np.stack([_log_sum(likely + each).sum(-1) for each in prior])  # [sigma, tau]
    belief = -0.5 * ((np.log2(SPREADS) - BELIEF[0]) / BELIEF[1]) ** 2
    weight = evidence + belief[:, None] + belief
    below = np.cumsum(np.exp(weight - weight.max()).ravel())
    sigma, tau = np.divmod(np.searchsorted(below, u[:, 0] * below[-1]), len(SPREADS))
    return _picked(likely[tau] + prior[sigma][:, None, :], u[:, 1:])


def _picked(log_p: NDArray, u: NDArray) -> NDArray[np.float64]:
    """Return the log r [draws, 12] that lies at u [draws, 12] of its distribution [draws, 12, paces]."""
    inside = np.cumsum(np.exp(log_p - log_p.max(-1, keepdims=True)), axis=-1)
    wanted = (u * inside[..., -1])[..., None]
    at = np.minimum((inside < wanted).sum(-1, keepdims=True), len(PACES) - 1)
    above = np.take_along_axis(inside, at, -1)
    before = np.where(at > 0, np.take_along_axis(inside, np.maximum(at - 1, 0), -1), 0.0)
    part = (wanted - before) / (above - before)
    return (PACES[at] + (part - 0.5) * (PACES[1] - PACES[0]))[..., 0]


def _likelihood(D: NDArray, E: NDArray) -> NDArray[np.float64]:
    """Return the log likelihood of the months' counts by tau and log r [tau, 12, paces]."""
    from scipy.special import gammaln

    likely = np.zeros((len(SPREADS), 12, len(PACES)))
    for t, tau in enumerate(SPREADS):
        k = 1 / tau**2
        for year in np.flatnonzero(E.sum(1) > 0):
            mean, d = np.exp(PACES) * E[year, :, None], D[year, :, None]
            grown = gammaln(d + k) - gammaln(k)
            came = d * np.log(np.maximum(mean, 1e-300) / (k + mean))
            likely[t] += np.where(mean > 0, grown + came - k * np.log1p(mean / k), 0.0)
    return likely


def _log_sum(x: NDArray) -> NDArray[np.float64]:
    """Return log sum exp over the last axis."""
    most = x.max(-1, keepdims=True)
    return (most + np.log(np.exp(x - most).sum(-1, keepdims=True)))[..., 0]
