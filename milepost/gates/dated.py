"""How gates stood, what people answered at them, and who competed, with the day on which it came to be known."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from django.db.models import Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy

from milepost.gates.models import Contender, ContenderStatus, GateAnswer, GateDecision
from milepost.opportunities.facts import Fact, Source, Those, Told

NONE = "none"
Kind, Answer, Status = GateDecision.Kind, GateAnswer.Answer, Contender.Status

GATE = Fact(
    "gate",
    lazy("The last gate"),
    {
        NONE: lazy("none decided yet"),
        Kind.PASSED: lazy("passed"),
        Kind.OVERRIDDEN: lazy("passed against a rule"),
        Kind.PAUSED: lazy("paused"),
        Kind.REFUSED: lazy("refused"),
    },
)
ITEMS = Fact(
    "gate_items",
    lazy("What people answered at gates"),
    {
        NONE: lazy("nothing yet"),
        Answer.PLUS: lazy("all speaks for it"),
        Answer.UNKNOWN: lazy("something is not known"),
        Answer.MINUS: lazy("something speaks against it"),
    },
)

RIVALS = Fact(
    "rivals",
    lazy("The competition"),
    {
        NONE: lazy("nobody noted yet"),
        Status.INCUMBENT: lazy("one of them has it today"),
        Status.IN: lazy("is in the running"),
        Status.OUT: lazy("is out"),
    },
)


def gates(those: Those) -> Iterator[Told]:
    """Tell of decisions, and after each answer about us how all of them stand: the worst says it.

    Before the opportunity was kept here there were none.
    """
    for pk, kept in those.kept.items():
        yield Told(pk, kept.begun, GATE.key, NONE)
        yield Told(pk, kept.begun, ITEMS.key, NONE)
    newest: dict[int, dict[str, str]] = defaultdict(dict)
    for _id, pk, on, at, rule, said in _said(those.pks):
        day = max(on, timezone.localdate(at))
        if not rule:
            yield Told(pk, day, GATE.key, NONE if said == Kind.TAKEN_BACK else said)
            continue
        newest[pk][rule] = said
        answers = set(newest[pk].values())
        worst = next(each for each in (Answer.MINUS, Answer.UNKNOWN, Answer.PLUS) if each in answers)
        yield Told(pk, day, ITEMS.key, worst)


def _said(pks: Sequence[int]) -> list[tuple[Any, ...]]:
    """Return decisions, whose rule is "", and answers about us, each in the order of their ids; one question."""
    decisions = GateDecision.objects.filter(gate__opportunity__in=pks).exclude(kind=Kind.AGREED).order_by()
    decided = decisions.values_list("id", "gate__opportunity_id", "on", "at", Value(""), "kind")
    answers = GateAnswer.objects.filter(opportunity__in=pks, against=None).order_by()
    answered = answers.values_list("id", "opportunity_id", "on", "at", "rule_key", "answer")
    return sorted(decided.union(answered, all=True), key=itemgetter(0))


def rivals(those: Those) -> Iterator[Told]:
    """Tell after each word about a competitor how all of them stand: the strongest says it."""
    for pk, kept in those.kept.items():
        yield Told(pk, kept.begun, RIVALS.key, NONE)
    standing: dict[int, dict[int, str]] = defaultdict(dict)
    rows = ContenderStatus.objects.filter(contender__opportunity__in=those.pks).order_by("id")
    told = rows.values_list("contender__opportunity_id", "contender_id", "contender__noted_on", "on", "at", "status")
    for pk, contender, noted, on, at, status in sorted(told, key=_known_on):
        standing[pk][contender] = status
        said = set(standing[pk].values())
        best = next(each for each in (Status.INCUMBENT, Status.IN, Status.OUT) if each in said)
        yield Told(pk, _day(noted, on, at), RIVALS.key, best)


def _day(noted: datetime.date, on: datetime.date, at: datetime.datetime) -> datetime.date:
    """Return when it came to be known: a status of old is known from the day on which the competitor was noted."""
    return max(noted, on, timezone.localdate(at))


def _known_on(row: tuple[Any, ...]) -> datetime.date:
    return _day(*row[2:5])


SOURCES = (Source((GATE, ITEMS), gates), Source((RIVALS,), rivals))
