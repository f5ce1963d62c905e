"""Judge the rules of a gate: values in, a card out. A rule is met, not met, or unknown, and unknown counts against.

What is known comes from facts that Milepost reads itself (`facts.py`) or from people's own answers to the company's
items; a card says for each rule what it asks, what is known, and what that rests on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

YES, NO, UNKNOWN = "yes", "no", "unknown"


@dataclass(frozen=True)
class Known:
    """What is known of one thing: a truth, a number, or nothing (None), and in words what it rests on."""

    value: bool | float | None = None
    evidence: str = ""


NOTHING = Known()


class Rule(Protocol):
    """What judging needs of a rule."""

    key: str
    compare: str
    threshold: float | None
    weight: int
    veto: bool


@dataclass(frozen=True)
class Judged:
    """One rule as it stands: its answer, the value it was judged by, and the evidence."""

    key: str
    answer: str
    value: bool | float | None
    evidence: str
    weight: int
    veto: bool

    @property
    def stops(self) -> bool:
        """Tell whether the gate may not be passed because of this rule alone."""
        return self.veto and self.answer != YES


@dataclass(frozen=True)
class Card:
    """All rules of a gate as they stand, with the points they come to, of 100."""

    rules: tuple[Judged, ...]
    points: int
    enough: int

    @property
    def speaks_for_it(self) -> bool:
        """Tell whether the gate may be passed without an override."""
        return self.points >= self.enough and not any(rule.stops for rule in self.rules)

    @property
    def missing(self) -> list[Judged]:
        """Return what is not met, what stops it first, then by weight."""
        open_ones = [rule for rule in self.rules if rule.answer != YES]
        return sorted(open_ones, key=lambda rule: (not rule.veto, -rule.weight))

    def plain(self) -> dict[str, Any]:
        """Return the card as JSON can keep it; what was decided by it never changes afterwards."""
        return {"points": self.points, "enough": self.enough, "rules": [asdict(rule) for rule in self.rules]}


def answer_of(rule: Rule, known: Known) -> str:
    """Return whether the rule is met by what is known.

    >>> from types import SimpleNamespace as N
    >>> rule = N(key="a", compare="at_least", threshold=2, weight=1, veto=False)
    >>> [answer_of(rule, Known(value)) for value in (2, 1.5, None)]
    ['yes', 'no', 'unknown']
    """
    if known.value is None:
        return UNKNOWN
    if rule.compare == "yes":
        return YES if known.value else NO
    threshold = rule.threshold or 0
    met = known.value >= threshold if rule.compare == "at_least" else known.value <= threshold
    return YES if met else NO


def card(rules: Sequence[Rule], known: Mapping[str, Known], *, enough: int) -> Card:
    """Judge the rules by what is known of each, by key; what is missing there is unknown.

    Points are 100 × weights met ÷ all weights, rounded down; rules without any weight come to 100.
    """
    judged = []
    for rule in rules:
        what = known.get(rule.key, NOTHING)
        judged.append(Judged(rule.key, answer_of(rule, what), what.value, what.evidence, rule.weight, rule.veto))
    total = sum(rule.weight for rule in judged)
    met = sum(rule.weight for rule in judged if rule.answer == YES)
    return Card(tuple(judged), 100 * met // total if total else 100, enough)
