"""Tell how likely strings are won by given days, in every draw, exactly on the daily grid.

With F' the days until the rest of a string is won (`chain.py`) and C its sums, C(m) = sum_{j<=m} F'(j):

    W(a, m) = sum_{j<=m} f(j | a) C(m - j)          won within m days, the current step a days old
            = h_w(a) C(m) + (1 - h_w(a) - h_l(a)) W(a + 1, m - 1),   W(., -1) = 0

    booked in r days:  W_r(a, m) = C(m - r) sum_{j<=r} f(j | a) + (S(a + r + 1) / S(a)) W(a + r + 1, m - r - 1)

A step ahead is passed by with chance q (`skips.py`): C = q C' + (1 - q) W(0, .). The last form moves
wins that would come before day r to day r, as `step_days` does. Few ages of one step before one rest are
summed directly; many are answered by one sweep of the recursion from the oldest age down, a step of it
for all days and draws at once. Every term is positive: nothing cancels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.engine.ages import bin_of
from milepost.engine.chain import HORIZON
from milepost.engine.figures import Cell
from milepost.engine.learnt import Learnt

Keys = tuple[str, ...]
SWEEP = 60
"""So many cells of one step before one rest, and the sweep is quicker than their sums."""

KEPT = 64
"""So many steps, and rests of strings, are kept at most: about 1.2 and 0.4 MB each with 200 draws."""


def daily_hazards(learnt: Learnt, key: str, segment: str | None = None) -> NDArray[np.float64]:
    """Return a step's hazards by day of its age [days, draws, 2]; the last day stands for all later ones."""
    edges = learnt.edges_of(key)
    days = np.arange(int(edges[-1]) + 1)
    return learnt.step(key, segment).astype(np.float64).swapaxes(0, 1)[bin_of(days, edges)]


def won_by(learnt: Learnt, cells: Sequence[Cell], ends: ArrayLike, *, day: int | None = None) -> NDArray[np.float32]:
    """Return the chance that each cell's strings are won by each end [cells, ends, draws].

    ends  whole days from today, day 0 being today: a win on that very day counts. Beyond the horizon
          of three years the answer is the chance to win at all, as `StringForecast.win_draws` has it.

    `day` is today's number: with it the season that was learnt says how many days of steps pass by each end
    (`season.py`). Raises ValueError on an end before today.

    >>> from milepost.engine.history import History
    >>> from milepost.engine.learn import learn
    >>> by = won_by(learn(History.none(("meet",)), draws=50), [Cell(("meet",))], [30, 90, 9999])
    >>> by.shape, bool((np.diff(by, axis=1) >= 0).all())
    ((1, 3, 50), True)
    """
    return WonBy(learnt, ends, day).of(cells)


class WonBy:
    """Answer for many cells and the same ends; what they share is computed once and kept."""

    def __init__(self, learnt: Learnt, ends: ArrayLike, day: int | None = None) -> None:
        self.learnt, self.season = learnt, learnt.ahead(day)
        self.ends = np.asarray(ends, np.int64)
        if self.ends.ndim != 1 or (self.ends < 0).any():
            raise ValueError("ends: days from today, 0 or more, are needed.")
        asked = np.minimum(self.ends, HORIZON - 1)
        self.asked = asked[:, None] if self.season is None else self.season.at(asked)
        self.days = int(np.ceil(self.asked.max(initial=0))) + 1
        self._steps: dict[tuple[str, str | None], OneStep] = {}
        self._rests: dict[tuple[Keys, str | None], NDArray[np.float32]] = {}

    def of(self, cells: Sequence[Cell]) -> NDArray[np.float32]:
        """Return the chances [cells, ends, draws]."""
        answer = np.ones((len(cells), len(self.ends), self.learnt.draws), np.float32)
        alike: dict[tuple[Keys, str | None], list[int]] = defaultdict(list)
        for place, cell in enumerate(map(self.learnt.whole, cells)):
            alike[cell.keys, cell.segment].append(place)
        for (keys, segment), places in alike.items():
            answer[places] = self._group(keys, segment, [cells[place] for place in places])
        return answer

    def step(self, key: str, segment: str | None = None) -> OneStep:
        """Return a step's own days."""
        known = self._steps.get((key, segment))
        if known is None:
            hazards = daily_hazards(self.learnt, key, segment)
            known = _keep(self._steps, (key, segment), OneStep(hazards, self.days))
        return known

    def rest(self, keys: Keys, segment: str | None = None) -> NDArray[np.float32]:
        """Return C(m) of a fresh string, by day [days, draws]; a step ahead may be passed by."""
        if not keys:
            return np.ones((self.days, self.learnt.draws), np.float32)
        known = self._rests.get((keys, segment))
        if known is None:
            q, after = self.learnt.skip(keys[0]), self.rest(keys[1:], segment)
            known = _keep(self._rests, (keys, segment), q * after + (1 - q) * self.step(keys[0], segment).fresh(after))
        return known

    def _group(self, keys: Keys, segment: str | None, cells: Sequence[Cell]) -> NDArray[np.float32]:
        step, C = self.step(keys[0], segment), self.rest(keys[1:], segment)
        clock = self.learnt.clock(keys[0])
        ages = np.array([min(cell.days_old(clock), step.oldest) for cell in cells])
        waits = [min(cell.waits, HORIZON - 1) for cell in cells]
        asked = [self._asked(wait) for wait in waits]
        late_by = np.array(waits if self.season is None else [self.season.wait(wait) for wait in waits])
        one_by_one = len(cells) < SWEEP
        by = (step.summed if one_by_one else step.swept)(ages, late_by, asked, C)
        late = np.flatnonzero(self.ends >= HORIZON)
        if late.size:
            wins = [step.chance()[ages], *(self._ahead(key, segment) for key in keys[1:])]
            by[:, late] = np.prod(np.broadcast_arrays(*wins), axis=0)[:, None]
        return by

    def _asked(self, wait: int) -> NDArray[np.float64]:
        """Return the days of steps asked about [ends, draws or 1], of a string that waits for a day's appointment.

        The appointment is on one day of steps, in every draw: an end before it comes before that, others not.
        """
        if self.season is None or not wait:
            return self.asked
        held, over = self.season.wait(wait), (self.ends >= wait)[:, None]
        return np.where(over, np.maximum(self.asked, held), np.minimum(self.asked, held - 1))

    def _ahead(self, key: str, segment: str | None) -> NDArray[np.float64]:
        """Return the chance to win a step ahead, or to pass it by [1, draws]."""
        q = self.learnt.skip(key)
        return q + (1 - q) * self.step(key, segment).chance()[:1]


def _keep(known: dict[Any, Any], name: Any, answer: Any) -> Any:
    """Keep an answer, and return it even if another thread clears what is kept."""
    if len(known) >= KEPT:
        known.clear()
    known[name] = answer
    return answer


class OneStep:
    """Hold one step by day of its age, up to the oldest that is told apart: h [ages, draws, 2].

    It answers for `days` days ahead, today among them.
    """

    def __init__(self, h: NDArray[np.float64], days: int) -> None:
        self.oldest, self.days = len(h) - 1, days
        self.win, self.goes_on = h[..., 0], 1 - h.sum(-1)

    def wins(self, age: int, days: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return f(j | age) [days, draws] and S(age + j) / S(age) [days + 1, draws]."""
        at = np.minimum(np.arange(age, age + days), self.oldest)
        lasts = np.ones((days + 1, self.win.shape[1]))
        np.cumprod(self.goes_on[at], axis=0, out=lasts[1:])
        return lasts[:-1] * self.win[at], lasts

    def chance(self) -> NDArray[np.float64]:
        """Return V at every age [ages, draws], the last one with its three years (`chain.py`)."""
        V = np.empty_like(self.win)
        w, r = self.win[-1], self.goes_on[-1]
        V[-1] = w / (1 - r) * (1 - r**HORIZON)
        for a in range(self.oldest - 1, -1, -1):
            V[a] = self.win[a] + self.goes_on[a] * V[a + 1]
        return V

    def fresh(self, C: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return W(0, m) for every day m [days, draws], by FFT."""
        from scipy.fft import irfft, next_fast_len, rfft

        size = next_fast_len(2 * self.days - 1, real=True)
        f, rest = (rfft(x.T, size) for x in (self.wins(0, self.days)[0], C.astype(np.float64)))
        both = irfft(f * rest, size)[:, : self.days].T
        # Rounding of the transform must neither make a chance fall with time nor be below nothing.
        return np.maximum.accumulate(np.maximum(both, 0), axis=0).astype(np.float32)

    def summed(self, ages: NDArray, waits: NDArray, asked: Sequence[NDArray], C: NDArray) -> NDArray[np.float32]:
        """Answer [cells, ends, draws] by summing f(j | a) C(m - j) over j; `asked` are m, for each cell."""
        answer = np.zeros((len(ages), len(asked[0]), C.shape[1]), np.float32)
        known: dict[int, tuple[NDArray, NDArray]] = {}  # of each end the last m, and C(m - j) of it
        for i, (a, r) in enumerate(zip(ages, waits, strict=True)):
            f, _lasts = self.wins(a, self.days)
            if 0 < r < self.days:
                f[r] = f[: r + 1].sum(0)
            for e, m in enumerate(asked[i]):
                if e not in known or not np.array_equal(known[e][0], m):
                    known[e] = m, backwards(C, m)
                rest = known[e][1]
                if len(rest) > r:
                    answer[i, e] = np.einsum("jd,jd->d", f[r : len(rest)], rest[r:])
        return answer

    def swept(self, ages: NDArray, waits: NDArray, asked: Sequence[NDArray], C: NDArray) -> NDArray[np.float32]:
        """Answer [cells, ends, draws] by one sweep of W from the oldest age down; `asked` are m, for each cell."""
        answer = np.zeros((len(ages), len(asked[0]), C.shape[1]), np.float32)
        after = np.where(waits > 0, waits + 1, 0)  # days until the appointment has passed
        looks = np.minimum(ages + after, self.oldest)
        for age, W in self._sweep(C.astype(np.float64)):
            for i in np.flatnonzero(looks == age).tolist():
                answer[i] = read(W, asked[i] - after[i])
        for i in np.flatnonzero((waits > 0) & (waits < self.days)).tolist():
            f, lasts = self.wins(ages[i], after[i])
            answer[i] *= lasts[-1]
            answer[i] += read(C, asked[i] - waits[i]) * f.sum(0)
        return answer

    def _sweep(self, C: NDArray[np.float64]) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """Yield each age with its W [days, draws], the oldest first: there W(m) = h_w C(m) + (1 - h) W(m - 1)."""
        # W(a, m) is in row a + m: from age to age each entry moves one day on by staying where it is.
        rows = np.zeros((self.oldest + self.days, C.shape[1]))
        W, wins = rows[self.oldest :], np.empty_like(C)
        np.multiply(self.win[-1], C, out=W)
        for m in range(1, self.days):
            W[m] += self.goes_on[-1] * W[m - 1]
        yield self.oldest, W
        for age in range(self.oldest - 1, -1, -1):
            W = rows[age : age + self.days]
            W *= self.goes_on[age]
            W += np.multiply(self.win[age], C, out=wins)
            yield age, W


def read(by_day: NDArray, m: NDArray) -> NDArray[np.float64]:
    """Return what has come by days m [ends, draws or 1] of [days, draws]: before day 0 nothing, between days a part.

    One column of m stands for all draws, and is of whole days.

    >>> read(np.array([[0.2, 0.2], [0.6, 0.6]]), np.array([[-1.0, -0.5], [0.5, 1.0]])).round(3).tolist()
    [[0.0, 0.1], [0.4, 0.6]]
    """
    below = np.floor(m).astype(int)
    if m.shape[1] == 1:
        return _rows(by_day, below[:, 0])
    low, high = (_cells(by_day, at) for at in (below, below + 1))
    return low + (m - below) * (high - low)


def backwards(C: NDArray[np.float64], m: NDArray) -> NDArray[np.float64]:
    """Return C(m - j) for every j from 0 to m, of one end m [draws or 1]; shape [days, draws]."""
    last = int(np.ceil(m.max()))
    return read(C.astype(np.float64), m - np.arange(last + 1)[:, None]) if last >= 0 else C[:0]


def _rows(by_day: NDArray, at: NDArray) -> NDArray:
    """Return whole days [ends, draws]."""
    return np.where((at >= 0)[:, None], by_day[np.maximum(at, 0)], 0)


def _cells(by_day: NDArray, at: NDArray) -> NDArray:
    """Return a day for each draw [ends, draws]."""
    inside = np.clip(at, 0, len(by_day) - 1)
    return np.where(at >= 0, by_day[inside, np.arange(by_day.shape[1])], 0)
