"""What moves the chain's chance by something that the chain does not look at.

    logit p = logit p_chain + c + x'beta

x are answers, one each question, or how things stand: the step, and within each step ln(1 + days in it) and
ln(1 + days in all). How beta is learnt is in `beside.py`; how c is, and when they may count, in `challengers.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

BOLDEST = 2.0
"""No correction moves log odds by more, whatever it saw."""

CERTAIN = 0.001
"""No chance is nearer to 0 or to 1."""

STATES = "states"


@dataclass(frozen=True)
class Correction:
    """Hold what moves log odds: of each question's answers, and of how things stand in each step.

    answers  {question: {answer: log odds}};  states  {step: (at the usual ages, by ln days in it, by ln days in all)}
    usual    mean and spread of ln(1 + days in the step) and of ln(1 + days in all);  level  c
    bold     no opportunity moves by more
    errors   {question: {answer: standard error of its log odds}}
    sure     covariance of the shares of those `named` that count, as parts of 1
    """

    answers: Mapping[str, Mapping[str, float]]
    states: Mapping[str, tuple[float, float, float]]
    usual: tuple[tuple[float, float], ...]
    level: float
    bold: float = BOLDEST
    errors: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    named: tuple[str, ...] = ()
    sure: tuple[tuple[float, ...], ...] = ()

    def parts(self, answers: Mapping[str, str], step: str, ages: tuple[float, float]) -> list[tuple[str, float]]:
        """Return what moves one opportunity: each question with its log odds, `STATES` for how it stands.

        >>> one = Correction({"budget": {"yes": 0.5, "": -0.2}}, {}, ((0, 1), (0, 1)), 0.1)
        >>> one.parts({"budget": "yes", "colour": "red"}, "offer", (3, 9))
        [('budget', 0.5)]
        """
        parts = [(question, told.get(answers.get(question, ""), 0.0)) for question, told in self.answers.items()]
        if step in self.states:
            old = [(np.log1p(max(age, 0)) - m) / s for age, (m, s) in zip(ages, self.usual, strict=True)]
            parts.append((STATES, float(np.dot(self.states[step], [1.0, *old]))))
        return parts

    def shift(self, parts: Sequence[tuple[str, float]]) -> float:
        """Return by how much log odds move in all."""
        return float(np.clip(self.level + sum(by for _name, by in parts), -self.bold, self.bold))

    def error(self, parts: Sequence[tuple[str, float]], answers: Mapping[str, str]) -> float:
        """Return the standard error of what `parts` of these answers come to.

        >>> yes = {"budget": {"yes": 0.5}}
        >>> one = Correction(yes, {}, (), 0, 2, {"budget": {"yes": 0.3}}, ("budget",), ((0.64,),))
        >>> one.error([("budget", 0.5)], {"budget": "yes"})
        0.5
        """
        said = dict(parts)
        own = [self.errors.get(question, {}).get(answers.get(question, ""), 0.0) for question in said]
        t = np.array([said.get(name, 0.0) for name in self.named])
        return float(np.sqrt(np.square(own).sum() + t @ np.reshape(self.sure, (len(t), len(t))) @ t))

    def to_json(self) -> dict[str, Any]:
        """Put it into plain values."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Correction:
        """Read it back."""
        states = {step: tuple(each) for step, each in told["states"].items()}
        lists = {name: tuple(map(tuple, told.get(name, ()))) for name in ("usual", "sure")}
        return cls(**{**told, **lists, "states": states, "named": tuple(told.get("named", ()))})


def corrected(chain: ArrayLike, shift: ArrayLike) -> NDArray[np.float64]:
    """Return chances moved in log odds, never 0 nor 1.

    >>> corrected([0.5, 0.2], [0.0, 1.0]).round(3).tolist()
    [0.5, 0.405]
    """
    return np.clip(expit(logit(chain) + np.asarray(shift, np.float64)), CERTAIN, 1 - CERTAIN)


def level(target: float, moved: NDArray, once: NDArray) -> float:
    """Return c, by which the chances of log odds `moved` [rows] sum up to `target`, rows counting `once`."""
    low, high = -30.0, 30.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if once @ expit(moved + middle) < target else (low, middle)
    return (low + high) / 2


def logit(p: ArrayLike) -> NDArray[np.float64]:
    """Return log odds."""
    q = np.clip(np.asarray(p, np.float64), CERTAIN, 1 - CERTAIN)
    return np.log(q) - np.log1p(-q)


def expit(x: ArrayLike) -> NDArray[np.float64]:
    """Return chances of log odds."""
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))
