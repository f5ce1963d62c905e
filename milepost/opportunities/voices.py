"""Let a person's word count in the win chance, where words have been better than the model alone.

What counts was settled when the run was made (`forecasts/records.py`): a run's `voices` hold, for everybody or by
person, how much a word counts and how much too hopeful it has been.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from milepost.opportunities.figures import UNREAD
from milepost.opportunities.models.figures import Figure, FiguresRun, Standing
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

    def key(self, base: str) -> str:
        """Return the name of the figure in which it counts."""
        told = (self.person, self.on.isoformat(), self.said, self.weight, self.bias, self.people)
        parts = [base, *map(repr, told)]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40]


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


def with_words(run: FiguresRun, pairs: Sequence[tuple[Figure, Word | None]]) -> list[Figure]:
    """Return each figure, or the one in which the word beside it counts; made once a run and kept."""
    wanted = {word.key(figure.key): (figure, word) for figure, word in pairs if word is not None and figure.win < 1}
    if not wanted:
        return [figure for figure, _word in pairs]
    known = _known(run, wanted)
    missing = {key: pair for key, pair in wanted.items() if key not in known}
    if missing:
        Figure.objects.bulk_create(_made(run, missing), ignore_conflicts=True)
        known |= _known(run, missing)
    return [known.get(word.key(figure.key), figure) if word is not None else figure for figure, word in pairs]


def _known(run: FiguresRun, keys: Mapping[str, Any]) -> dict[str, Figure]:
    return {f.key: f for f in run.figures.filter(key__in=keys).defer(*UNREAD)}


def _made(run: FiguresRun, wanted: Mapping[str, tuple[Figure, Word]]) -> list[Figure]:
    whole = {f.key: f for f in run.figures.filter(key__in={figure.key for figure, _word in wanted.values()})}
    return [counted(whole[figure.key], word, key) for key, (figure, word) in wanted.items()]


def counted(figure: Figure, word: Word, key: str) -> Figure:
    """Return a figure as it is with the word counted in: every draw moves by the same, dates and steps stay."""
    import numpy as np

    from milepost.engine.blend import blended, shifted
    from milepost.engine.tables import limits

    draws = np.frombuffer(bytes(figure.win_draws), np.float32)
    win = float(blended(figure.win, word.said, word.weight, word.bias))
    moved = shifted(draws, win).astype(np.float32)
    low, high = (float(each[0]) for each in limits(moved[None]))
    by = np.frombuffer(bytes(figure.won_by), np.float16).reshape(-1, len(draws)).astype(np.float32)
    grown = np.minimum(by * (moved / np.maximum(draws, 1e-9)), moved).astype(np.float16)
    week = figure.win_in_week / figure.win if figure.win else 1.0
    return Figure(
        run_id=figure.run_id,
        key=key,
        win=win,
        win_low=low,
        win_high=high,
        win_in_week=min(win * week, 0.999),
        close_days=figure.close_days,
        weakest=figure.weakest,
        thin=figure.thin,
        steps=figure.steps,
        win_draws=moved.tobytes(),
        won_by=grown.tobytes(),
        word={
            "person": word.person,
            "on": word.on.isoformat(),
            "said": word.said,
            "weight": word.weight,
            "bias": word.bias,
            "people": word.people,
            "without": figure.win,
            "without_low": figure.win_low,
            "without_high": figure.win_high,
        },
    )


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


def win_with(word: dict[str, Any], chain: float) -> float:
    """Return the win chance were the chance without the word another, such as after a better step."""
    from milepost.engine.blend import blended

    return float(blended(chain, word["said"], word["weight"], word["bias"]))
