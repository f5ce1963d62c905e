"""Gather what the Gates page of one opportunity shows."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from milepost.engine.names import LAST_YES
from milepost.engine.net_value import NetValue
from milepost.gates.decide import given_to, holds_it, may_decide, names_of, turn_of
from milepost.gates.effort import released_by
from milepost.gates.facts import FACTS
from milepost.gates.judge import DECIDED, card_of, known_from
from milepost.gates.look import Look
from milepost.gates.models import Delegation, GateAnswer, GateDecision, cost_of
from milepost.gates.rules import Card, Judged
from milepost.gates.versus import Row, Score, ours
from milepost.gates.words import about_item, asked, matter, rests_on, why_not
from milepost.opportunities.models import Gate, Opportunity
from milepost.opportunities.rows import YES
from milepost.playbooks.models import GateRule
from milepost.team.models import Person, Role

ANSWERS = {"yes": "plus", "no": "minus", "unknown": "unknown"}


@dataclass
class RuleRow:
    """One rule as it is shown: what it asks, its answer and evidence, and where or how it is filled in."""

    rule: GateRule
    judged: Judged
    asked: str
    matter: str
    fill: str
    evidence: str = ""
    given: GateAnswer | None = None

    @property
    def is_item(self) -> bool:
        """Tell whether people answer it here."""
        return not self.rule.subject

    @property
    def now(self) -> str:
        """Return the answer as people give it."""
        return ANSWERS[self.judged.answer]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [("plus", _("yes")), ("unknown", _("not known")), ("minus", _("no"))]


@dataclass
class GateView:
    """One gate as it is shown: `state` as it is drawn; `card` while it is still to be decided."""

    gate: Gate
    state: str
    card: Card | None = None
    groups: list[tuple[str, list[RuleRow]]] = field(default_factory=list)
    why_not: str = ""
    decisions: list[GateDecision] = field(default_factory=list)
    hours: list[tuple[str, float]] = field(default_factory=list)
    deciders: str = ""
    turn: str = ""
    may_decide: bool = False
    may_decide_anew: bool = False
    may_give: bool = False
    may_resume: bool = False
    ours: list[Score] = field(default_factory=list)
    versus: list[Row] = field(default_factory=list)
    given: list[Delegation] = field(default_factory=list)
    in_place_of: Delegation | None = None

    @property
    def counted(self) -> dict[str, int]:
        """Return how many rules are answered yes, no, and not at all."""
        answers = [rule.answer for rule in self.card.rules] if self.card else []
        return {answer: answers.count(answer) for answer in ("yes", "no", "unknown")}

    @property
    def has_earlier(self) -> bool:
        """Tell whether how a competitor stands here was said before this gate."""
        return any(score.earlier for row in self.versus for score in row.scores)

    @property
    def last(self) -> GateDecision | None:
        return self.decisions[0] if self.decisions else None


def gate_views(
    opportunity: Opportunity, person: Person, today: datetime.date, look: Look, answers: list[GateAnswer]
) -> list[GateView]:
    """Return the opportunity's gates in the order of its line; `look` reads its facts, `answers` are all of its own."""
    rows = opportunity.gates.select_related("playbook_gate", "step").order_by("step__position")
    decisions = Prefetch("decisions", GateDecision.objects.select_related("by", "in_place_of"))
    given_away = Prefetch("delegations", Delegation.objects.standing(today).select_related("given_by", "to"))
    gates = list(rows.prefetch_related(decisions, given_away))
    rules, given = _rules(gates), {row.rule_key: row for row in answers if row.against_id is None}
    known = {(opportunity.pk, key): known_from(row) for key, row in given.items()}
    views = []
    for gate in gates:
        gate.opportunity = opportunity
        view = GateView(gate, gate.drawn(opportunity.steps_in_order, today))
        view.decisions = list(gate.decisions.all())
        view.deciders = names_of(gate)
        if gate.state not in DECIDED:
            own = rules.get(gate.playbook_gate_id, {})
            view.card = card_of(gate, list(own.values()), known, look)
            view.groups = _groups(own, view.card, given, look.currency)
            view.why_not = why_not(own, view.card, look.currency)
            view.hours = hours_in_words(released_by(gate, gates))
            view.turn = str(Role(turn).label) if (turn := turn_of(gate)) else ""
            view.may_decide = may_decide(person, gate, today)
            view.ours = ours(view.card, own)
            view.given = list(gate.delegations.all())
            view.may_give = holds_it(person, gate)
            view.in_place_of = None if view.may_give else given_to(person, gate, today)
            view.may_resume = gate.state == Gate.State.PAUSED
        view.may_decide_anew = gate.state != Gate.State.UNDECIDED and may_decide(person, gate, today)
        views.append(view)
    return views


def standing_passes(views: list[GateView]) -> list[GateDecision]:
    """Return the newest passing of each gate that still stands."""
    passes = (GateDecision.Kind.PASSED, GateDecision.Kind.OVERRIDDEN)
    newest = (next((one for one in view.decisions if one.kind in passes), None) for view in views if view.gate.is_open)
    return [one for one in newest if one is not None]


def _rules(gates: Iterable[Gate]) -> dict[int, dict[str, GateRule]]:
    found: dict[int, dict[str, GateRule]] = {}
    for rule in GateRule.objects.filter(gate__in=[gate.playbook_gate_id for gate in gates]).order_by("position"):
        found.setdefault(rule.gate_id, {})[rule.key] = rule
    return found


def answers_of(opportunity: Opportunity) -> list[GateAnswer]:
    """Return all that people answered, about us and about competitors, the oldest first."""
    return list(opportunity.gate_answers.select_related("by").order_by("id"))


def _groups(
    rules: dict[str, GateRule], card: Card, given: dict[str, GateAnswer], currency: str
) -> list[tuple[str, list[RuleRow]]]:
    found: dict[str, list[RuleRow]] = {group.value: [] for group in GateRule.Group}
    for judged in card.rules:
        rule = rules[judged.key]
        fact = FACTS.get(rule.subject)
        row = RuleRow(rule, judged, asked(rule, currency), "", fact.fill if fact else "", rests_on(rule, judged))
        row.given = given.get(rule.key)
        if judged.answer != "yes":
            row.matter = matter(rule, judged, currency) if fact else about_item(judged)
        found[rule.group].append(row)
    return [(str(group.label), found[group.value]) for group in GateRule.Group if found[group.value]]


def hours_in_words(hours: dict[str, Any]) -> list[tuple[str, float]]:
    """Return hours with the names of the roles."""
    names = {role.value: str(role.label) for role in Role}
    return [(names.get(role, role), float(number)) for role, number in hours.items() if number]


def going_on(opportunity: Opportunity, look: Look) -> tuple[NetValue | None, list[dict[str, Any]]]:
    """Return what going on is worth, and each remaining step: its cost, the chance that it is reached, and both."""
    answer = look.going_on(opportunity.pk)
    if answer is None:
        return None, []
    steps = {step.key: step for step in look.steps[opportunity.pk]}
    rows = []
    for part, reached, expected in zip(look.parts(opportunity.pk), answer.reached, answer.expected, strict=True):
        step = steps.get(part["key"])
        cost = cost_of(step.hours or {}, look.costs) if step else 0
        name = step.name if step else YES if part["key"] == LAST_YES else part["key"]
        told = {"name": name, "cost": cost, "expected": round(float(expected))}
        rows.append({**told, "reached": float(reached)})
    return answer, rows
