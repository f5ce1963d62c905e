"""Let people's chances count beside the model's, where on later opportunities that has been better than the model.

    logit p = (1 - w) logit m + w (logit s - b)

m is the model's chance, s what a person said, b how much too hopeful they have been (in log odds), w how much their
word counts. All looks weigh as in `judged.py`, so that an opportunity counts once. Of those that had ended by a day:

    b  the company's: maximum of the likelihood of logit s - b with b ~ N(0, 1); a person's with b ~ N(company's, 1/4)
    w  the company's: on a grid, least of log loss + 2 w (with little seen it stays 0);
       a person's: least of log loss + (w - company's)^2 / (2 sd^2), sd = 0.15

Nothing counts before it has been shown on opportunities not learnt from: days are cut into six runs, each is spoken
of by what had ended before it began, and the loss saved, summed by opportunity, must exceed z standard errors:
z = 1.64 for the company, and for one of n people so much more that all of them together are wrong one time in twenty.
A linear pool of log odds: Genest & Zidek 1986; taking bias off first: Turner et al. 2014.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.engine.judged import shares
from milepost.engine.scores import losses

BOLDEST_SAID = 0.02
BOLDEST = 0.001
WEIGHTS = np.linspace(0, 1, 21)
RUNS = 6
RELUCTANCE, SPREAD, BIAS_SPREAD = 2.0, 0.15, 0.5
LUCK = 0.05
FEWEST, FEWEST_OWN = 20, 12
"""So many opportunities must have ended in the later runs before anything is claimed of all, or of one person."""


@dataclass(frozen=True)
class Calls:
    """Hold looks at opportunities that have ended, one entry a look.

    day, known  ordinals of the look and of the day its end was known; said, model = chances; won = 1 or 0
    """

    person: NDArray[np.int64]
    opportunity: NDArray[np.int64]
    day: NDArray[np.int64]
    known: NDArray[np.int64]
    said: NDArray[np.float64]
    model: NDArray[np.float64]
    won: NDArray[np.float64]

    def take(self, those: NDArray[np.bool_]) -> Calls:
        """Keep some of the looks."""
        return Calls(*(getattr(self, name)[those] for name in Calls.__dataclass_fields__))

    @property
    def weight(self) -> NDArray[np.float64]:
        return shares(self.person, self.opportunity, np.ones(len(self.person), bool))


@dataclass(frozen=True)
class Voice:
    """Hold how much a word counts.

    weight, bias  w and b, as learnt from all that has ended;  people = of how many
    tested, gained  opportunities that later runs held, and the mean log loss saved by each
    proven  whether that is more than luck: only then is the word to be used
    """

    weight: float
    bias: float
    people: int
    tested: int
    gained: float
    proven: bool


@dataclass(frozen=True)
class Blend:
    """Hold the voice of all people together, and each person's own."""

    all: Voice
    people: Mapping[int, Voice]


def blended(model: ArrayLike, said: ArrayLike, weight: ArrayLike, bias: ArrayLike) -> NDArray[np.float64]:
    """Return the chance in which a person's word counts, never 0 nor 1. With weight 0 it is the model's.

    >>> blended([0.4], [0.9], 0.0, 0.5).round(3).tolist(), blended([0.4], [0.9], 1.0, 0.0).round(3).tolist()
    ([0.4], [0.9])
    """
    w, b = np.asarray(weight, np.float64), np.asarray(bias, np.float64)
    m = _logit(np.clip(np.asarray(model, np.float64), BOLDEST, 1 - BOLDEST))
    s = _logit(np.clip(np.asarray(said, np.float64), BOLDEST_SAID, 1 - BOLDEST_SAID))
    return np.clip(_expit((1 - w) * m + w * (s - b)), BOLDEST, 1 - BOLDEST)


def shifted(draws: NDArray, to: float) -> NDArray[np.float64]:
    """Move chances [draws] in log odds, all by the same, so that their mean is `to`.

    >>> round(float(shifted(np.array([0.2, 0.4]), 0.5).mean()), 6)
    0.5
    """
    logit = _logit(np.clip(np.asarray(draws, np.float64), 1e-6, 1 - 1e-6))
    low, high = -30.0, 30.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _expit(logit + middle).mean() < to else (low, middle)
    return _expit(logit + (low + high) / 2)


def widened(draws: NDArray, error: float, *, seed: int) -> NDArray[np.float64]:
    """Spread chances [draws] in log odds by the quantiles of N(0, error^2), in an order that hangs on `seed`.

    >>> widened(np.array([0.5, 0.5, 0.5]), 1.0, seed=1).round(2).tolist() != [0.5, 0.5, 0.5]
    True
    """
    if not error:
        return np.asarray(draws, np.float64)
    from scipy.special import ndtri

    n = len(draws)
    z = np.random.default_rng(seed).permutation(ndtri((np.arange(n) + 0.5) / n))
    return _expit(_logit(np.clip(np.asarray(draws, np.float64), 1e-6, 1 - 1e-6)) + error * z)


def learn_blend(calls: Calls) -> Blend:
    """Learn how much each word counts, and whether it may. The order of looks does not matter."""
    people = [int(each) for each in np.unique(calls.person)]
    fit = Fit.of(calls)
    saved = _saved_later(calls)
    own = {each: _sum_up(*saved, calls.person == each, calls) for each in people}
    tested = sum(n >= FEWEST_OWN for n, _mean, _z in own.values())
    least = NormalDist().inv_cdf(1 - LUCK / max(tested, 1))
    voices = {}
    for each, (n, mean, z) in own.items():
        w, b = fit.of_person(each)
        voices[each] = Voice(w, b, 1, n, mean, bool(w and n >= FEWEST_OWN and z > least))
    n, mean, z = _sum_up(*_saved_later(calls, alike=True), np.ones(len(calls.person), bool), calls)
    proven = bool(fit.weight and n >= FEWEST and z > NormalDist().inv_cdf(1 - LUCK))
    return Blend(Voice(fit.weight, fit.bias, len(people), n, mean, proven), voices)


@dataclass(frozen=True)
class Fit:
    """Hold w and b of all, and of each person."""

    weight: float
    bias: float
    own: Mapping[int, tuple[float, float]]

    @classmethod
    def of(cls, calls: Calls) -> Fit:
        """Fit them to looks at what has ended."""
        if not len(calls.person):
            return cls(0.0, 0.0, {})
        v = calls.weight
        bias = _bias(calls, v, 0.0, 1.0)
        everyone = np.full(len(v), bias)
        weight = _weight(calls, v, everyone, RELUCTANCE * WEIGHTS)
        own = {}
        for person in np.unique(calls.person):
            mine = calls.take(calls.person == person)
            b = _bias(mine, mine.weight, bias, BIAS_SPREAD)
            away = (WEIGHTS - weight) ** 2 / (2 * SPREAD**2)
            own[int(person)] = (_weight(mine, mine.weight, np.full(len(mine.person), b), away), b)
        return cls(weight, bias, own)

    def of_person(self, person: int) -> tuple[float, float]:
        """Return w and b of a person; those of all where nothing of theirs has ended."""
        return self.own.get(person, (self.weight, self.bias))

    def chance(self, calls: Calls, *, alike: bool) -> NDArray[np.float64]:
        """Return the chances in which words count; `alike`, everybody's the same."""
        each = [(self.weight, self.bias) if alike else self.of_person(int(person)) for person in calls.person]
        w, b = np.array(each).reshape(-1, 2).T
        return blended(calls.model, calls.said, w, b)


def _bias(calls: Calls, v: NDArray, around: float, sd: float) -> float:
    """Find b by Newton's steps."""
    s = _logit(np.clip(calls.said, BOLDEST_SAID, 1 - BOLDEST_SAID))
    b = around
    for _ in range(40):
        q = _expit(s - b)
        slope = (v * (q - calls.won)).sum() - (b - around) / sd**2
        move = slope / ((v * q * (1 - q)).sum() + 1 / sd**2)
        b += float(np.clip(move, -1, 1))
        if abs(move) < 1e-9:
            break
    return float(b)


def _weight(calls: Calls, v: NDArray, bias: NDArray, penalty: NDArray) -> float:
    """Return the first of the grid's weights with the least loss and penalty."""
    loss = np.array([(v * losses(blended(calls.model, calls.said, w, bias), calls.won)).sum() for w in WEIGHTS])
    return float(WEIGHTS[int(np.argmin(loss + penalty))])


def _saved_later(calls: Calls, *, alike: bool = False) -> tuple[NDArray, NDArray]:
    """Return the log loss each look saves when spoken of by what had ended before its run, and whether it was."""
    saved, spoken = np.zeros(len(calls.day)), np.zeros(len(calls.day), bool)
    if not len(calls.day):
        return saved, spoken
    starts = np.unique(np.quantile(calls.day, np.linspace(0, 1, RUNS + 1)[1:-1], method="higher"))
    for start, end in zip(starts, [*starts[1:], np.inf], strict=True):
        before, now = calls.known < start, (calls.day >= start) & (calls.day < end)
        if not before.any() or not now.any():
            continue
        later = calls.take(now)
        p = Fit.of(calls.take(before)).chance(later, alike=alike)
        saved[now] = losses(later.model, later.won) - losses(p, later.won)
        spoken |= now
    return saved, spoken


def _sum_up(saved: NDArray, spoken: NDArray, those: NDArray, calls: Calls) -> tuple[int, float, float]:
    """Return of how many opportunities, the mean loss saved by each, and by how many standard errors it exceeds 0."""
    those = those & spoken
    if not those.any():
        return 0, 0.0, 0.0
    v = shares(calls.person, calls.opportunity, those)[those]
    place = np.unique(calls.opportunity[those], return_inverse=True)[1]
    d = np.bincount(place, v * saved[those])
    error = float(np.sqrt(len(d) * d.var()))
    return len(d), float(d.mean()), float(d.sum() / error) if error > 1e-12 else 0.0


def _logit(p: NDArray) -> NDArray[np.float64]:
    return np.log(p) - np.log1p(-p)


def _expit(x: NDArray) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-np.clip(x, -40, 40)))
