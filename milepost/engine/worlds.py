"""One draw is one world: strengths, the company's hazards, and from them each step's.

    step's multiplier   theta_kc ~ Gamma(s_c, s_c),  mu_kbc = theta_kc lambda0_bc
    step, by age        (h_w, h_l, 1 - h_w - h_l)_kb ~ Dirichlet(kappa mu_kb), nearly; mu in the last bin is h_k
                        in the one before, where that has been seen

Of what has been in a step longer than all others little is known: it is taken to go on as it did just before, not as
steps do elsewhere, or one late win among a few very old ones would lift all that are old.

Draws come from inverse distribution functions at uniforms that belong to the step's key: the same
seed gives the same answer in whatever order rows and keys arrive, and a little more history moves a
figure a little.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.engine.strengths import Strengths, spread

CAP = 0.95
"""No step ends surely on a given day: hazards are scaled down to this sum."""

FLOOR = 1e-7
"""No hazard is nothing: shares of two empty ones would not be numbers."""

EXIT_ENDS, SHARE_ENDS = 0.5, 2.0
"""Ended stays that the pooled hazard, and the pooled share of wins, are worth in a bin at least."""


@dataclass(frozen=True, eq=False)
class Worlds:
    """Hold what all steps share: the company's draws lambda0 [draws, bins, 2], strengths and seed."""

    lambda0: NDArray[np.float32]
    strengths: Strengths
    seed: int

    def step(self, key: str, D: NDArray | None = None, N: NDArray | None = None) -> NDArray[np.float32]:
        """Draw a step's hazards [draws, bins, 2] from its events D [bins, 2] and days at risk N [bins].

        Both are in the company's own bins. Without them the step is one that nobody has tried: it has
        the company's level.
        """
        B = self.lambda0.shape[1]
        D, N = np.zeros((B, 2)) if D is None else D, np.zeros(B) if N is None else N
        return self.step_in_bins(key, D, N, np.eye(B))

    def step_in_bins(self, key: str, D: NDArray, N: NDArray, share: NDArray, tempo: float = 1.0) -> NDArray[np.float32]:
        """Draw a step's hazards [draws, bins, 2] in bins of its own.

        `share` [bins, company's bins] says which part of each bin's days at risk lies in which of the company's, by
        the step's `tempo` (`tempo.py`).
        """
        rng = own_stream(self.seed, key)
        lambda0 = (
            bounded(share @ self.lambda0.astype(np.float64) / tempo)
            if tempo != 1
            else share @ self.lambda0.astype(np.float64)
        )
        mu = self._pooled(lambda0, D, N, spread(rng, len(lambda0), 2))
        u = spread(rng, len(mu), 2 * len(N))
        if share[-1, -1] == 1 and len(N) > 1 and N[-2] > 0:
            mu[:, -1:] = self._by_age(mu[:, -2:-1], D[-2:-1], N[-2:-1], u[:, [len(N) - 2, -2]])
        return self._by_age(mu, D, N, u).astype(np.float32)

    def below(self, elders: NDArray, D: NDArray, N: NDArray, rng: np.random.Generator) -> NDArray[np.float64]:
        """Draw the hazards [draws, bins, 2] of what leans on `elders` in the same bins; unseen bins are multiplied."""
        mu = self._pooled(elders, D, N, spread(rng, len(elders), 2))
        seen = N > 0
        mu[:, seen] = self._by_age(mu[:, seen], D[seen], N[seen], spread(rng, len(mu), 2 * seen.sum()))
        return mu

    def _pooled(self, lambda0: NDArray, D: NDArray, N: NDArray, u: NDArray) -> NDArray[np.float64]:
        """Draw mu [draws, bins, 2] at uniforms u [draws, 2].

        theta_c | data ~ Gamma(s_c + sum_b phi_b D_bc, s_c + sum_b phi_b lambda0_bc N_b)

        phi_b = (kappa + 1) / (kappa + N_b): what N_b days in a bin that may deviate by kappa tell
        about the multiplier. At full weight the same days would count twice, here and in their bin,
        and intervals would be too narrow.
        """
        from scipy.special import gammaincinv

        s, kappa = self.strengths.s, self.strengths.kappa[:, None]
        phi = (kappa + 1) / (kappa + np.maximum(N, 1))
        E = np.einsum("db,dbc,b->dc", phi, lambda0, N)
        theta = gammaincinv(s + phi @ D, u) / (s + E)
        return bounded(theta[:, None, :] * lambda0)

    def _by_age(self, mu: NDArray, D: NDArray, N: NDArray, u: NDArray) -> NDArray[np.float64]:
        """Draw the bins' hazards at uniforms u [draws, 2 bins]: how many end, and which share of them is won.

        h ~ Beta(k mu + D, k (1 - mu) + N - D), share ~ Beta(a pi + D_w, a (1 - pi) + D_l)

        mu and D here are sums over both causes, pi = mu_w / mu. With k = kappa and a = kappa mu this
        is the Dirichlet. Where hardly anything ends, kappa days say nothing at all: k mu is kept at
        half an ended stay or more, a at two.
        """
        from scipy.special import betaincinv

        bins = mu.shape[1]
        kappa = self.strengths.kappa[:, None]
        both, ended = mu.sum(-1), D.sum(-1)
        k = np.maximum(kappa, EXIT_ENDS / both)
        h = betaincinv(k * both + ended, k * (1 - both) + N - ended, u[:, :bins])
        pi, a = mu[..., 0] / both, np.maximum(kappa * both, SHARE_ENDS)
        share = betaincinv(a * pi + D[:, 0], a * (1 - pi) + D[:, 1], u[:, bins:])
        return bounded(np.stack([h * share, h * (1 - share)], axis=-1))


def bounded(hazards: NDArray) -> NDArray[np.float64]:
    """Keep hazards [..., 2] above nothing and their sum below certainty."""
    hazards = np.maximum(hazards, FLOOR)
    return hazards * np.minimum(1, CAP / hazards.sum(-1, keepdims=True))


def own_stream(seed: int, key: str) -> np.random.Generator:
    """Give a step its own stream of random numbers, by its key and not by its place."""
    words = np.frombuffer(hashlib.sha256(key.encode()).digest()[:16], dtype="<u4")
    return np.random.default_rng([seed, 1, *words.tolist()])
