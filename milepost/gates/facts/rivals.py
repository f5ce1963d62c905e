"""What is known of the competitors at an opportunity."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy

from milepost.gates.facts.fact import NUMBER, TRUTH, Fact, Reader, counted
from milepost.gates.look import Look
from milepost.gates.models.contender import Contender
from milepost.gates.rules import Known

RIVALS = "gates:gates"
Status = Contender.Status
STAYS = (Status.IN, Status.INCUMBENT)


def _known(look: Look, pk: int) -> Known:
    return counted(look.contenders[pk])


def _standing(*how: str) -> Reader:
    """Return a reader that counts the competitors that stand so."""
    return lambda look, pk: counted(one for one in look.contenders[pk] if one.status in how)


def _supported(look: Look, pk: int) -> Known:
    """Tell whether it is known who supports each that is in the running; unknown while no competitor is noted."""
    running = [one for one in look.contenders[pk] if one.status in STAYS]
    if not look.contenders[pk]:
        return Known(None)
    lacking = [one for one in running if not one.supporters.all()]
    return Known(not lacking, counted(lacking).evidence)


def _understood(look: Look, pk: int) -> Known:
    """Tell whether strengths are written down of each in the running; unknown while no competitor is noted."""
    if not look.contenders[pk]:
        return Known(None)
    lacking = [one for one in look.contenders[pk] if one.status in STAYS and not one.strengths.strip()]
    return Known(not lacking, counted(lacking).evidence)


FACTS = (
    Fact("rivals", lazy("Competitors noted"), NUMBER, RIVALS, _known),
    Fact("rivals_in", lazy("Competitors still in the running"), NUMBER, RIVALS, _standing(*STAYS)),
    Fact("rivals_out", lazy("Competitors that are out"), NUMBER, RIVALS, _standing(Status.OUT)),
    Fact("incumbents", lazy("Competitors that have it today"), NUMBER, RIVALS, _standing(Status.INCUMBENT)),
    Fact(
        "rivals_supported",
        lazy("Who supports each competitor is known"),
        TRUTH,
        RIVALS,
        _supported,
        lazy("it is not known who supports the competition"),
    ),
    Fact(
        "rivals_understood",
        lazy("The strengths of each competitor are written down"),
        TRUTH,
        RIVALS,
        _understood,
        lazy("the strengths of the competition are not written down"),
    ),
)
