"""The Gates page over all opportunities: decisions waiting, what is paused, and the ledger of stopping early."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum

from milepost.gates.judge import cards_of
from milepost.gates.models import Afterwards, Delegation, FreedUse, GateDecision
from milepost.gates.page import hours_in_words
from milepost.gates.rules import Card
from milepost.gates.words import why_not
from milepost.opportunities.models import Gate, Opportunity, Standing
from milepost.team.models import Company, Person

PAGE = 20


@dataclass
class Waiting:
    """One opportunity at a gate that is to be decided, or is paused."""

    standing: Standing
    gate: Gate
    card: Card
    why_not: str
    given: Delegation | None = None


def held_back(person: Person, after: dict[str, int | None]) -> dict[str, tuple[list[Waiting], int | None]]:
    """Return by the gate's state a page of the opportunities it holds back, and where the next page begins.

    after  by state, the last row of the page before, None for the first page; dearest wait first
    """
    pages = {state: _page(person, state, last) for state, last in after.items()}
    cards = with_cards([row for page in pages.values() for row in page[:PAGE]])
    return {
        state: (
            [cards[row.pk] for row in page[:PAGE] if row.pk in cards],
            page[PAGE - 1].pk if len(page) > PAGE else None,
        )
        for state, page in pages.items()
    }


def held(person: Person, state: str) -> QuerySet[Standing]:
    """Return all opportunities that a gate holds back in this state, dearest wait first."""
    return Standing.objects.visible_to(person).filter(gate_state=state).order_by("-weekly_loss_minor", "-pk")


def _page(person: Person, state: str, after: int | None) -> list[Standing]:
    """Return a page of rows and one more, if there is one."""
    rows = held(person, state)
    if after is not None:
        last = Standing.objects.filter(pk=after).values_list("weekly_loss_minor", "pk").first() or (0, 0)
        rows = rows.filter(Q(weekly_loss_minor__lt=last[0]) | Q(weekly_loss_minor=last[0], pk__lt=last[1]))
    return list(rows[: PAGE + 1])


def with_cards(rows: list[Standing]) -> dict[int, Waiting]:
    """Return by opportunity its row with the card of the gate that holds it back, by a fixed number of queries."""
    names = {row.pk: row.gate_name for row in rows}
    cards: dict[int, tuple[Gate, Card]] = {}
    for gate, card in cards_of(list(names), only=lambda gate: gate.name == names[gate.opportunity_id]).items():
        cards.setdefault(gate.opportunity_id, (gate, card))
    found, currency = {}, Company.the().currency
    for row in rows:
        if row.pk in cards:
            gate, card = cards[row.pk]
            rules = {rule.key: rule for rule in gate.playbook_gate.rules.all()}
            found[row.pk] = Waiting(row, gate, card, why_not(rules, card, currency))
    return found


def refusals(person: Person) -> QuerySet[GateDecision]:
    """Return the decisions that stopped an opportunity and still stand: one that was decided anew did not stop it."""
    later = GateDecision.objects.filter(gate=OuterRef("gate"), pk__gt=OuterRef("pk"))
    return GateDecision.objects.visible_to(person).filter(~Exists(later), kind=GateDecision.Kind.REFUSED)


def stopped(person: Person, after: int | None = None) -> QuerySet[GateDecision]:
    """Return the decisions by which opportunities were stopped early, newest first.

    after  the last one of the page before, None for the first page
    """
    uses = FreedUse.objects.select_related("person", "account", "opportunity")
    told = ("gate__opportunity__account", "gate__playbook_gate", "by", "in_place_of", "afterwards")
    rows = refusals(person).select_related(*told).prefetch_related(Prefetch("uses", uses))
    day = refusals(person).filter(pk=after).values_list("on", flat=True).first() if after is not None else None
    if day is not None:
        rows = rows.filter(Q(on__lt=day) | Q(on=day, pk__lt=after))
    return rows.order_by("-on", "-pk")


def to_look_at(person: Person, today: datetime.date) -> QuerySet[FreedUse]:
    """Return the freed hours of which it is time to say what came: those the person has given, or was given."""
    rows = FreedUse.objects.visible_to(person).filter(looked_on=None, look_on__lte=today)
    people = person.sight.people
    rows = rows.filter(Q(given_by__in=people) | Q(person__in=people))
    return rows.select_related("person", "account", "opportunity", "decision__gate__opportunity").order_by(
        "look_on", "pk"
    )


def entries(rows: list[GateDecision]) -> list[dict[str, Any]]:
    """Return the ledger's lines: what was stopped, what that freed, and what became of it."""
    return [
        {
            "decision": row,
            "hours": hours_in_words(row.hours),
            "given": sum(use.hours for use in row.uses.all()),
            "afterwards": getattr(row, "afterwards", None),
        }
        for row in rows
    ]


def sums(person: Person) -> dict[str, Any]:
    """Return what stopping early has come to, over all that the person sees: hours, money, and how it was judged."""
    given = FreedUse.objects.filter(decision=OuterRef("pk")).order_by().values("decision").annotate(sum=Sum("hours"))
    told = refusals(person).order_by().annotate(given=Subquery(given.values("sum")))
    rows = list(told.values_list("hours", "money_minor", "afterwards__kind", "given"))
    return {
        "stopped": len(rows),
        "hours": sum(float(n) for hours, *_rest in rows for n in hours.values()),
        "given": sum(given or 0 for *_rest, given in rows),
        "money": sum(money or 0 for _hours, money, *_rest in rows),
        "judged": sum(kind is not None for *_rest, kind, _given in rows),
        "rival": sum(kind == Afterwards.Kind.RIVAL for *_rest, kind, _given in rows),
    }


def targets(person: Person) -> QuerySet[Opportunity]:
    """Return the open opportunities to which freed hours may be given."""
    return Opportunity.objects.visible_to(person).open().order_by("name_key", "pk")
