"""How strongly steps resemble each other: read from the history, sampled, never plugged in.

s_c      how alike the steps' multipliers are; a typical ratio between steps is 1 +- 1/sqrt(s)
kappa    how many days at risk the company's shape by age is worth in a step's bin

Both have a posterior on a grid: the evidence of the counts times a wide hyper-prior. kappa is capped
because with much history it would shrink real, smooth differences of shape as if they were noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

S_GRID = 2.0 ** np.arange(-1, 11)
KAPPA_GRID = 2.0 ** np.arange(0, 21)
KAPPA_CAP = 64.0

STEPS, SEGMENTS = (2.0, 1.0), (4.0, 2.0)
"""What is believed of log2 s before it is read: steps differ by half or so, segments by a quarter."""


@dataclass(frozen=True)
class Strengths:
    """Hold s [2] or [draws, 2] (won, lost) and kappa, a number or [draws]."""

    s: NDArray[np.float64]
    kappa: NDArray[np.float64]

    def repeated(self, draws: int) -> Strengths:
        """Return fixed strengths as so many equal draws."""
        return Strengths(np.tile(self.s, (draws, 1)), np.full(draws, float(self.kappa)))


def fixed_strengths(s: float = 4.0, kappa: float = 16.0) -> Strengths:
    """Fix both strengths, for figures that must not move by re-estimating them."""
    return Strengths(np.array([s, s]), np.array(kappa))


def mean_strengths(D: NDArray, E: NDArray, belief: tuple[float, float] = STEPS) -> NDArray[np.float64]:
    """Return the posterior geometric mean of s per cause, from D and E [steps, 2]."""
    return np.exp2(s_posterior(D, E, belief).T @ np.log2(S_GRID))


def draw_s(D: NDArray, E: NDArray, u: NDArray, belief: tuple[float, float] = STEPS) -> NDArray[np.float64]:
    """Draw s [draws, 2] at uniforms u [draws, 2], from D and E [steps, 2]."""
    posterior = s_posterior(D, E, belief)
    return np.column_stack([_pick(S_GRID, posterior[:, c], u[:, c]) for c in (0, 1)])


def draw_kappa(D: NDArray, N: NDArray, mu: NDArray, u: NDArray) -> NDArray[np.float64]:
    """Draw kappa [draws], capped, at uniforms u [draws], from the bins of all steps."""
    return np.minimum(_pick(KAPPA_GRID, kappa_posterior(D, N, mu), u), KAPPA_CAP)


def s_posterior(D: NDArray, E: NDArray, belief: tuple[float, float] = STEPS) -> NDArray[np.float64]:
    """Weigh each s of the grid [grid, 2] by its negative-binomial evidence, log2 s ~ N(belief).

    sum_k log Gamma(s + D) - log Gamma(s) + s log s - (s + D) log(s + E)
    """
    from scipy.special import gammaln

    s = S_GRID[:, None, None]
    evidence = gammaln(s + D) - gammaln(s) + s * np.log(s) - (s + D) * np.log(s + E)
    return _normalise(evidence.sum(1) - 0.5 * ((np.log2(S_GRID)[:, None] - belief[0]) / belief[1]) ** 2)


def kappa_posterior(D: NDArray, N: NDArray, mu: NDArray) -> NDArray[np.float64]:
    """Weigh each kappa of the grid by its Dirichlet-multinomial evidence, log2 kappa ~ N(6, 2).

    D, mu [bins, 2] and N [bins] of all steps, one after the other.

    sum_b log Gamma(kappa) - log Gamma(kappa + N) + sum_j log Gamma(kappa mu_j + n_j) - log Gamma(kappa mu_j)
    """
    from scipy.special import gammaln

    used = N > 0
    N, D, mu = N[used], D[used], mu[used]
    mu = mu * np.minimum(1, 0.95 / mu.sum(-1, keepdims=True))
    mu = np.column_stack([mu, 1 - mu.sum(-1)])
    n = np.column_stack([D, N - D.sum(-1)])
    evidence = [(gammaln(k) - gammaln(k + N)).sum() + (gammaln(k * mu + n) - gammaln(k * mu)).sum() for k in KAPPA_GRID]
    return _normalise(np.array(evidence) - 0.5 * ((np.log2(KAPPA_GRID) - 6) / 2) ** 2)


def _normalise(log_weight: NDArray) -> NDArray[np.float64]:
    weight = np.exp(log_weight - log_weight.max(0))
    return weight / weight.sum(0)


def _pick(grid: NDArray, weight: NDArray, u: NDArray) -> NDArray[np.float64]:
    return grid[np.minimum(np.searchsorted(np.cumsum(weight), u), len(grid) - 1)]


def spread(rng: np.random.Generator, draws: int, columns: int) -> NDArray[np.float64]:
    """Draw uniforms [draws, columns], one in each of `draws` equal slices, in random order."""
    slices = rng.permuted(np.tile(np.arange(draws)[:, None], columns), axis=0)
    return (slices + rng.random((draws, columns))) / draws
