"""Score what people said of opportunities, beside what the model said at the same moments.

A look is one moment at which a person's word on an opportunity stood. However often one was looked at, it counts
once: of k looks of a person at an opportunity each weighs 1 / k. Sums of two sets are added, so that a group's record
is that of its people.

    bias   mean over opportunities of e, e = mean over its looks of (p - y): above 0 = too hopeful
    limits bias -+ z sqrt(v / n), v = (sum (e - bias)^2 + v0) / n: v0 = 1/4 says what one opportunity alone tells
    gain   mean over opportunities of d, d = mean over its looks of (the model's log loss - the person's)
    slope  as in `scores.py`, from the tenths
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.engine.scores import TENTHS, Z80, Bin, Score, added, calibration, losses, tenths, wilson

V0 = 0.25
FEWEST = 8.0
"""With fewer opportunities of either end no slope is claimed."""

STEEPEST = 4.0


@dataclass(frozen=True)
class Looks:
    """Hold looks at opportunities that have ended, one entry a look.

    person, opportunity  whole numbers; said = the person's chance, nan where none was given; model = the model's
    won  1 or 0; category = the name the person gave, "" without one
    """

    person: NDArray[np.int64]
    opportunity: NDArray[np.int64]
    said: NDArray[np.float64]
    model: NDArray[np.float64]
    won: NDArray[np.float64]
    category: Sequence[str]

    def weights(self, among: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return 1 / k for looks among those meant, and 0 for others [looks]."""
        return shares(self.person, self.opportunity, among)


def shares(person: ArrayLike, opportunity: ArrayLike, among: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return each look's weight: those of one person at one opportunity weigh 1 together; others 0.

    >>> shares([1, 1, 1, 2], [7, 7, 8, 7], np.array([True, True, True, False])).tolist()
    [0.5, 0.5, 1.0, 0.0]
    """
    if not len(among):
        return np.zeros(0)
    place = pairs(person, opportunity)
    k = np.bincount(place, among, place.max() + 1)[place]
    return np.where(among, 1 / np.maximum(k, 1), 0.0)


def pairs(person: ArrayLike, opportunity: ArrayLike) -> NDArray[np.intp]:
    """Number looks so that those of one person at one opportunity share a number [looks]."""
    whose, where = (np.unique(np.asarray(each), return_inverse=True)[1] for each in (person, opportunity))
    return np.unique(whose * (where.max() + 1) + where, return_inverse=True)[1]


@dataclass(frozen=True)
class Record:
    """Hold how well chances and categories did, as sums over opportunities; each counts once a person.

    categories  by name: how many were called so, and how many of these were won
    """

    said: Score = field(default_factory=Score)
    model: Score = field(default_factory=Score)
    squares: float = 0.0
    gained: float = 0.0
    gains: float = 0.0
    bins: tuple[Bin, ...] = field(default_factory=lambda: (Bin(0.0, 0.0, 0.0),) * TENTHS)
    categories: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, looks: Looks) -> Record:
        """Sum up looks of any number of people."""
        given = ~np.isnan(looks.said)
        w = looks.weights(given)
        p, y = np.where(given, looks.said, 0.5), looks.won
        errors = _by_pair(looks, w * (p - y))
        gains = _by_pair(looks, w * (losses(looks.model, y) - losses(p, y)))
        return cls(
            Score.of(p, y, w),
            Score.of(looks.model, y, w),
            float((errors**2).sum()),
            float(gains.sum()),
            float((gains**2).sum()),
            tuple(tenths(p, y, w)),
            _categories(looks),
        )

    def __add__(self, other: Record) -> Record:
        names = sorted({*self.categories, *other.categories})
        counts = [(self.categories.get(name, (0.0, 0.0)), other.categories.get(name, (0.0, 0.0))) for name in names]
        return Record(
            self.said + other.said,
            self.model + other.model,
            self.squares + other.squares,
            self.gained + other.gained,
            self.gains + other.gains,
            tuple(added([self.bins, other.bins])),
            {name: (a[0] + b[0], a[1] + b[1]) for name, (a, b) in zip(names, counts, strict=True)},
        )

    @property
    def n(self) -> float:
        """Return how many opportunities were given a chance and have ended."""
        return self.said.n

    @property
    def bias(self) -> tuple[float, float, float]:
        """Return by how much too hopeful the chances were, with its 80 % interval; none or all could have been won."""
        bias, low, high = _mean(self.said.said - self.said.won, self.squares, self.n, V0)
        said = self.said.said / self.n if self.n else None
        return (bias, low, high) if said is None else (bias, max(low, said - 1), min(high, said))

    @property
    def gain(self) -> tuple[float, float, float]:
        """Return the log loss saved against the model, with its 80 % interval; below 0 = the model was better."""
        return _mean(self.gained, self.gains, self.n, V0)

    @property
    def slope(self) -> float | None:
        """Return the calibration slope: below 1 the chances were too bold; None where too few have ended."""
        if min(self.said.won, self.n - self.said.won) < FEWEST:
            return None
        bins = [b for b in self.bins if b.n]
        p = np.clip([b.expected for b in bins], 0.01, 0.99)
        y, n = np.array([b.happened for b in bins]), np.array([b.n for b in bins])
        slope = calibration(p, y, n)[1]
        return slope if abs(slope) <= STEEPEST else None

    def share(self, category: str) -> tuple[float, float, float]:
        """Return the share of a category that was won, with its 80 % interval."""
        n, won = self.categories[category]
        return (won / n, *wilson(won, n))

    @property
    def parts(self) -> dict[str, Any]:
        """Return what it is made of, to be stored."""
        return {
            "said": self.said.parts,
            "model": self.model.parts,
            "sums": [self.squares, self.gained, self.gains],
            "bins": [[b.n, b.said, b.won] for b in self.bins],
            "categories": {name: list(each) for name, each in self.categories.items()},
        }

    @classmethod
    def from_parts(cls, parts: Mapping[str, Any]) -> Record:
        """Return what `parts` held."""
        bins = tuple(Bin(*each) for each in parts["bins"])
        categories = {name: (float(n), float(won)) for name, (n, won) in parts["categories"].items()}
        squares, gained, gains = parts["sums"]
        return cls(Score(*parts["said"]), Score(*parts["model"]), squares, gained, gains, bins, categories)


def _by_pair(looks: Looks, each: NDArray) -> NDArray[np.float64]:
    """Add up within each person and opportunity."""
    if not len(each):
        return np.zeros(0)
    return np.bincount(pairs(looks.person, looks.opportunity), each).astype(float)


def _categories(looks: Looks) -> dict[str, tuple[float, float]]:
    names = np.array(looks.category, dtype=object)
    w = looks.weights(names != "")
    counts = {}
    for name in sorted(set(looks.category) - {""}):
        mine = w * (names == name)
        counts[name] = (float(mine.sum()), float((mine * looks.won).sum()))
    return counts


def _mean(total: float, squares: float, n: float, v0: float) -> tuple[float, float, float]:
    if not n:
        return 0.0, -1.0, 1.0
    mean = total / n
    half = Z80 * ((max(squares - n * mean * mean, 0.0) + v0) / n / n) ** 0.5
    return mean, mean - half, mean + half
