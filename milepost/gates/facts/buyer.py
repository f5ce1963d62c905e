"""What is known of the vision, of our questions, and of what the client asks of us."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy

from milepost.buyers.models import ClientRequest
from milepost.buyers.models.vision import QUESTIONS
from milepost.buyers.visions import VisionKnown
from milepost.gates.facts.fact import NUMBER, TRUTH, Fact, Reader, counted
from milepost.gates.look import Look
from milepost.gates.rules import Known

VISION, PLAN, REQUESTS = "buyers:vision", "buyers:questions", "buyers:requests"
Verdict, YES = ClientRequest.Verdict, ClientRequest.Known.YES


def _vision(question: str) -> Reader:
    """Return a reader that tells whether one of the vision's three questions has an answer with evidence."""

    def read(look: Look, pk: int) -> Known:
        known = look.visions.get(pk)
        return Known(bool(known and getattr(known, question)), known.words if known else "")

    return read


def _proven(look: Look, pk: int) -> Known:
    known = look.visions.get(pk, VisionKnown())
    return Known(known.proven, known.words)


def _sure(look: Look, pk: int) -> Known:
    """Return how sure we are of the answer we are least sure of: 0 no evidence, 1 a hint, 2 likely, 3 sure."""
    known = look.visions.get(pk, VisionKnown())
    return Known(min(getattr(known, question) for question in QUESTIONS), known.words)


def _hypotheses(look: Look, pk: int) -> Known:
    return Known(look.visions.get(pk, VisionKnown()).hypotheses)


def _open(look: Look, pk: int) -> Known:
    return counted(one for one in look.questions[pk] if one.answered_on is None)


def _overdue(look: Look, pk: int) -> Known:
    late = (one for one in look.questions[pk] if one.answered_on is None and one.due_on and one.due_on < look.today)
    return counted(late)


def _answered(look: Look, pk: int) -> Known:
    return counted(one for one in look.questions[pk] if one.answered_on is not None)


def _undecided(look: Look, pk: int) -> Known:
    return counted(one for one in look.requests[pk] if not one.verdict and one.done_on is None)


def _held(look: Look, pk: int) -> Known:
    return counted(one for one in look.requests[pk] if one.verdict == Verdict.HOLD and one.done_on is None)


def _approved(look: Look, pk: int) -> Known:
    return counted(one for one in look.requests[pk] if one.approved == YES)


def _funded(look: Look, pk: int) -> Known:
    return counted(one for one in look.requests[pk] if one.funded == YES)


def _effort(look: Look, pk: int) -> Known:
    """Return the hours that open requests ask for; unknown while one of them has not been estimated."""
    waiting = [one for one in look.requests[pk] if one.verdict != Verdict.DECLINE and one.done_on is None]
    if any(one.hours is None for one in waiting):
        return Known(None)
    return Known(sum(one.hours or 0 for one in waiting))


FACTS = (
    Fact(
        "vision_whose",
        lazy("Whose vision it is, with evidence"),
        TRUTH,
        VISION,
        _vision("whose"),
        lazy("nothing shows whose vision it is"),
    ),
    Fact(
        "vision_how",
        lazy("How the vision came about, with evidence"),
        TRUTH,
        VISION,
        _vision("how"),
        lazy("nothing shows how the vision came about"),
    ),
    Fact(
        "vision_where",
        lazy("Where and with whom the vision was developed, with evidence"),
        TRUTH,
        VISION,
        _vision("where"),
        lazy("nothing shows where and with whom the vision was developed"),
    ),
    Fact("vision_proven", lazy("The vision is proven"), TRUTH, VISION, _proven, lazy("the vision is not proven")),
    Fact("vision_sure", lazy("How sure we are of the vision, 1 a hint to 3 sure"), NUMBER, VISION, _sure),
    Fact("vision_hypotheses", lazy("Visions that stand side by side"), NUMBER, VISION, _hypotheses),
    Fact("questions_open", lazy("Questions still open"), NUMBER, PLAN, _open),
    Fact("questions_overdue", lazy("Questions overdue"), NUMBER, PLAN, _overdue),
    Fact("questions_answered", lazy("Questions answered, “nobody could tell” among them"), NUMBER, PLAN, _answered),
    Fact("requests_undecided", lazy("Requests nobody has decided"), NUMBER, REQUESTS, _undecided),
    Fact("requests_held", lazy("Requests on hold"), NUMBER, REQUESTS, _held),
    Fact("requests_approved", lazy("Requests the client has approved"), NUMBER, REQUESTS, _approved),
    Fact("requests_funded", lazy("Requests the client has funded"), NUMBER, REQUESTS, _funded),
    Fact("requests_hours", lazy("Hours that open requests ask for"), NUMBER, REQUESTS, _effort),
)
