"""The total of many bets, from its characteristic function.

In draw d, with bets x_i that come in with p_i and theta = omega x_i:

    phi_d(omega) = e^{i omega base} prod_i (1 + p_i (e^{i theta} - 1))

The distribution is the Fourier series of the mean of phi_d over the draws, on an interval [low, high]
that holds all but a billionth; up to the frequency where every phi_d has died away (about 7.5 / sd).

Where |theta| <= 1, most bets at all frequencies asked for, the product is taken by cumulants,

    log prod_i (...) = sum_k (i omega)^k / k! sum_cells kappa_k(p_c) sum_{i in c} x_i^k,
    kappa_1 = p,  kappa_{k+1} = p (1 - p) d kappa_k / dp,

a series that converges for |theta| < pi and at |theta| <= 1 is exact to rounding after twelve terms. So
the work hardly grows with the number of bets.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from milepost.engine.parts import UNTHREADED, Bets, weighed

TERMS = 12
GONE = 1e-9
SPACE = 1_000_000
"""Numbers in one block of bets, frequencies and draws."""
DEAREST = 1e8
"""Most factors that are multiplied; beyond it fine lumps are blurred instead of followed."""


def bounds(bets: Bets, rest: float = 1e-9) -> tuple[float, float]:
    """Return low and high with less than `rest` beyond either, by Chernoff's bound.

    log E e^{t T} <= t base + sum_i p_i (e^{t x_i} - 1), in every draw; the best t of a few.
    """
    ends = extremes(bets)
    spread = float(np.sqrt(_poisson(bets).max() + bets.mean.var()))
    if spread == 0:
        return bets.base, bets.base
    t = np.geomspace(0.1, 16, 16) / spread
    high = min(ends[1], *((_cgf(bets, s) - np.log(rest)) / s for s in t))
    low = max(ends[0], *(-(_cgf(bets, -s) - np.log(rest)) / s for s in t))
    return bets.base + low, bets.base + max(high, low)


def extremes(bets: Bets) -> NDArray[np.float64]:
    """Return the least and the most that all bets can come to [2], without the base."""
    least, most = min(bets.typical.min(), 0), max(bets.typical.max(), 0)
    every = np.array([least, most]) * len(bets.vague)
    return np.array([np.minimum(bets.x, 0).sum(), np.maximum(bets.x, 0).sum()]) + every


def _poisson(bets: Bets) -> NDArray[np.float64]:
    """Return sum_i p_i x_i^2 in every draw."""
    second = weighed(np.bincount(bets.c, bets.x**2, len(bets.p))[None], bets.p)[0]
    return second + bets.p[bets.vague].sum(0) * (bets.typical**2).mean()


def _cgf(bets: Bets, t: float) -> float:
    """Return the bound of log E e^{t T} without the base, mixed over the draws; infinite where it overflows."""
    with np.errstate(over="ignore", invalid="ignore"):
        rises = np.bincount(bets.c, np.expm1(t * bets.x), len(bets.p))
        K = weighed(rises[None], bets.p)[0] + bets.p[bets.vague].sum(0) * np.expm1(t * bets.typical).mean()
        top = K.max()
        return float(top + np.log(np.exp(K - top).mean())) if np.isfinite(top) else np.inf


def phi(bets: Bets, omega: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Return phi_d without the base [frequencies, draws]; omega ascending."""
    small = np.abs(bets.x) * omega[-1] <= 1
    answer = np.exp(_by_cumulants(bets, small, omega))
    if bets.vague.size:
        count = np.bincount(bets.vague, minlength=len(bets.p))
        psi = np.exp(1j * np.outer(omega, bets.typical)).mean(1)
        for c in np.flatnonzero(count):
            answer *= (1 + (psi[:, None] - 1) * bets.p[c]) ** count[c]
    x, c = bets.x[~small], bets.c[~small]
    block = max(1, SPACE // (len(omega) * bets.draws))
    for first in range(0, len(x), block):
        z = np.exp(1j * np.outer(omega, x[first : first + block])) - 1
        answer *= (1 + z[:, :, None] * bets.p[c[first : first + block]]).prod(1)
    return answer


def _by_cumulants(bets: Bets, small: NDArray, omega: NDArray) -> NDArray[np.complex128]:
    """Return the logarithm of the small bets' product [frequencies, draws]."""
    y, c = bets.x[small] * omega[-1], bets.c[small]
    S = np.stack([np.bincount(c, y**k, len(bets.p)) for k in range(1, TERMS + 1)])
    kappa = np.zeros((TERMS, bets.draws))
    block = max(1, UNTHREADED // (TERMS * bets.draws))
    for first in range(0, len(bets.p), block):
        p = bets.p[first : first + block]
        power = np.ones_like(p)
        for r in range(TERMS):
            power *= p
            kappa += cumulants()[:, r, None] * (S[:, first : first + block] @ power)
    k = np.arange(1, TERMS + 1)
    factorial = np.cumprod(k.astype(float))
    return ((1j * omega[:, None] / omega[-1]) ** k / factorial) @ kappa


@cache
def cumulants() -> NDArray[np.float64]:
    """Return the coefficients of kappa_k(p) by powers p^1..p^TERMS [terms, powers].

    >>> cumulants()[:3, :3]
    array([[ 1.,  0.,  0.],
           [ 1., -1.,  0.],
           [ 1., -3.,  2.]])
    """
    from numpy.polynomial import Polynomial

    kappa, rows = Polynomial([0.0, 1.0]), []
    for _ in range(TERMS):
        rows.append(np.pad(kappa.coef[1:], (0, TERMS + 1 - len(kappa.coef))))
        kappa = Polynomial([0.0, 1.0, -1.0]) * kappa.deriv()
    return np.array(rows)


class Spectrum:
    """Hold phi_d at the frequencies 2 pi m / (high - low), m = 1..M [M, draws], until it has died away."""

    def __init__(self, bets: Bets, low: float, high: float) -> None:
        room = 0.02 * (high - low)  # what is blurred over an end must not come back at the other
        self.base, self.low, self.high = bets.base, low - room, high + room
        sd = np.sqrt(bets.variance)
        narrow = max(float(sd.min()), 1e-3 * float(sd.max()), 1e-12 * (high - low))
        first = max(8, int(np.ceil(7.5 / narrow * (self.high - self.low) / (2 * np.pi))))
        self.most = int(np.clip(DEAREST / (max(1, len(bets.x)) * bets.draws), 256, 4096))
        self.phi, self.omega = self._until_gone(bets, first)

    def _until_gone(self, bets: Bets, first: int) -> tuple[NDArray, NDArray]:
        """Return phi_d and its frequencies, in blocks of which each asks for as many as were there before."""
        blocks, until, upto = [], 0, max(8, first // 2)
        while True:
            upto = min(upto, self.most)
            blocks.append(phi(bets, self.frequencies(until + 1, upto)))
            until, upto = upto, 2 * upto
            gone = np.abs(blocks[-1]).max() < GONE
            if gone or until == self.most:
                break
        whole, omega = np.concatenate(blocks), self.frequencies(1, until)
        if not gone:  # blur what is finer than can be followed
            whole *= np.exp(-0.5 * (4.5 * omega / omega[-1]) ** 2)[:, None]
        return whole, omega

    def frequencies(self, first: int, last: int) -> NDArray:
        """Return omega_m for m = first..last."""
        return 2 * np.pi * np.arange(first, last + 1) / (self.high - self.low)

    def below(self, weights: NDArray, points: int = 1024) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return x [points + 1] from low to high and P(total <= x), mixed over the draws by weights that add up to 1.

        P(total <= x) = (x - low) / L + 2 Re sum_m phi_m (e^{-i omega x} - e^{-i omega low}) / (-i omega L)
        """
        from scipy.fft import irfft

        L, M = self.high - self.low, len(self.omega)
        points = max(points, 2 ** int(np.ceil(np.log2(2 * M + 2))))
        turned = self.phi @ weights * np.exp(1j * self.omega * (self.base - self.low)) / (-1j * self.omega * L)
        series = irfft(np.append(0, turned.conj()), points) * points
        rises = np.arange(points) / points + series - series[0]
        x = self.low + L * np.arange(points + 1) / points
        return x, np.clip(np.maximum.accumulate(np.append(rises, 1.0)), 0, 1)

    def reached(self, targets: NDArray[np.float64], phi: NDArray[np.complex128]) -> NDArray[np.float64]:
        """Return P(total >= target) in every draw [targets, draws] from its phi_d on this interval."""
        L = self.high - self.low
        at = np.clip(targets, self.low, self.high)[:, None]
        turns = np.exp(1j * self.omega * (self.base - at)) - np.exp(1j * self.omega * (self.base - self.low))
        rises = 2 * (turns / (-1j * self.omega * L) @ phi).real
        return np.clip(1 - (at - self.low) / L - rises, 0, 1)
