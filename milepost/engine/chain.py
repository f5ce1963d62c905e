"""From daily hazards to chances and dates, for one step and for a string of them.

With S(a) = prod_{u<a} (1 - h_w(u) - h_l(u)) and today at age a of step k:

    V_k(a)     = h_w(a) + (1 - h_w(a) - h_l(a)) V_k(a + 1)
    f_k(j | a) = S(a + j) / S(a) h_w(a + j),  g_k the same with h_l
    F_k        = f_k * F_{k+1},  F_K = 1 on day 0;   G_k = f_k * G_{k+1} + g_k   (* convolves)

V is the chance to win the step, F the days until the string is won and G until it is lost (Aalen &
Johansen 1978; Putter, Fiocco & Geskus 2007).

The last bin is open-ended and counts for T = three years: there V = h_w / (h_w + h_l) (1 - r^T), with
r = 1 - h_w - h_l. Where steps still end at that age this makes no difference. Where hardly any does,
a win that would come after years of silence is none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import bin_of

HORIZON = 1096
"""T, and the days on the grid of closing dates: three years. What closes later counts as this day."""


def bin_chances(h: NDArray, edges: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return V on the first day of each bin [..., bins], from daily hazards h [..., bins, 2].

    From the last bin down: V_b = w (1 - r^L) + r^L V_{b+1}, with w = h_w / (h_w + h_l),
    r = 1 - h_w - h_l and L the days of the bin; the last one has T, and nothing follows.
    """
    h = np.asarray(h, np.float64)
    ends = h.sum(-1)
    w, r = h[..., 0] / ends, 1 - ends
    V = w * (1 - r**HORIZON)
    for b in range(len(edges) - 2, -1, -1):
        stays = r[..., b] ** (edges[b + 1] - edges[b])
        V[..., b] = w[..., b] * (1 - stays) + stays * V[..., b + 1]
    return V


def chance(h: NDArray, edges: NDArray[np.int64], age: int = 0, starts: NDArray | None = None) -> NDArray[np.float64]:
    """Return V(age) [...], the chance to win a step that is `age` days old; h [..., bins, 2].

    `starts` are the `bin_chances`, when they are known already.

    >>> from milepost.engine.ages import EDGES
    >>> half = np.full((14, 2), 0.01)
    >>> round(float(chance(half, np.array(EDGES), age=40)), 6)
    0.5
    """
    V = bin_chances(h, edges) if starts is None else starts
    b = int(bin_of(np.array(age), edges))
    if age == edges[b] or b == len(edges) - 1:
        return V[..., b]
    ends = np.asarray(h[..., b, :], np.float64).sum(-1)
    w, stays = h[..., b, 0] / ends, (1 - ends) ** (edges[b + 1] - age)
    return w * (1 - stays) + stays * V[..., b + 1]


def step_days(h: NDArray, edges: NDArray[np.int64], age: int = 0, booked_in: int = 0) -> NDArray[np.float64]:
    """Return f and g [2, HORIZON], by days from now, of a step that is `age` days old; h [bins, 2].

    An appointment booked in r days shifts the earliest win: wins that would come before day r come
    on day r. Losses keep their days, and the chance to win stays what it is.
    """
    days = h[bin_of(np.arange(age, age + HORIZON), edges)]
    goes_on = np.cumprod(1 - days.sum(-1))
    survived = np.concatenate([[1.0], goes_on[:-1]])
    f, g = survived * days[:, 0], survived * days[:, 1]
    r = min(booked_in, HORIZON - 1)
    if r > 0:
        f[r] += f[:r].sum()
        f[:r] = 0
    return np.stack([f, g])


class Days:
    """Convolve closing days of strings, in blocks, on a grid long enough that nothing wraps."""

    def __init__(self) -> None:
        from scipy.fft import next_fast_len

        self.size = next_fast_len(2 * HORIZON - 1, real=True)

    def transform(self, x: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Transform distributions over days [..., HORIZON]."""
        from scipy.fft import rfft

        return rfft(x, self.size)

    def join(self, step: NDArray[np.float64], rest: NDArray[np.complex128]) -> NDArray[np.float64]:
        """Put steps (f, g) before their rests: F = f * F', G = f * G' + g; all [..., 2, HORIZON].

        `rest` comes transformed: [..., 2, frequencies].
        """
        from scipy.fft import irfft

        f = self.transform(step[..., :1, :])
        both = irfft(f * rest, self.size)[..., :HORIZON]
        both[..., 1, :] += step[..., 1, :]
        return np.maximum(both, 0)

    def follow(self, before: NDArray[np.float64], step: NDArray[np.complex128]) -> NDArray[np.float64]:
        """Put steps behind what was won before: F * f; `before` [..., HORIZON], `step` transformed."""
        from scipy.fft import irfft

        joined: NDArray[np.float64] = np.maximum(irfft(self.transform(before) * step, self.size)[..., :HORIZON], 0)
        return joined


def won_now() -> NDArray[np.float64]:
    """Return F and G of a string with nothing left to win: won on day 0."""
    nothing_left = np.zeros((2, HORIZON))
    nothing_left[0, 0] = 1
    return nothing_left
