"""Let a person's word count in the win chance, where words have been better than the model alone.

What counts was settled when the run was made (`forecasts/records.py`): a run's `voices` hold, for everybody or by
person, how much a word counts and how much too hopeful it has been.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from milepost.opportunities.models.figures import Figure, FiguresRun, Standing
from milepost.opportunities.moved import without
from milepost.team.models import Person

FRESH = 90
"""Days for which a word stands; after that it is no longer what the person thinks."""


@dataclass(frozen=True)
class Word:
    """A person's chance for one opportunity, as far as it counts."""

    person: int
    on: datetime.date
    said: float
    weight: float
    bias: float
    people: int = 1
    """Of how many people's words the weight was learnt."""
    error: float = 0.0

    def names(self) -> tuple[Any, ...]:
        return (self.person, self.on.isoformat(), self.said, self.weight, self.bias, self.people)

    def win(self, figure: Figure) -> float:
        from milepost.engine.blend import blended

        return float(blended(figure.win, self.said, self.weight, self.bias))

    def told(self, figure: Figure) -> dict[str, Any]:
        told = {"person": self.person, "on": self.on.isoformat(), "said": self.said}
        told |= {"weight": self.weight, "bias": self.bias, "people": self.people}
        return {"word": {**told, **without(figure)}}


def word_that_counts(
    said: Mapping[int, tuple[datetime.date, float]], run: FiguresRun, clock: datetime.date
) -> Word | None:
    """Return the fresh word that counts most, of those equal the newest; None where none does.

    `said` holds each person's newest chance and its day.
    """
    words = [_word(person, on, chance, run) for person, (on, chance) in said.items() if (clock - on).days <= FRESH]
    counting = [word for word in words if word is not None]
    return max(counting, key=lambda word: (word.weight, word.on, word.person), default=None)


def _word(person: int, on: datetime.date, chance: float, run: FiguresRun) -> Word | None:
    voice = run.voices.get("people", {}).get(str(person), run.voices.get("everyone"))
    if not voice or not voice["weight"]:
        return None
    return Word(person, on, chance, voice["weight"], voice["bias"], voice["people"])


@dataclass(frozen=True)
class Counted:
    """A word that counts in an opportunity's win chance, as one person is told of it.

    `share` is None where it would tell how good somebody else's words are: a weight of theirs alone.
    """

    is_mine: bool
    on: datetime.date
    said: float
    share: float | None
    without: float
    low: float
    high: float

    @property
    def percent(self) -> int | None:
        return None if self.share is None else round(100 * self.share)


def counted_for(person: Person, standing: Standing | None, *, may_know: bool) -> Counted | None:
    """Return the word that counts in the standing's figure; `may_know` = the person is shown records by name."""
    figure = standing.figure if standing is not None else None
    if figure is None or not figure.word:
        return None
    word = figure.word
    is_mine = word["person"] == person.pk
    share = word["weight"] if is_mine or may_know or word["people"] > 1 else None
    limits = (word["without"], word["without_low"], word["without_high"])
    return Counted(is_mine, datetime.date.fromisoformat(word["on"]), word["said"], share, *limits)
