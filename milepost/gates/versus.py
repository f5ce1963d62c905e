"""Us and them at the four questions of a gate: + speaks for it, − against it, ? is not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from milepost.buyers.models import Stakeholder
from milepost.gates.models.answer import GateAnswer
from milepost.gates.models.contender import GROUPS, Contender, gates_of, scores_from, scores_of
from milepost.gates.rules import NO, YES, Card
from milepost.opportunities.models import Gate, Opportunity
from milepost.playbooks.models import GateRule

PLUS, UNKNOWN, MINUS = GateAnswer.Answer.PLUS, GateAnswer.Answer.UNKNOWN, GateAnswer.Answer.MINUS
SIGNS = {PLUS: "+", UNKNOWN: "?", MINUS: "−"}


@dataclass(frozen=True)
class Score:
    """How one stands at one question: its answer in code, as a sign and in words, and what that rests on.

    `earlier` says where it was said, if that was not at this gate.
    """

    answer: str
    evidence: str = ""
    earlier: str = ""

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


def theirs(answers: list[GateAnswer], contenders: list[Contender], gate: Gate, gates: list[Gate]) -> list[Row]:
    """Return how each competitor stands at a gate by these answers, the oldest first; `gates` are all of the line."""
    known = scores_from(answers, gate, gates)
    return [Row(one, _scores(known.get(one.rival_id, {}), gate, gates)) for one in contenders]


def _scores(answers: dict[str, GateAnswer], gate: Gate, gates: list[Gate]) -> list[Score]:
    names = {one.pk: one.name for one in gates if one.pk != gate.pk}
    return [_score(answers[group], gate, names) if group in answers else Score(UNKNOWN) for group in GROUPS]


def _score(said: GateAnswer, gate: Gate, names: dict[int, str]) -> Score:
    earlier = "" if said.gate_id == gate.pk else names.get(said.gate_id or 0) or _("no gate in particular")
    return Score(said.answer, said.evidence, earlier)


def contenders_of(opportunity: Opportunity) -> list[Contender]:
    """Return who competes here, with whoever supports each; those that are out come last."""
    people = Prefetch("supporters", Stakeholder.objects.select_related("contact"))
    rows = opportunity.contenders.select_related("rival").prefetch_related(people)
    return sorted(rows.order_by("status", "rival__name"), key=lambda one: one.status == Contender.Status.OUT)


def plain_scores(gate: Gate) -> list[dict[str, Any]]:
    """Return how the competitors stand at a gate, as its decision keeps it."""
    gates = gates_of(gate.opportunity_id)
    known = scores_of(gate.opportunity_id, gate, gates)
    rows = Contender.objects.filter(opportunity=gate.opportunity_id).select_related("rival")
    return [
        {
            "name": str(one.rival),
            "status": one.status,
            "signs": [score.sign for score in _scores(known.get(one.rival_id, {}), gate, gates)],
        }
        for one in rows
    ]
