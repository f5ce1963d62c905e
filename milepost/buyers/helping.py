"""Help a person choose an answer: a few questions of fact, and what they speak for.

    suggested answer = argmax over a of  Σ over replies r of points(r, a)

A tie goes to the answer that stands earlier in `points` of the earliest reply. The person chooses; this only suggests.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Reply:
    """One possible reply, with what it speaks for."""

    text: Promise
    points: dict[str, int]


@dataclass(frozen=True)
class Ask:
    """One question of fact."""

    text: Promise
    replies: tuple[Reply, ...]


@dataclass(frozen=True)
class Suggestion:
    """What the replies speak for, and which of them."""

    answer: str
    reasons: tuple[Promise, ...]


def suggest(trait: str, replies: dict[int, int]) -> Suggestion | None:
    """Return the answer that the replies (question number to reply number) speak for; None without any."""
    chosen = [HELP[trait][q].replies[r] for q, r in sorted(replies.items())]
    points: dict[str, int] = {}
    for reply in chosen:
        for answer, n in reply.points.items():
            points[answer] = points.get(answer, 0) + n
    if not points:
        return None
    best = max(points, key=lambda answer: points[answer])
    return Suggestion(best, tuple(reply.text for reply in chosen if reply.points.get(best, 0) > 0))


HELP: dict[str, tuple[Ask, ...]] = {
    "role": (
        Ask(
            _("Can this person release the money, or say no when everybody else says yes?"),
            (
                Reply(_("Yes, the final word on the money is theirs"), {"economic_buyer": 4}),
                Reply(_("They must sign, but others decide"), {"approver": 4, "legal": 1, "procurement": 1}),
                Reply(_("No"), {}),
            ),
        ),
        Ask(
            _("What do they judge?"),
            (
                Reply(_("Whether it meets the technical demands"), {"technical_buyer": 3, "evaluator": 1}),
                Reply(_("Whether their people can work with it"), {"user_buyer": 3}),
                Reply(_("The offers side by side, for somebody else"), {"evaluator": 3}),
                Reply(_("The contract and its risks"), {"legal": 5}),
                Reply(_("Price and terms of buying"), {"procurement": 5}),
                Reply(_("Nothing formally, but they are listened to"), {"influencer": 3}),
            ),
        ),
        Ask(
            _("What do they do when we are not in the room?"),
            (
                Reply(_("They speak for us and tell us what is said"), {"champion": 5}),
                Reply(_("They hold it up"), {"blocker": 5}),
                Reply(_("Their own job in it"), {}),
                Reply(_("We do not know"), {}),
            ),
        ),
    ),
    "stance": (
        Ask(
            _("What have they said or done about us, that you have seen or heard yourself?"),
            (
                Reply(_("They have helped us with something others were not told"), {"mentor": 4, "supporter": 1}),
                Reply(_("They have said to others that they prefer us"), {"supporter": 3, "mentor": 1}),
                Reply(_("Nothing either way"), {"neutral": 3}),
                Reply(_("They have named doubts"), {"non_supporter": 3}),
                Reply(_("They have spoken for somebody else"), {"enemy": 3, "non_supporter": 1}),
            ),
        ),
        Ask(
            _("What would our winning mean to them?"),
            (
                Reply(_("They would win with us"), {"mentor": 2, "supporter": 2}),
                Reply(_("It is the same to them"), {"neutral": 2}),
                Reply(_("More work, or less say"), {"non_supporter": 2}),
                Reply(_("They would lose something"), {"enemy": 2, "non_supporter": 1}),
            ),
        ),
        Ask(
            _("When you ask for something, a name or a date, do they give it?"),
            (
                Reply(_("Yes, also unasked"), {"mentor": 2}),
                Reply(_("Mostly"), {"supporter": 1, "neutral": 1}),
                Reply(_("Seldom"), {"neutral": 1, "non_supporter": 1}),
                Reply(_("No"), {"non_supporter": 1, "enemy": 1}),
            ),
        ),
    ),
    "access": (
        Ask(
            _("How often has one of us spoken with them in the last three months?"),
            (
                Reply(_("Never"), {"none": 3}),
                Reply(_("Once, or in a larger round"), {"brief": 3}),
                Reply(_("Several times"), {"several": 3}),
                Reply(_("Most weeks, also about what is not on the agenda"), {"in_depth": 4}),
            ),
        ),
        Ask(
            _("If you called today, what would happen?"),
            (
                Reply(_("We have no number"), {"none": 2}),
                Reply(_("We would be passed on"), {"brief": 2}),
                Reply(_("They would call back"), {"several": 2}),
                Reply(_("They would answer"), {"in_depth": 2, "several": 1}),
            ),
        ),
    ),
    "influence": (
        Ask(
            _("When they and their peers see it differently, what happens?"),
            (
                Reply(_("It is done their way"), {"high": 3}),
                Reply(_("Their view is weighed"), {"medium": 3}),
                Reply(_("It is done without them"), {"low": 3}),
            ),
        ),
        Ask(
            _("Has a decision like this one ever been changed by them?"),
            (
                Reply(_("Yes"), {"high": 2}),
                Reply(_("In details"), {"medium": 2}),
                Reply(_("Not that we know"), {"low": 1, "medium": 1}),
            ),
        ),
    ),
    "status": (
        Ask(
            _("Who asks them before something is settled?"),
            (
                Reply(_("The one who settles it, always"), {"inner": 3}),
                Reply(_("Somebody close to them, sometimes"), {"heard": 3}),
                Reply(_("Nobody that we know of"), {"outside": 3}),
            ),
        ),
        Ask(
            _("When do they learn of a decision?"),
            (
                Reply(_("Before it is made"), {"inner": 2}),
                Reply(_("While it is discussed"), {"heard": 2}),
                Reply(_("When everybody does"), {"outside": 2}),
            ),
        ),
    ),
    "adaptability": (
        Ask(
            _("When did they take up the last new thing in their field?"),
            (
                Reply(_("Before anybody around them"), {"innovator": 3}),
                Reply(_("Early, with a plan of what it would bring"), {"visionary": 3}),
                Reply(_("When others had shown that it works"), {"pragmatist": 3}),
                Reply(_("When it had become usual"), {"conservative": 3}),
                Reply(_("Not yet"), {"laggard": 3}),
            ),
        ),
        Ask(
            _("What do they ask for first?"),
            (
                Reply(_("To try it"), {"innovator": 2}),
                Reply(_("What it could change"), {"visionary": 2}),
                Reply(_("A reference like them"), {"pragmatist": 2}),
                Reply(_("Guarantees"), {"conservative": 2}),
                Reply(_("Why anything should change"), {"laggard": 2, "conservative": 1}),
            ),
        ),
    ),
    "orientation": (
        Ask(
            _("What did they ask about most when you last met?"),
            (
                Reply(_("Cost, return, budget"), {"financial": 3}),
                Reply(_("How it works"), {"technical": 3}),
                Reply(_("Who would work with them"), {"relationship": 3}),
                Reply(_("What it does for their market or customers"), {"business": 3}),
            ),
        ),
        Ask(
            _("How did they defend their last big choice?"),
            (
                Reply(_("With figures"), {"financial": 2}),
                Reply(_("With tests and specifications"), {"technical": 2}),
                Reply(_("With trust in people"), {"relationship": 2}),
                Reply(_("With where the company is going"), {"business": 2}),
            ),
        ),
    ),
    "response": (
        Ask(
            _("How do they describe today?"),
            (
                Reply(_("Good, and there is more to be had"), {"growth": 3}),
                Reply(_("Something is broken"), {"trouble": 3}),
                Reply(_("Fine as it is"), {"even_keel": 3, "overconfident": 1}),
                Reply(_("Better than anybody else’s"), {"overconfident": 3}),
            ),
        ),
        Ask(
            _("Do the facts you know agree with that?"),
            (
                Reply(_("Yes"), {"growth": 1, "trouble": 1, "even_keel": 1}),
                Reply(_("It is worse than they say"), {"overconfident": 2}),
                Reply(_("We do not know"), {}),
            ),
        ),
        Ask(
            _("What happens if they do nothing?"),
            (
                Reply(_("They miss a chance"), {"growth": 2}),
                Reply(_("It gets worse"), {"trouble": 2}),
                Reply(_("Nothing, they say"), {"even_keel": 2, "overconfident": 1}),
            ),
        ),
    ),
}
