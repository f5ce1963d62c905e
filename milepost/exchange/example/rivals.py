"""Tell whom the example company sells against, and what it has put into its opportunities so far."""

from __future__ import annotations

import random
from typing import Any

from milepost.exchange.example.life import working
from milepost.exchange.example.playbooks import NEW
from milepost.exchange.example.setting import Setting
from milepost.exchange.example.tables import Table
from milepost.exchange.example.telling import Told, day_of, moment
from milepost.exchange.example.words import rivals as words
from milepost.exchange.example.words.market import COMPETITORS
from milepost.gates.models import Contender, ContenderStatus, Expense, GateAnswer, Spent
from milepost.gates.models.answer import of_group
from milepost.gates.models.contender import GROUPS
from milepost.opportunities import line
from milepost.opportunities.models import Rival
from milepost.team.models import Role

EARLY = {"won": 0.75, "lost": 0.55, "no_decision": 0.5, "withdrawn": 0.4, "": 0.65}
"""How often somebody notes before the end whom the client may choose instead."""


UNDECIDED = ("undecided", "paused")
SIGNS = ("+", "+", "−", "?")


class Rivalry:
    """Keeps the rows until they are written; draws from a source of its own, so that nothing else changes by it."""

    def __init__(self, setting: Setting) -> None:
        self.last = setting.today.toordinal() - 1
        self.engineers = setting.team[:4]
        names = (*COMPETITORS, words.NOBODY)
        self.rivals = {name: Rival.named(name, by=None) for name in names}
        self.contenders = Table(
            Contender, "opportunity_id", "rival_id", "status", "since", "strengths", "weaknesses", "noted_on"
        )
        self.statuses = Table(ContenderStatus, "contender_id", "status", "on", "by_id", "at")
        self.supporters = Table(Contender.supporters.through, "contender_id", "stakeholder_id")
        self.answers = Table(
            GateAnswer,
            "opportunity_id",
            "rule_key",
            "against_id",
            "gate_id",
            "answer",
            "evidence",
            "on",
            "by_id",
            "at",
        )
        self.spent = Table(
            Spent, "opportunity_id", "person_id", "role", "hours", "on", "note", "request_id", "override"
        )
        self.expenses = Table(Expense, "opportunity_id", "minor", "on", "note", "person_id")

    def tables(self) -> list[Table]:
        """Return the tables in the order in which they are written."""
        return [self.contenders, self.statuses, self.supporters, self.answers, self.spent, self.expenses]

    def write(self, told: Told) -> None:
        """Note who competes, and log what went in since the first gate."""
        rng = random.Random(f"rivals/{told.id}")  # noqa: S311 a story, not a secret
        if told.deal.book.kind == NEW and rng.random() < EARLY[told.life.kind]:
            for number, name in enumerate(self._who(told, rng)):
                self._note(told, rng, name, first=number == 0)
        if not told.life.kind:
            self._log(told, rng)

    def _who(self, told: Told, rng: random.Random) -> list[str]:
        """Return whom the client may choose instead of us: whoever won it, one or two others, or nobody at all."""
        found = [told.lost_to] if told.lost_to else []
        found += [name for name in rng.sample(COMPETITORS, rng.choice((0, 1, 1, 2))) if name not in found]
        if told.life.kind == "no_decision" or rng.random() < 0.3:
            found.append(words.NOBODY)
        return found

    def _note(self, told: Told, rng: random.Random, name: str, *, first: bool) -> None:
        life, by = told.life, told.deal.salesperson
        end = (life.ended_on or self.last + 1) - 1
        day = rng.randint(life.start, max(life.start, end))
        strong, weak = words.KNOWN[name]
        status = "incumbent" if first and name in COMPETITORS and rng.random() < 0.3 else "in"
        out = status == "in" and name != told.lost_to and end - day > 40 and rng.random() < 0.25
        since = rng.randint(day + 20, end) if out else day
        pk = self.contenders.add(
            told.id, self.rivals[name].pk, "out" if out else status, day_of(since),
            rng.choice(strong), rng.choice(weak) if rng.random() < 0.7 else "", day_of(day),
        )  # fmt: skip
        self.statuses.add(pk, status, day_of(day), by.pk, moment(day, 500))
        if out:
            self.statuses.add(pk, "out", day_of(since), by.pk, moment(since, 500))
        self._remember(told, name, day, status, out_since=since if out else None)
        told.tell(day, "competitor noted", by, part=self.rivals[name].name, what={"how_it_stands": [None, status]})
        if first and told.against and name in COMPETITORS:
            self.supporters.add(pk, told.against[0])
        if not told.life.kind:
            self._weigh(told, rng, name, day)

    def _remember(self, told: Told, name: str, day: int, status: str, *, out_since: int | None) -> None:
        """Keep with each later decision how the competitor stood then; what was said once goes on holding."""
        rng = random.Random(f"signs/{told.id}/{name}")  # noqa: S311 a story, not a secret
        signs = [rng.choice(SIGNS) for _ in GROUPS]
        for on, card in told.cards:
            if on >= day:
                stood = "out" if out_since is not None and on >= out_since else status
                card["rivals"].append({"name": name, "status": stood, "signs": signs})

    def _weigh(self, told: Told, rng: random.Random, name: str, day: int) -> None:
        by, gate = told.deal.salesperson.pk, next((pk for pk, state in told.gates if state in UNDECIDED), None)
        for group in GROUPS:
            if rng.random() < 0.6:
                answer, how = rng.choice(("plus", "plus", "minus")), rng.choice(words.HOW)
                told_on = (day_of(day), by, moment(day, 505))
                self.answers.add(told.id, of_group(group), self.rivals[name].pk, gate, answer, how, *told_on)

    def _log(self, told: Told, rng: random.Random) -> None:
        """Log hours of each step that was worked on, and the money of the later ones."""
        deal = told.deal
        for spell in told.life.spells[-4:]:
            step = deal.line.steps[spell.step]
            left = min(spell.left or self.last, self.last)
            for role, hours in step.hours.items():
                who = self.engineers[told.id % 4] if role == Role.TEAM_MEMBER else deal.salesperson
                if role in (Role.SALESPERSON, Role.TEAM_MEMBER) and left >= spell.entered and rng.random() < 0.8:
                    notes = words.ENGINEERING if role == Role.TEAM_MEMBER else words.FOR
                    number = max(0.5, min(12.0, round(2 * hours * rng.uniform(0.4, 0.9)) / 2))
                    self._spend(told, who.pk, role, number, rng.randint(spell.entered, left), rng.choice(notes))
        for request, held_on in told.held:
            if held_on < self.last and rng.random() < 0.6:
                self._all_the_same(told, rng, request, rng.randint(held_on, self.last))
        if sum(state in line.PASSED for state in told.life.states) >= 5:
            for note, minor in rng.sample(words.PAID, rng.randint(1, 3)):
                on = working(rng.randint(max(told.life.start, self.last - 60), self.last))
                self.expenses.add(
                    told.id, 100 * round(minor * rng.uniform(0.7, 1.3) / 100), day_of(on), note, deal.salesperson.pk
                )

    def _spend(self, told: Told, person: int, role: str, hours: float, day: int, note: str, *why: Any) -> None:
        self.spent.add(told.id, person, role, hours, day_of(working(day)), note, *(why or (None, "")))

    def _all_the_same(self, told: Told, rng: random.Random, request: int, day: int) -> None:
        """Log a few hours on a request that is on hold, with the reason that asks for."""
        who, why = told.deal.salesperson, rng.choice(words.ALL_THE_SAME)
        hours = rng.choice((1.5, 2.0, 3.5))
        self._spend(told, who.pk, Role.SALESPERSON, hours, day, words.FOR[2], request, why)
        told.tell(day, "time logged all the same", who, part=who.name, what={"hours": [None, hours]}, reason=why)
