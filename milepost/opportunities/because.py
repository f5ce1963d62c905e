"""Say in points what moves an opportunity's win chance beside its steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from milepost.opportunities.answers import win_moved
from milepost.opportunities.facts import Words, facts

STATES = "states"
LABELS: dict[str, Words] = {STATES: lazy("Days in this step, and under way in all")}


@dataclass(frozen=True)
class Because:
    """One thing that moves the chance: in words, and by how many points."""

    label: Words
    answer: Words
    points: int

    @property
    def signed(self) -> str:
        """Return the points with their sign.

        >>> Because("", "", 4).signed, Because("", "", -6).signed
        ('+4', '−6')
        """
        return f"+{self.points}" if self.points > 0 else f"−{-self.points}" if self.points else "0"


@dataclass(frozen=True)
class Moved:
    """The chance by steps alone, that with what else is known and its limits, and what makes the difference."""

    without: float
    win: float
    low: float
    high: float
    parts: tuple[Because, ...]

    @property
    def points(self) -> Because:
        """Return the whole difference, as it follows from the rounded chances."""
        return Because("", "", _percent(self.win) - _percent(self.without))


def moved_for(standing: Any) -> Moved | None:
    """Return what moves an open opportunity's chance; None where its steps alone make it."""
    figure = standing.figure if standing is not None else None
    if figure is None or not figure.moved:
        return None
    told = figure.moved
    win = win_moved(told["without"], told["by"])
    parts = tuple(_parts(standing.answers, told["without"], win))
    word = figure.word
    limits = (word["without_low"], word["without_high"]) if word else (figure.win_low, figure.win_high)
    return Moved(told["without"], win, *limits, parts)


@dataclass(frozen=True)
class Called:
    """The chance before a person's call counts, and by how much it moves that."""

    without: float
    points: Because


def called_for(standing: Any) -> Called | None:
    """Return what a person's call does to an open opportunity's chance; None where none counts."""
    figure = standing.figure if standing is not None else None
    if figure is None or not figure.word:
        return None
    without = figure.word["without"]
    return Called(without, Because("", "", _percent(standing.win) - _percent(without)))


def chain_of(standing: Any) -> dict[str, float]:
    """Return the chance that the steps alone make, with its limits; nothing where there is none."""
    figure = standing.figure if standing is not None else None
    if figure is None:
        return {}
    told = figure.moved or figure.word
    names = ("without", "without_low", "without_high") if told else ("win", "win_low", "win_high")
    found = [told[name] if told else getattr(figure, name) for name in names]
    return dict(zip(("win", "low", "high"), found, strict=True))


def _parts(answers: list[Any], chain: float, win: float) -> list[Because]:
    """Add one answer after the other, the strongest first; what is left over is told last, so that the sum is right."""
    known, parts, by, said = facts(), [], 0.0, _percent(chain)
    for key, answer, log_odds in answers:
        by += log_odds
        points = _percent(win_moved(chain, by)) - said
        said += points
        if points:
            parts.append(_because(known.get(key), key, answer, points))
    if rest := _percent(win) - said:
        parts.append(Because(_("All the rest"), "", rest))
    return parts


def _because(fact: Any, key: str, answer: str, points: int) -> Because:
    if fact is None:
        return Because(LABELS.get(key, key), "", points)
    return Because(fact.label, fact.say(answer), points)


def _percent(chance: float) -> int:
    return round(100 * chance)
