"""Let people say what they think of opportunities as they go: most too hopeful, some knowing their clients well.

Chance of its own: what is said must not change what happens, nor what else is told.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from milepost.exchange.example.life import SKIPPED, WON, shifted, working
from milepost.exchange.example.setting import Setting
from milepost.exchange.example.telling import Told
from milepost.exchange.example.words import talk
from milepost.team.models import Person, Role

TALKED_ABOUT, MOST, YEARS = 0.8, 3, 3
QUIET = 46
"""Days before today in which those still open are left to what `work.py` has said of them."""

FEEL = 0.9
"""By how much, in log odds, one who knows their client moves to what will come of it."""

KNOWING = {"Ines Kovar": (0.1, 0.9), "Priya Raman": (0.25, 0.8), "Kenji Morimoto": (-0.1, 0.7)}


@dataclass(frozen=True)
class Manner:
    """How a person judges: how much too hopeful (log odds), how well they feel what will come, how much they waver."""

    hope: float
    feel: float
    waver: float


class Call(NamedTuple):
    """What somebody said on a day."""

    day: int
    by: Person
    category: str
    chance: float | None
    note: str


class Callers:
    """Everybody's manner, the same for the same name."""

    def __init__(self, setting: Setting) -> None:
        self.today = setting.today.toordinal()
        self.manners = {person.pk: manner_of(person.name) for person in setting.people.values()}

    def calls(self, told: Told) -> Iterator[Call]:
        """Yield what was said of one opportunity in the last years, in order."""
        rng = random.Random(f"{told.id}/{told.life.start}/calls")  # noqa: S311 a story, not a secret
        if rng.random() > TALKED_ABOUT:
            return
        by = _who(rng, told)
        for day in sorted(self._days(rng, told)):
            yield self._call(rng, told, by, day)

    def _days(self, rng: random.Random, told: Told) -> set[int]:
        """Choose some days on which a step was under way: a week into it or so."""
        life = told.life
        first, last = self.today - YEARS * 365, life.ended_on if life.kind else self.today - QUIET
        days = {working(spell.entered + rng.randint(2, 14)) for spell in life.spells[1:]}
        possible = sorted(day for day in days if max(first, life.start) < day < last)
        return set(rng.sample(possible, min(MOST, len(possible))))

    def _call(self, rng: random.Random, told: Told, by: Person, day: int) -> Call:
        manner = self.manners[by.pk]
        sign = 0.0 if not told.life.kind else 1.0 if told.life.kind == WON else -1.0
        moved = manner.hope + FEEL * manner.feel * sign + rng.gauss(0, manner.waver)
        chance = shifted(chance_then(told, day), moved)
        said = round(min(0.95, max(0.05, chance)) * 20) / 20
        category = "commit" if said >= 0.75 else "best_case" if said >= 0.4 else "pipeline"
        note = told.fill(rng.choice(talk.WHY_JUDGED)) if rng.random() < 0.3 else ""
        return Call(day, by, category if rng.random() < 0.8 else "", said, note)


def manner_of(name: str) -> Manner:
    """Return how somebody judges."""
    rng = random.Random(f"{name}/manner")  # noqa: S311 a story, not a secret
    hope, feel = KNOWING.get(name, (max(0.0, rng.gauss(0.7, 0.35)), max(0.0, rng.gauss(0.15, 0.15))))
    return Manner(hope, feel, rng.uniform(0.4, 0.6) if name in KNOWING else rng.uniform(0.7, 1.3))


def _who(rng: random.Random, told: Told) -> Person:
    """Choose who speaks of it: most often who sells it."""
    crew = told.deal.client.crew
    others = (told.deal.coordinator, crew.people[Role.SALES_MANAGER][0])
    return rng.choices((told.deal.salesperson, *others), (75, 15, 10))[0]


def chance_then(told: Told, day: int) -> float:
    """Return the true chance of what was still to win on a day, by all that moved its odds, were every step fresh."""
    life, deal = told.life, told.deal
    chance = 1.0
    for at, truth in enumerate(deal.line.truths):
        passed = life.states[at] in (WON, SKIPPED) and 0 < life.ended[at] <= day
        if truth.required and not passed:
            chance *= shifted(truth.won, deal.odds)
    return min(chance, 1 - math.ulp(1.0) * 4)
