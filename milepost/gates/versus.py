"""Us and them at the four questions of a gate: + speaks for it, − against it, ? is not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from milepost.buyers.models import Stakeholder
from milepost.gates.models.answer import GateAnswer
from milepost.gates.models.contender import GROUPS, Contender, scores_from, scores_of
from milepost.gates.rules import NO, YES, Card
from milepost.opportunities.models import Opportunity
from milepost.playbooks.models import GateRule

PLUS, UNKNOWN, MINUS = GateAnswer.Answer.PLUS, GateAnswer.Answer.UNKNOWN, GateAnswer.Answer.MINUS
SIGNS = {PLUS: "+", UNKNOWN: "?", MINUS: "−"}


@dataclass(frozen=True)
class Score:
    """How one stands at one question: its answer in code, as a sign and in words, and what that rests on."""

    answer: str
    evidence: str = ""

    @property
    def sign(self) -> str:
        return SIGNS[GateAnswer.Answer(self.answer)]

    @property
    def said(self) -> str:
        return str(GateAnswer.Answer(self.answer).label)


@dataclass(frozen=True)
class Row:
    """One competitor with its scores, in the order of the questions."""

    contender: Contender
    scores: list[Score]


def ours(card: Card, rules: dict[str, GateRule]) -> list[Score]:
    """Return how we stand: + where all rules of a question are met, − where one is not, ? otherwise."""
    found = []
    for group in GROUPS:
        answers = [judged.answer for judged in card.rules if rules[judged.key].group == group]
        if answers and all(answer == YES for answer in answers):
            found.append(Score(PLUS))
        else:
            found.append(Score(MINUS if NO in answers else UNKNOWN))
    return found


def theirs(answers: list[GateAnswer], contenders: list[Contender]) -> list[Row]:
    """Return how each competitor stands by these answers, the oldest first; those that are out come last."""
    known = scores_from(answers)
    rows = [Row(one, _scores(known.get(one.rival_id, {}))) for one in contenders]
    return sorted(rows, key=lambda row: row.contender.status == Contender.Status.OUT)


def _scores(answers: dict[str, GateAnswer]) -> list[Score]:
    return [Score(answers[g].answer, answers[g].evidence) if g in answers else Score(UNKNOWN) for g in GROUPS]


def contenders_of(opportunity: Opportunity) -> list[Contender]:
    """Return who competes here, with whoever supports each."""
    people = Prefetch("supporters", Stakeholder.objects.select_related("contact"))
    rows = opportunity.contenders.select_related("rival").prefetch_related(people)
    return list(rows.order_by("status", "rival__name"))


def plain_scores(opportunity: int) -> list[dict[str, Any]]:
    """Return how the competitors stand, as a decision keeps it."""
    known = scores_of(opportunity)
    rows = Contender.objects.filter(opportunity=opportunity).select_related("rival")
    return [
        {
            "name": str(one.rival),
            "status": one.status,
            "signs": [score.sign for score in _scores(known.get(one.rival_id, {}))],
        }
        for one in rows
    ]
