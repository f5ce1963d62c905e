"""What gates have released for an opportunity, what has been spent of it, and what that cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Sum

from milepost.gates.models import GateDecision, HourCost, Spent, cost_of
from milepost.opportunities.models import Gate, Opportunity
from milepost.opportunities.models.gate import OPENED
from milepost.team.models import Role

NEAR = 0.8
"""From this share of what is released on, a warning is given: before it is exceeded, not after."""


@dataclass(frozen=True)
class Line:
    """One role, or money: what is released and spent.

    `is_limited` says that nothing released means nothing may be spent: gates have released something, and none of this.
    """

    name: str
    released: float
    spent: float
    is_limited: bool = False

    @property
    def share(self) -> float:
        """Return how much of what is released is spent; 1 where nothing was released and something is spent."""
        if self.released <= 0:
            return 1.0 if self.spent else 0.0
        return self.spent / self.released

    @property
    def width(self) -> int:
        """Return the share as a width in percent, 100 at most."""
        return min(100, round(100 * self.share))

    @property
    def how(self) -> str:
        """Return "over", "near" or "": what a warning says."""
        if self.released <= 0:
            return "over" if self.is_limited and self.spent else ""
        return "over" if self.share > 1 else "near" if self.share >= NEAR else ""


@dataclass(frozen=True)
class Effort:
    """All roles, their sum, and what the hours cost in minor units of the company's currency (None: costs unknown).

    `money` is what was released and spent beside the hours, in the same units.
    """

    lines: list[Line] = field(default_factory=list)
    whole: Line = field(default_factory=lambda: Line("", 0, 0))
    cost_minor: int | None = None
    money: Line = field(default_factory=lambda: Line("", 0, 0))


def effort_of(
    opportunity: Opportunity,
    *,
    costs: dict[str, int] | None = None,
    passed: list[GateDecision] | None = None,
    money: int | None = None,
    spent: dict[str, float] | None = None,
) -> Effort:
    """Return the opportunity's effort; what an hour costs, what has passed and what was spent, where it is known."""
    passed = passed_by(opportunity) if passed is None else passed
    released = hours_of(passed)
    spent = hours_spent(opportunity) if spent is None else spent
    costs = HourCost.now() if costs is None else costs
    names = {role.value: str(role.label) for role in Role}
    roles = [role for role in names if released.get(role) or spent.get(role)]
    lines = [Line(names[role], released.get(role, 0), spent.get(role, 0)) for role in roles]
    whole = Line("", sum(released.values()), sum(spent.values()))
    if money is None:
        money = opportunity.expenses.aggregate(sum=Sum("minor"))["sum"] or 0
    paid = Line("", sum(decision.money_minor or 0 for decision in passed), float(money), is_limited=bool(passed))
    return Effort(lines, whole, cost_of(spent, costs) if costs and spent else None, paid)


def hours_spent(opportunity: Opportunity) -> dict[str, float]:
    """Return the hours logged, by role."""
    rows = Spent.objects.filter(opportunity=opportunity).order_by().values("role").annotate(sum=Sum("hours"))
    return {row["role"]: float(row["sum"]) for row in rows}


def passed_by(opportunity: Opportunity) -> list[GateDecision]:
    """Return the newest passing of each gate that still stands: what it released may be spent."""
    kinds = (GateDecision.Kind.PASSED, GateDecision.Kind.OVERRIDDEN)
    decisions = GateDecision.objects.filter(gate__opportunity=opportunity, gate__state__in=OPENED, kind__in=kinds)
    return list({decision.gate_id: decision for decision in decisions.order_by("id")}.values())


def hours_of(passed: list[GateDecision]) -> dict[str, float]:
    """Return the hours by role that these decisions have released."""
    released: dict[str, float] = {}
    for decision in passed:
        for role, hours in decision.hours.items():
            released[role] = released.get(role, 0) + float(hours)
    return released


def warning(line: Line) -> tuple[str, float]:
    """Return "over" or "near" and how much is left; ("", what is left) where there is nothing to warn of."""
    return line.how, line.released - line.spent


def released_by(gate: Gate, others: Iterable[Gate]) -> dict[str, float]:
    """Return the hours by role that passing releases: the gate's own, or those of the steps up to the next gate.

    `others` are the gates of the same line.
    """
    if gate.playbook_gate.hours:
        return dict(gate.playbook_gate.hours)
    steps = gate.opportunity.steps_in_order
    shut = {other.step_id for other in others if other.pk != gate.pk}
    hours: dict[str, float] = {}
    begun = False
    for step in steps:
        if step.pk == gate.step_id:
            begun = True
        elif begun and step.pk in shut:
            break
        if begun:
            for role, number in (step.hours or {}).items():
                hours[role] = hours.get(role, 0) + float(number)
    return hours


def freed_by(gate: Gate) -> dict[str, float]:
    """Return the hours by role that all steps still ahead would usually take."""
    hours: dict[str, float] = {}
    for step in gate.opportunity.steps_in_order:
        if step.is_open:
            for role, number in (step.hours or {}).items():
                hours[role] = hours.get(role, 0) + float(number)
    return hours
