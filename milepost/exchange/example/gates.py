"""Put gates on the example's lines, and tell how they were decided: mostly passed, some against a rule, some not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from milepost.exchange.example.life import working
from milepost.exchange.example.playbooks import Book
from milepost.exchange.example.setting import Setting
from milepost.exchange.example.tables import Table
from milepost.exchange.example.telling import Told, day_of, moment
from milepost.exchange.example.words import gates as words
from milepost.exchange.example.work import current_of
from milepost.gates.models import Afterwards, Delegation, FreedUse, GateDecision, HourCost
from milepost.gates.models.contender import GROUPS
from milepost.gates.words import asked
from milepost.opportunities import line
from milepost.opportunities.models import Gate
from milepost.playbooks.models import GateRule, PlaybookGate
from milepost.team.models import Company, Person, Role

HEAD = "Daniel Osei"
BEGUN = (*line.PASSED, line.LOST, line.HELD, line.SCHEDULED)


@dataclass
class Kept:
    """A gate of a playbook as the teller knows it: before which step, with its rules in words."""

    gate: PlaybookGate
    at: int
    rules: list[dict[str, Any]]


def put_gates(books: list[Book]) -> dict[int, list[Kept]]:
    """Put the gates of the example into the newest version of each playbook that has some, by version."""
    kept: dict[int, list[Kept]] = {}
    for book in books:
        newest = book.lines[-1]
        places = {step.key: at for at, step in enumerate(newest.steps)}
        for wanted in words.GATES:
            if wanted.before in places:
                at = places[wanted.before]
                step = newest.steps[at]
                gate = PlaybookGate.objects.create(
                    version_of=newest.version, step=step, key=wanted.key, name=wanted.name, enough=wanted.enough,
                    roles=list(wanted.roles), money_minor=wanted.money_minor,
                )  # fmt: skip
                rows = [GateRule(gate=gate, position=n, **rule) for n, rule in enumerate(wanted.rules, start=1)]
                rules = [_plain(rule) for rule in GateRule.objects.bulk_create(rows)]
                kept.setdefault(newest.version.pk, []).append(Kept(gate, at, rules))
    return kept


def _plain(rule: GateRule) -> dict[str, Any]:
    return {
        "key": rule.key,
        "weight": rule.weight,
        "veto": rule.veto,
        "words": asked(rule, Company.the().currency),
        "group": rule.group,
    }


def settle_costs(setting: Setting) -> None:
    """Settle what an hour of each role costs."""
    since = day_of(setting.today.toordinal() - 400)
    HourCost.objects.bulk_create(HourCost(role=role, minor=minor, since=since) for role, minor in words.COSTS.items())


class Gatekeeper:
    """Keeps the rows of gates and their decisions until they are written."""

    def __init__(self, setting: Setting, gates: dict[int, list[Kept]]) -> None:
        self.setting, self.kept = setting, gates
        self.today = setting.today.toordinal()
        self.head = setting.people[HEAD]
        self.gates = Table(
            Gate, "opportunity_id", "step_id", "playbook_gate_id", "state", "decided_on", "paused_until", "paused_for"
        )
        self.decisions = Table(
            GateDecision, "gate_id", "kind", "reason", "until", "waits_for", "card", "hours", "money_minor", "by_id",
            "on", "at",
        )  # fmt: skip
        self.uses = Table(
            FreedUse, "decision_id", "person_id", "hours", "account_id", "opportunity_id", "purpose", "look_on",
            "came_of", "looked_on", "given_by_id",
        )  # fmt: skip
        self.delegations = Table(Delegation, "gate_id", "given_by_id", "role", "to_id", "until", "reason", "given_on")
        self.afterwards: list[Afterwards] = []
        self.given = False

    def tables(self) -> list[Table]:
        """Return the tables in the order in which they are written."""
        return [self.gates, self.decisions, self.uses, self.delegations]

    def keep(self, told: Told) -> None:
        """Tell how each gate on the line stands, and what was decided there."""
        for one in self.kept.get(told.deal.line.version.pk, []):
            state, day = self._stands(told, one)
            until, waits_for = None, ""
            if state == "paused":
                until = day_of(self.today + told.rng.randrange(6, 45)) if told.rng.random() < 0.5 else None
                waits_for = told.fill(told.rng.choice(words.WAITS))
            on = day_of(day) if day else None
            gate = self.gates.add(told.id, told.step_ids[one.at], one.gate.pk, state, on, until, waits_for)
            told.gates.append((gate, state))
            if state == "undecided" and not told.life.kind and current_of(told) == one.at:
                self._give_away(told, one, gate)
            if day:
                self._decide(told, one, gate, state, day, until=until, waits_for=waits_for)

    def _give_away(self, told: Told, one: Kept, gate: int) -> None:
        """Let the head give the first decision that waits to its coordinator: he is at the fair."""
        if self.given or Role.SALES_MANAGER not in one.gate.roles:
            return
        self.given, to, day = True, told.deal.coordinator, self.today - 1
        until = day_of(self.today + 9)
        self.delegations.add(gate, self.head.pk, Role.SALES_MANAGER, to.pk, until, words.AT_THE_FAIR, day_of(day))
        what = {"decider": [None, to.name], "until": [None, until.isoformat()]}
        told.tell(day, "decision given away", self.head, part=one.gate.name, what=what, reason=words.AT_THE_FAIR)

    def _stands(self, told: Told, one: Kept) -> tuple[str, int]:
        """Return how a gate stands and since when; 0 for one that is not decided."""
        life, at = told.life, one.at
        entered = next((spell.entered for spell in life.spells if spell.step == at), 0)
        if life.states[at] in BEGUN or (entered and life.kind and life.kind != "withdrawn"):
            return ("overridden" if told.rng.random() < 0.14 else "passed"), entered or life.start
        if life.kind == "withdrawn" and life.spells and life.spells[-1].step in (at - 1, at):
            return "refused", life.ended_on
        if life.kind or current_of(told) != at:
            return "undecided", 0
        chance = told.rng.random()
        if chance < 0.35:
            return "undecided", 0
        state = "paused" if chance < 0.8 else "overridden" if chance < 0.85 else "passed"
        return state, min(self.today - 1, entered + 2)

    def _decide(self, told: Told, one: Kept, gate: int, state: str, day: int, **pause: Any) -> None:
        by = self._who(told, one)
        reason = told.fill(told.rng.choice(words.REASONS[state])) if state in words.REASONS else ""
        ahead = one.at if state != "refused" else next((s.step for s in reversed(told.life.spells)), one.at)
        card = _card(one, state)
        told.cards.append((day, card))
        hours = _hours(told, ahead) if state in ("passed", "overridden", "refused") else {}
        money = one.gate.money_minor if state != "refused" else _cost(hours)
        decision = self.decisions.add(
            gate, state, reason, pause["until"], pause["waits_for"], card, hours, money, by.pk,
            day_of(day), moment(working(day), 500),
        )  # fmt: skip
        what = {"on": [None, day_of(day).isoformat()]}
        told.tell(day, f"gate {state}", by, part=one.gate.name, what=what, reason=reason)
        if state == "refused":
            self._afterwards(told, decision, sum(hours.values()), day)

    def _who(self, told: Told, one: Kept) -> Person:
        return self.head if Role.SALES_MANAGER in one.gate.roles else told.deal.coordinator

    def _afterwards(self, told: Told, decision: int, hours: float, day: int) -> None:
        """Tell what the freed hours were given to, and what the client did."""
        rng, age = told.rng, self.today - day
        if hours >= 8 and age > 14 and rng.random() < 0.7:
            looked = age > 110
            came_of = told.fill(rng.choice(words.CAME_OF)) if looked else ""
            purpose = told.fill(rng.choice(words.PURPOSES))
            self.uses.add(
                decision, told.deal.salesperson.pk, round(hours * rng.uniform(0.3, 0.8)), told.deal.client.id, None,
                purpose, day_of(day + 90), came_of, day_of(day + 100) if looked else None, self.head.pk,
            )  # fmt: skip
        if age > 90 and rng.random() < 0.75:
            kind = rng.choices(("nothing", "rival", "us"), (5, 4, 1))[0]
            rival = rng.choice(words.RIVALS) if kind == "rival" else ""
            note = rng.choice(words.HOW_WE_KNOW[kind])
            on = day_of(day + rng.randrange(30, min(age, 300)))
            self.afterwards.append(Afterwards(decision_id=decision, kind=kind, rival=rival, note=note, on=on))

    def flush(self) -> None:
        """Write what the tables do not: rows whose key is their decision."""
        Afterwards.objects.bulk_create(self.afterwards)
        self.afterwards = []


def _card(one: Kept, state: str) -> dict[str, Any]:
    """Return the rules as they stood: all met where it was passed, the first or the last not met elsewhere."""
    unmet = {"passed": -1, "overridden": len(one.rules) - 1}.get(state, 0)
    rules = [
        {**rule, "answer": "unknown" if n == unmet else "yes", "value": None, "evidence": ""}
        for n, rule in enumerate(one.rules)
    ]
    total = sum(rule["weight"] for rule in rules)
    met = sum(rule["weight"] for rule in rules if rule["answer"] == "yes")
    us = [_sign([rule["answer"] for rule in rules if rule["group"] == group]) for group in GROUPS]
    return {"points": 100 * met // total, "enough": one.gate.enough, "rules": rules, "us": us, "rivals": []}


def _sign(answers: list[str]) -> str:
    return "+" if answers and set(answers) == {"yes"} else "?"


def _hours(told: Told, at: int) -> dict[str, float]:
    """Return the hours by role of the steps from a place on."""
    hours: dict[str, float] = {}
    for step in told.deal.line.steps[at:]:
        for role, number in step.hours.items():
            hours[role] = hours.get(role, 0) + number
    return hours


def _cost(hours: dict[str, float]) -> int:
    return round(sum(number * words.COSTS.get(role, 0) for role, number in hours.items()))
