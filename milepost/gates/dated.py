"""How gates stood and what people answered at them, with the day on which it came to be known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy

from milepost.gates.models import GateAnswer, GateDecision
from milepost.opportunities.facts import Fact, Source, Those, Told

NONE = "none"
Kind, Answer = GateDecision.Kind, GateAnswer.Answer

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


def gates(those: Those) -> Iterator[Told]:
    """Tell of decisions and answers; before the opportunity was kept here there were none."""
    for pk, kept in those.kept.items():
        yield Told(pk, kept.begun, GATE.key, NONE)
        yield Told(pk, kept.begun, ITEMS.key, NONE)
    yield from _decisions(those.pks)
    yield from _answers(those.pks)


def _decisions(pks: Sequence[int]) -> Iterator[Told]:
    rows = GateDecision.objects.filter(gate__opportunity__in=pks).exclude(kind=Kind.AGREED).order_by("id")
    for pk, on, at, kind in rows.values_list("gate__opportunity_id", "on", "at", "kind"):
        yield Told(pk, max(on, timezone.localdate(at)), GATE.key, NONE if kind == Kind.TAKEN_BACK else kind)


def _answers(pks: Sequence[int]) -> Iterator[Told]:
    """Tell after each answer about us how all of them stand: the worst says it."""
    newest: dict[int, dict[str, str]] = defaultdict(dict)
    rows = GateAnswer.objects.filter(opportunity__in=pks, against=None).order_by("id")
    for pk, on, at, key, answer in rows.values_list("opportunity_id", "on", "at", "rule_key", "answer"):
        newest[pk][key] = answer
        said = set(newest[pk].values())
        worst = next(each for each in (Answer.MINUS, Answer.UNKNOWN, Answer.PLUS) if each in said)
        yield Told(pk, max(on, timezone.localdate(at)), ITEMS.key, worst)


SOURCES = (Source((GATE, ITEMS), gates),)
