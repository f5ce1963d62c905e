"""The gates of the example, and what was said at them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from milepost.exchange.example.words.market import COMPETITORS

RIVALS = COMPETITORS
COSTS = {
    "coordinator": 58_00,
    "salesperson": 84_00,
    "account_manager": 80_00,
    "sales_manager": 118_00,
    "team_member": 92_00,
}


@dataclass(frozen=True)
class GateWords:
    """A gate: before which step it stands, who decides, and by which rules."""

    key: str
    name: str
    before: str
    enough: int
    roles: tuple[str, ...]
    money_minor: int | None
    rules: tuple[dict[str, Any], ...]


GATES = (
    GateWords(
        "gate-engineers", "Gate 1: release the engineers", "nb-workshop", 60, ("coordinator", "sales_manager"), None,
        (
            {"key": "buyer", "group": "opportunity", "subject": "economic_buyer", "weight": 3, "veto": True},
            {"key": "people", "group": "compete", "subject": "contacts", "compare": "at_least", "threshold": 2},
            {"key": "champion", "group": "win", "subject": "champion", "weight": 2},
            {"key": "opponent", "group": "win", "subject": "opponent"},
            {"key": "fits", "group": "worth", "words": "It fits the lines we want to be known for"},
        ),
    ),
    GateWords(
        "gate-pilot", "Gate 2: release the pilot", "nb-pilot", 70, ("sales_manager",), 18_000_00,
        (
            {"key": "reached", "group": "opportunity", "subject": "economic_buyer_reached", "weight": 3},
            {"key": "supporters", "group": "compete", "subject": "supporters", "compare": "at_least", "threshold": 2},
            {"key": "failed", "group": "win", "subject": "conditions_failed", "compare": "at_most", "threshold": 0,
             "words": "No condition has failed"},
            {"key": "net", "group": "worth", "subject": "net_value", "compare": "at_least", "threshold": 0,
             "words": "Going on is worth more than it costs", "weight": 2, "veto": True},
            {"key": "crew", "group": "worth", "words": "Their shift has time for the pilot"},
        ),
    ),
)  # fmt: skip

WAITS = (
    "their new director has started",
    "the board has met about next year’s budget",
    "{who} is back from the other plant",
    "their merger is through",
)
REASONS = {
    "overridden": (
        "{who} has promised to bring the budget’s owner along to the next talk.",
        "We built the same line last year; most of the work exists already.",
        "They asked for us by name. I take it on me.",
    ),
    "paused": ("Nobody decides there before that.", "More hours now would change nothing."),
    "refused": (
        "Nobody could say whose idea it is. We would be column fodder.",
        "The budget’s owner does not see us, and {who} cannot help it.",
        "It would take our two best engineers for a month, for a chance of one in six.",
        "The question came from a competitor’s plan; we only made up the numbers.",
    ),
}
PURPOSES = (
    "Get to know whoever owns the budget",
    "Sit with their shift leads for two days",
    "Invite them to the plant at Aurelio",
    "Find out what they want to become",
)
CAME_OF = (
    "They named a problem of their own, and want to talk about it in spring.",
    "Two new people met; one of them decides about the next line.",
    "Nothing yet. They are friendly and have no money.",
)
HOW_WE_KNOW = {
    "nothing": ("The project was put off, says their engineering.", "Nothing was ordered, says their purchasing."),
    "rival": ("Their press release.", "Seen at the plant."),
    "us": ("They came back by themselves, with the budget’s owner at the table.",),
}
AT_THE_FAIR = "I am at the fair and out of reach; you know them better anyway."
