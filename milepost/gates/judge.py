"""Judge the gates of many opportunities at once, and keep how each stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Prefetch

from milepost.gates import facts
from milepost.gates.look import Look
from milepost.gates.models.answer import GateAnswer
from milepost.gates.models.decision import GateCard
from milepost.gates.rules import Card, Known, card
from milepost.opportunities.models import Gate, Opportunity, Step
from milepost.playbooks.models import GateRule
from milepost.team.models import Company
from milepost.web.turns import chunks, in_turns

AT_ONCE = 200
TRUTH_OF: dict[str, bool | None] = {"plus": True, "minus": False, "unknown": None}
DECIDED = (Gate.State.PASSED, Gate.State.OVERRIDDEN, Gate.State.REFUSED)


def judge(ids: Iterable[int], *, told: Callable[[int], None] = lambda done: None) -> None:
    """Judge all gates still to be decided of these opportunities, and keep how they stand; `told` hears of progress.

    Cards are judged between the transactions that keep them. What changes meanwhile is newer than what the job has
    read of the history, so that it is judged again.
    """
    in_turns(_judged(ids), keep, told=told)


def _judged(ids: Iterable[int]) -> Iterator[dict[Gate, Card]]:
    """Yield the cards of each opportunity, after pauses have ended that waited for what is so by now."""
    from milepost.gates.pauses import end_pauses

    for some in chunks(ids, AT_ONCE):
        end_pauses(some)
        cards: dict[int, dict[Gate, Card]] = {pk: {} for pk in some}
        for gate, one in cards_of(some).items():
            cards[gate.opportunity_id][gate] = one
        yield from cards.values()


def cards_of(ids: Sequence[int], *, only: Callable[[Gate], bool] = lambda gate: True) -> dict[Gate, Card]:
    """Return the card of each gate still to be decided of these opportunities, with a fixed number of queries.

    only  which gates to judge, where not all of them are wanted
    """
    rows = (
        Gate.objects.filter(opportunity__in=ids)
        .exclude(state__in=DECIDED)
        .select_related("playbook_gate", "opportunity")
        .prefetch_related(Prefetch("playbook_gate__rules", GateRule.objects.order_by("position")))
        .order_by("opportunity", "step__position")
    )
    gates = [gate for gate in rows if only(gate)]
    of = {gate.opportunity_id: gate.opportunity for gate in gates}
    answers, look = _answers(set(of)), Look(list(of))
    look.opportunities = of
    return {gate: card_of(gate, list(gate.playbook_gate.rules.all()), answers, look) for gate in gates}


def card_of(gate: Gate, rules: list[GateRule], answers: dict[tuple[int, str], Known], look: Look) -> Card:
    """Judge one gate by what is known now."""
    pk = gate.opportunity_id
    known = {
        rule.key: facts.read(look, pk, rule.subject) if rule.subject else answers.get((pk, rule.key), Known())
        for rule in rules
    }
    return card(rules, known, enough=gate.playbook_gate.enough)


def _answers(ids: set[int]) -> dict[tuple[int, str], Known]:
    """Return what people answered about us last, by opportunity and rule."""
    rows = GateAnswer.objects.filter(opportunity__in=ids, against=None).order_by("id")
    return {(row.opportunity_id, row.rule_key): known_from(row) for row in rows}


def known_from(answer: GateAnswer) -> Known:
    """Return what an answer says, as rules read it."""
    return Known(TRUTH_OF[answer.answer], answer.evidence)


def keep(judged: Iterable[dict[Gate, Card]]) -> None:
    """Write how the gates stand, but for those decided meanwhile.

    A gate is waiting once nothing before it is left to win.
    """
    cards = _undecided({gate: one for cards in judged for gate, one in cards.items()})
    today = Company.the().today()
    steps = _steps({gate.opportunity_id for gate in cards})
    since = dict(GateCard.objects.filter(gate__in=cards, waiting=True).values_list("gate", "waiting_since"))
    rows = []
    for gate, one in cards.items():
        waiting = gate.drawn(steps[gate.opportunity_id], today) == "waiting"
        rows.append(
            GateCard(
                gate=gate,
                points=one.points,
                speaks_for_it=one.speaks_for_it,
                waiting=waiting,
                waiting_since=(since.get(gate.pk) or today) if waiting else None,
                rules=one.plain()["rules"],
            )
        )
    names = [f.name for f in GateCard._meta.concrete_fields if not f.primary_key]
    GateCard.objects.bulk_create(rows, update_conflicts=True, update_fields=names, unique_fields=["gate"])


def _undecided(cards: dict[Gate, Card]) -> dict[Gate, Card]:
    """Return the cards of the gates that are still to be decided; none is decided before the transaction ends."""
    Opportunity.objects.filter(pk__in={gate.opportunity_id for gate in cards}).hold_still()
    still = Gate.objects.exclude(state__in=DECIDED).in_bulk([gate.pk for gate in cards])
    return {still[gate.pk]: one for gate, one in cards.items() if gate.pk in still}


def _steps(ids: set[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    rows = Step.objects.filter(opportunity__in=ids).only("opportunity_id", "state", "required", "to_confirm")
    for step in rows.order_by("position"):
        found[step.opportunity_id].append(step)
    return found
