"""What can be said of somebody at the client, and the answers a company begins with.

A company rewords these, offers some no longer and adds its own (`models/lists.py`); whatever it adds counts as one
of these, so that rules, maps and forecasts always know what is meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

ROLE, STANCE, ACCESS, INFLUENCE = "role", "stance", "access", "influence"
STATUS, ADAPTABILITY, ORIENTATION, RESPONSE = "status", "adaptability", "orientation", "response"


@dataclass(frozen=True)
class Trait:
    """One thing to know of a person's part in an opportunity; `asked` unless the company says otherwise."""

    key: str
    label: Any
    about: Any
    answers: dict[str, Any]
    asked: bool = False


TRAITS: dict[str, Trait] = {
    trait.key: trait
    for trait in (
        Trait(
            ROLE,
            _("Buying role"),
            _("What they do in this decision, whatever their title says."),
            {
                "economic_buyer": _("Economic buyer"),
                "technical_buyer": _("Technical buyer"),
                "user_buyer": _("User buyer"),
                "champion": _("Champion"),
                "approver": _("Approver"),
                "evaluator": _("Evaluator"),
                "legal": _("Legal"),
                "procurement": _("Procurement"),
                "influencer": _("Influencer"),
                "blocker": _("Blocker"),
            },
            asked=True,
        ),
        Trait(
            STANCE,
            _("Stance"),
            _("Where they stand on choosing us, by what they have said and done."),
            {
                "enemy": _("Against"),
                "non_supporter": _("Rather against"),
                "neutral": _("Neutral"),
                "supporter": _("For"),
                "mentor": _("For, and helps us"),
            },
            asked=True,
        ),
        Trait(
            ACCESS,
            _("Our access"),
            _("How well we can reach them."),
            {
                "none": _("none"),
                "brief": _("brief"),
                "several": _("several contacts"),
                "in_depth": _("in depth"),
            },
            asked=True,
        ),
        Trait(
            INFLUENCE,
            _("Influence"),
            _("How much their word counts in this decision."),
            {"low": _("low"), "medium": _("medium"), "high": _("high")},
        ),
        Trait(
            STATUS,
            _("Political status"),
            _("How near they are to those whose word settles things."),
            {
                "inner": _("In the inner circle"),
                "heard": _("Listened to"),
                "outside": _("Outside the circle"),
            },
        ),
        Trait(
            ADAPTABILITY,
            _("Adaptability to change"),
            _("How they take to something new."),
            {
                "innovator": _("Tries new things first"),
                "visionary": _("Sees what it could become"),
                "pragmatist": _("Wants to see it work elsewhere"),
                "conservative": _("Prefers what is proven"),
                "laggard": _("Stays with what is there"),
            },
        ),
        Trait(
            ORIENTATION,
            _("Decision orientation"),
            _("What weighs most when they decide."),
            {
                "financial": _("Money"),
                "technical": _("Technique"),
                "relationship": _("People"),
                "business": _("The business"),
            },
        ),
        Trait(
            RESPONSE,
            _("Response mode"),
            _("How they see their own situation today."),
            {
                "growth": _("Growth: wants more"),
                "trouble": _("Trouble: wants it mended"),
                "even_keel": _("Even keel: content as it is"),
                "overconfident": _("Overconfident: sees it better than it is"),
            },
        ),
    )
}

SIDES = {"enemy": "against", "non_supporter": "against", "neutral": "neutral", "supporter": "for", "mentor": "for"}
LEVELS = {"none": 0, "brief": 1, "several": 2, "in_depth": 3}
WEIGHTS = {"low": 1, "medium": 2, "high": 3}
