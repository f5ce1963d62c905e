"""What is decided at gates, whom we sell against, what went in, and what stopping early has freed."""

from milepost.gates.models.answer import GateAnswer
from milepost.gates.models.contender import Contender, ContenderStatus
from milepost.gates.models.cost import HourCost, cost_of
from milepost.gates.models.decision import GateCard, GateDecision
from milepost.gates.models.delegation import Delegation
from milepost.gates.models.ledger import Afterwards, FreedUse
from milepost.gates.models.spent import Expense, Spent, held_because

__all__ = [
    "Afterwards",
    "Contender",
    "ContenderStatus",
    "Delegation",
    "Expense",
    "FreedUse",
    "GateAnswer",
    "GateCard",
    "GateDecision",
    "HourCost",
    "Spent",
    "cost_of",
    "held_because",
]
