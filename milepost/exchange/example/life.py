"""Live one opportunity from its first day until it ends or until today, by the same rules as the verbs.

Days are ordinals. What happens is told as events in order; rows are made from them elsewhere.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from typing import NamedTuple

from milepost.exchange.example.clock import Clock
from milepost.exchange.example.playbooks import Truth
from milepost.opportunities.line import HELD, LOST, OPEN, PLANNED, SCHEDULED, SKIPPED, WON

AGAIN, BACK = "again", "back"
SIGMA = 0.5
LEAD = 9.0
"""Days between booking an appointment and holding it, in the median."""


@dataclass(slots=True)
class Try:
    """An appointment: when it was booked, when it is, and what was reported when."""

    step: int
    number: int
    booked: int
    on: int
    state: str = "closed"
    result: str = ""
    reported: int = 0
    agreed: bool = False


@dataclass(slots=True)
class Spell:
    """The time spent in one step, once."""

    step: int
    entered: int
    left: int | None = None
    end: str = ""
    cause: str = ""


class Event(NamedTuple):
    """Something that happened: the verb is the history's own."""

    day: int
    verb: str
    step: int
    was: str = ""
    on: int = 0


@dataclass(slots=True)
class Life:
    """One opportunity's story so far. Without `kind` it is open."""

    start: int
    states: list[str]
    ended: list[int]
    to_confirm: list[bool]
    spells: list[Spell] = field(default_factory=list)
    tries: list[Try] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    kind: str = ""
    ended_on: int = 0
    confirmed_on: int = 0
    at_step: int | None = None
    cut: bool = False
    """Today came first: something is still to happen."""


class Cut(Exception):
    """Today has been reached."""


@dataclass
class World:
    """What every life shares. It is early on `today`: what has happened, happened before it."""

    today: int
    clock: Clock
    closing_clock: Clock


CAUSES = (("lost", 1.5), ("no_decision", 3.0), ("withdrawn", 1.7))
EARLY, LATE = (0.42, 0.33, 0.25), (0.62, 0.29, 0.09)


class Living:
    """Lives one opportunity; `odds` moves every step's chance, in log odds."""

    def __init__(self, rng: random.Random, world: World, truths: list[Truth], start: int, odds: float) -> None:
        self.rng, self.world, self.truths, self.odds = rng, world, truths, odds
        n = len(truths)
        self.life = Life(start, [PLANNED] * n, [0] * n, [False] * n)
        self.went_back = rng.random() > 0.06
        self.now = start  # how far the history has been written: what is reported late is written late

    def run(self) -> Life:
        """Live until the end or until today."""
        day = self.life.start
        try:
            for step in range(len(self.truths)):
                day = self._pass(step, day)
                if self.life.kind:
                    return self.life
            self._end("won", day, None)
        except Cut:
            self.life.cut = True
        return self.life

    def _pass(self, step: int, day: int) -> int:
        """Get past one step; return the day."""
        truth, rng = self.truths[step], self.rng
        self._enter(step, day)
        if (not truth.required and rng.random() > truth.taken) or (truth.required and step and rng.random() < 0.008):
            self._leave(step, day, SKIPPED)
            return day
        if step >= 3 and truth.required and not self.went_back and rng.random() < 0.4:
            day = self._go_back(step, day)
            if self.life.kind:
                return day
        return self._work(step, day)

    def _work(self, step: int, day: int) -> int:
        """Meet until the client says yes or no, or until it peters out."""
        truth, rng = self.truths[step], self.rng
        won = rng.random() < shifted(truth.won, self.odds)
        cause, slow = ("", 1.0) if won else self._cause(step)
        while rng.random() < truth.again * (1.0 if won else 1.4):
            day = self._meet(step, day, AGAIN, 0.7)
        if won:
            return self._meet(step, day, WON, 1.0)
        if not truth.required or (cause == "lost" and rng.random() < 0.6):
            day = self._meet(step, day, LOST, slow)
            if truth.required:
                self._end("lost", day, step)
            return day
        day = self._wait(step, day, slow)
        self._end(cause, day, step)
        return day

    def _cause(self, step: int) -> tuple[str, float]:
        shares = EARLY if step < len(self.truths) / 2 else LATE
        return self.rng.choices(CAUSES, shares)[0]

    def _days(self, step: int, factor: float) -> float:
        stall = 2.6 if self.rng.random() < 0.04 else 1.0
        return self.truths[step].days * factor * stall * math.exp(self.rng.gauss(0, SIGMA))

    def _after(self, step: int, day: int, days: float) -> int:
        clock = self.world.closing_clock if self.truths[step].closing else self.world.clock
        return clock.after(day, days)

    def _wait(self, step: int, day: int, factor: float) -> int:
        day = self._after(step, day, self._days(step, factor))
        if day >= self.world.today:
            raise Cut
        return day

    def _meet(self, step: int, day: int, result: str, factor: float) -> int:
        """Book, hold and report one appointment; return the day it was held."""
        life, rng, today = self.life, self.rng, self.world.today
        on = self._after(step, day, max(1.0, self._days(step, factor)))
        if on <= self.now:
            on = self._after(step, self.now, 1.0)
        booked = max(day, self.now, working(on - 1 - int(LEAD * math.exp(rng.gauss(0, 0.6)))))
        reported = on if rng.random() < 0.6 else _monday(on + int(rng.expovariate(0.45)) + 1)
        if booked >= today:
            raise Cut
        number = 1 + sum(1 for t in life.tries if t.step == step)
        attempt = Try(step, number, booked, on)
        life.tries.append(attempt)
        self._happen(booked, "step scheduled", step, on=on)
        life.states[step] = SCHEDULED
        attempt.state = SCHEDULED
        if on >= today or reported >= today:
            if on < today and rng.random() < 0.75:
                self._happen(on, "step held", step)
                life.states[step] = attempt.state = HELD
            raise Cut
        self._happen(reported, "step held", step)
        attempt.state, attempt.result, attempt.reported = "closed", result, reported
        attempt.agreed = rng.random() < (0.75 if result == WON else 0.5)
        self._settle(step, on, result)
        return on

    def _settle(self, step: int, day: int, result: str) -> None:
        if result == AGAIN:
            self._close_spell(day, AGAIN)
            self.life.states[step] = PLANNED
            self._happen(day, "to meet again", step)
            self.life.spells.append(Spell(step, day))
        else:
            self._leave(step, day, result, was=HELD)

    def _happen(self, day: int, verb: str, step: int, was: str = "", on: int = 0) -> None:
        self.now = max(self.now, day)
        self.life.events.append(Event(self.now, verb, step, was, on))

    def _enter(self, step: int, day: int) -> None:
        self.life.spells.append(Spell(step, day))

    def _leave(self, step: int, day: int, state: str, was: str = PLANNED) -> None:
        self.life.states[step], self.life.ended[step] = state, day
        self._close_spell(day, state)
        self._happen(day, f"step {state}", step, was, on=day)

    def _close_spell(self, day: int, end: str, cause: str = "") -> None:
        spell = self.life.spells[-1]
        if spell.left is None:
            spell.left, spell.end, spell.cause = day, end, cause

    def _go_back(self, step: int, day: int) -> int:
        """Reopen an earlier step, win it again and have what came after confirmed."""
        life, rng = self.life, self.rng
        self.went_back = True
        back = self._after(step, max(day, self.now), 4 + 9 * rng.random())
        earlier = [k for k in range(step) if self.truths[k].required and life.states[k] == WON]
        if not earlier or back >= self.world.today:
            return day
        day = back
        to = rng.choice(earlier[-2:])
        self._close_spell(day, BACK)
        later = [k for k in range(to + 1, step) if self.truths[k].required]
        self._happen(day, "step reopened", to, life.states[to])
        life.states[to], life.ended[to] = PLANNED, 0
        for k in later:
            life.to_confirm[k] = True
        self._enter(to, day)
        day = self._work(to, day)
        if life.kind:
            return day
        for k in later:
            day = self._after(k, max(day, self.now), 3 * rng.random())
            if day >= self.world.today:
                raise Cut
            life.to_confirm[k] = False
            self._happen(day, "step confirmed", k)
        self._enter(step, day)
        return day

    def _end(self, kind: str, day: int, step: int | None) -> None:
        """Let it end, once somebody has confirmed it."""
        life = self.life
        day_known = max(day, self.now)
        confirmed = day_known if self.rng.random() < 0.6 else day_known + 1 + int(self.rng.expovariate(0.25))
        if confirmed >= self.world.today:
            raise Cut
        life.kind, life.ended_on, life.confirmed_on, life.at_step = kind, day, confirmed, step
        if step is not None:
            self._close_spell(day, LOST, kind)
            for spell in life.spells:
                if spell.end == LOST and self.truths[spell.step].required:
                    spell.cause = kind


def working(day: int) -> int:
    """Return the day, or the Friday before a weekend; ordinal 1 was a Monday."""
    return day - max(0, (day - 1) % 7 - 4)


def _monday(day: int) -> int:
    return day + (-(day - 1) % 7 if (day - 1) % 7 > 4 else 0)


def current(life: Life, truths: list[Truth]) -> int | None:
    """Return the place of the step where work is now, by the rule of the line; None when all is done."""
    for at, (state, truth) in enumerate(zip(life.states, truths, strict=True)):
        if state in OPEN or life.to_confirm[at] or (state == LOST and truth.required):
            return at
    return None


def live(rng: random.Random, world: World, truths: list[Truth], start: int, odds: float) -> Life:
    """Return the life of an opportunity that began on `start`."""
    return Living(rng, world, truths, start, odds).run()


def shifted(chance: float, odds: float) -> float:
    """Return the chance after its log odds moved."""
    return 1 / (1 + (1 - chance) / chance * math.exp(-odds)) if chance < 1 else 1.0
