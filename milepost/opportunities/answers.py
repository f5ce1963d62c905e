"""Let what is known of an opportunity beside its steps move its chance, where that has earned it.

What counts was settled when the run was made (`forecasts/trial.py`): a run's `earned` holds the correction.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from milepost.opportunities.facts import read_known
from milepost.opportunities.models.figures import Figure, FiguresRun
from milepost.opportunities.moved import without

GRAIN = 16
"""Log odds move by sixteenths: at most a point, and many opportunities share a figure."""

LEAST, MOST = 0.02, 12
"""Answers that move log odds by less are not named one by one, nor more than so many."""

Part = tuple[str, str, float]


@dataclass(frozen=True)
class Asked:
    """Which opportunity, the first step it has still to win, and the days in it and in all."""

    opportunity: int
    step: str
    ages: tuple[int, int]


@dataclass(frozen=True)
class Shift:
    """By how many log odds an opportunity's chance moves, how sure that is, and what moves it most.

    Each of `parts` says what, which answer, and by how much.
    """

    by: float
    error: float
    parts: tuple[Part, ...]

    def names(self) -> tuple[Any, ...]:
        return ("moved", self.by, self.error)

    def win(self, figure: Figure) -> float:
        return win_moved(figure.win, self.by)

    def told(self, figure: Figure) -> dict[str, Any]:
        return {"moved": {"by": self.by, "error": self.error, **without(figure)}}


def shifts_of(run: FiguresRun, asked: Sequence[Asked], today: datetime.date) -> list[Shift | None]:
    """Return what moves each opportunity by what is known today; None where nothing does."""
    if not run.earned:
        return [None] * len(asked)
    from milepost.engine.corrections import Correction

    correction = Correction.from_json(run.earned)
    questions = list(correction.answers)
    known = read_known([one.opportunity for one in asked], questions) if questions else None
    tomorrow, shifts = today + datetime.timedelta(days=1), []
    for one in asked:
        told = {q: known.on(one.opportunity, q, tomorrow) for q in questions} if known else {}
        parts = correction.parts(told, one.step, one.ages)
        by, error = (round(each * GRAIN) / GRAIN for each in (correction.shift(parts), correction.error(parts, told)))
        strongest = sorted(((q, told.get(q, ""), round(d, 3)) for q, d in parts), key=lambda part: -abs(part[2]))
        named = tuple(part for part in strongest[:MOST] if abs(part[2]) >= LEAST)
        shifts.append(Shift(by, error, named) if one.step and (by or named) else None)
    return shifts


def win_moved(chain: float, by: float) -> float:
    """Return a chance moved by log odds."""
    from milepost.engine.corrections import corrected

    return float(corrected(chain, by))


def win_after(figure: Figure, chain: float) -> float:
    """Return the win chance were that of the steps another; answers and a word count in it."""
    from milepost.engine.blend import blended

    win = win_moved(chain, figure.moved["by"]) if figure.moved else chain
    word = figure.word
    return float(blended(win, word["said"], word["weight"], word["bias"])) if word else win
