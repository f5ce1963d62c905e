"""What is decided at gates, what that releases, what was spent of it, and what stopping early has freed."""

from milepost.gates.models.answer import GateAnswer
from milepost.gates.models.cost import HourCost, cost_of
from milepost.gates.models.decision import GateCard, GateDecision
from milepost.gates.models.ledger import Afterwards, FreedUse
from milepost.gates.models.spent import Spent

__all__ = ["Afterwards", "FreedUse", "GateAnswer", "GateCard", "GateDecision", "HourCost", "Spent", "cost_of"]
