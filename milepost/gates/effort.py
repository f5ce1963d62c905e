"""What gates have released for an opportunity, what has been spent of it, and what that cost."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Sum

from milepost.gates.models import GateDecision, HourCost, Spent, cost_of
from milepost.opportunities.models import Opportunity
from milepost.opportunities.models.gate import OPENED
from milepost.team.models import Role

NEAR = 0.8
"""From this share of what is released on, a warning is given: before it is exceeded, not after."""


@dataclass(frozen=True)
class Line:
    """One role: hours released and spent."""

    name: str
    released: float
    spent: float

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
            return ""
        return "over" if self.share > 1 else "near" if self.share >= NEAR else ""


@dataclass(frozen=True)
class Effort:
    """All roles, their sum, and what was spent in minor units of the company's currency (None: costs unknown)."""

    lines: list[Line] = field(default_factory=list)
    whole: Line = field(default_factory=lambda: Line("", 0, 0))
    cost_minor: int | None = None


def effort_of(opportunity: Opportunity, *, costs: dict[str, int] | None = None) -> Effort:
    """Return the opportunity's effort; `costs` of an hour by role, where they are known already."""
    released = released_for(opportunity)
    rows = Spent.objects.filter(opportunity=opportunity).order_by().values("role").annotate(sum=Sum("hours"))
    spent = {row["role"]: float(row["sum"]) for row in rows}
    costs = HourCost.now() if costs is None else costs
    names = {role.value: str(role.label) for role in Role}
    roles = [role for role in names if released.get(role) or spent.get(role)]
    lines = [Line(names[role], released.get(role, 0), spent.get(role, 0)) for role in roles]
    whole = Line("", sum(released.values()), sum(spent.values()))
    return Effort(lines, whole, cost_of(spent, costs) if costs and spent else None)


def released_for(opportunity: Opportunity) -> dict[str, float]:
    """Return the hours by role that its gates have released: the newest passing of each that still stands."""
    kinds = (GateDecision.Kind.PASSED, GateDecision.Kind.OVERRIDDEN)
    decisions = GateDecision.objects.filter(gate__opportunity=opportunity, gate__state__in=OPENED, kind__in=kinds)
    newest = {decision.gate_id: decision for decision in decisions.order_by("id")}
    released: dict[str, float] = {}
    for decision in newest.values():
        for role, hours in decision.hours.items():
            released[role] = released.get(role, 0) + float(hours)
    return released


def warning(effort: Effort) -> tuple[str, float]:
    """Return "over" or "near" and the hours left; ("", hours left) where there is nothing to warn of."""
    left = effort.whole.released - effort.whole.spent
    return effort.whole.how, left
