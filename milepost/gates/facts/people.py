"""What is known of the people: who has which part, whom we have reached, who is for us, and how many say what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as lazy

from milepost.buyers.traits import ROLE, TRAITS
from milepost.gates.facts.fact import NUMBER, TRUTH, Fact, Reader, counted, names
from milepost.gates.look import Look
from milepost.gates.rules import Known

REACHED = ("several", "in_depth")
ECONOMIC, CHAMPION = "economic_buyer", "champion"
PEOPLE = "buyers:people"
Asked = Callable[[Any], bool]


def _in_role(look: Look, pk: int, role: str) -> list[Any]:
    """Return who has a buying role and is known by name."""
    return [one for one in look.stakeholders[pk] if one.means.get(ROLE) == role and one.contact_id]


def _met(role: str) -> Reader:
    """Return a reader that tells whether somebody in this buying role is known by name."""

    def read(look: Look, pk: int) -> Known:
        found = _in_role(look, pk, role)
        return Known(bool(found), names(found))

    return read


def _reached(role: str) -> Reader:
    """Return a reader that tells whether we have met somebody in this role several times; unknown while nobody said."""

    def read(look: Look, pk: int) -> Known:
        said = [one for one in _in_role(look, pk, role) if "access" in one.means]
        if not said:
            return Known(None)
        reached = [one for one in said if one.means["access"] in REACHED]
        return Known(bool(reached), names(f"{one}: {one.said.get('access', '')}" for one in said))

    return read


def _is_for_us(role: str) -> Reader:
    """Return a reader that tells whether somebody in this role is for us; unknown while nobody said."""

    def read(look: Look, pk: int) -> Known:
        said = [one for one in _in_role(look, pk, role) if "stance" in one.means]
        if not said:
            return Known(None)
        return Known(
            any(one.side == "for" for one in said), names(f"{one}: {one.said.get('stance', '')}" for one in said)
        )

    return read


def _number(of: Asked) -> Reader:
    """Return a reader that counts people known by name."""

    def read(look: Look, pk: int) -> Known:
        return counted(one for one in look.stakeholders[pk] if one.contact_id and of(one))

    return read


def _side(side: str) -> Reader:
    """Return a reader that counts those on one side, places for somebody not yet known among them."""
    return lambda look, pk: counted(one for one in look.stakeholders[pk] if one.side == side)


def _opponent_known(look: Look, pk: int) -> Known:
    against = [one for one in look.stakeholders[pk] if one.side == "against"]
    return Known(bool(against), names(against))


def _answers(trait: str, answer: str) -> Asked:
    return lambda one: one.means.get(trait) == answer


def _by_role() -> Iterator[Fact]:
    """Yield for each buying role whether somebody in it is known, reached, and for us; two have words of their own."""
    for role, words in TRAITS[ROLE].answers.items():
        if role not in (ECONOMIC, CHAMPION):
            label = format_lazy(lazy("{role}: somebody is known by name"), role=words)
            missing = format_lazy(lazy("nobody in the role “{role}” is known by name"), role=words)
            yield Fact(f"known_{role}", label, TRUTH, PEOPLE, _met(role), missing)
        if role != ECONOMIC:
            label = format_lazy(lazy("{role}: we have met them several times"), role=words)
            missing = format_lazy(lazy("nobody in the role “{role}” has been met several times"), role=words)
            yield Fact(f"reached_{role}", label, TRUTH, PEOPLE, _reached(role), missing)
        missing = format_lazy(lazy("nobody in the role “{role}” is known to be for us"), role=words)
        label = format_lazy(lazy("{role}: for us"), role=words)
        yield Fact(f"for_{role}", label, TRUTH, PEOPLE, _is_for_us(role), missing)


def _by_answer() -> Iterator[Fact]:
    """Yield for each answer of each trait how many people it is known of."""
    for trait in TRAITS.values():
        for key, words in trait.answers.items():
            label = format_lazy(lazy("How many: {trait} – {answer}"), trait=trait.label, answer=words)
            yield Fact(f"count_{trait.key}_{key}", label, NUMBER, PEOPLE, _number(_answers(trait.key, key)))


KNOWN = (
    Fact(
        "economic_buyer",
        lazy("The economic buyer is known"),
        TRUTH,
        PEOPLE,
        _met(ECONOMIC),
        lazy("the economic buyer is unknown"),
    ),
    Fact(
        "economic_buyer_reached",
        lazy("We have met the economic buyer several times"),
        TRUTH,
        PEOPLE,
        _reached(ECONOMIC),
        lazy("the economic buyer has not been reached"),
    ),
    Fact("champion", lazy("A champion is known"), TRUTH, PEOPLE, _met(CHAMPION), lazy("no champion is known")),
    Fact(
        "opponent",
        lazy("Somebody against us is known"),
        TRUTH,
        PEOPLE,
        _opponent_known,
        lazy("nobody against us is known, nor who supports the competition"),
    ),
    Fact("contacts", lazy("People known by name"), NUMBER, PEOPLE, _number(lambda one: True)),
    Fact("supporters", lazy("People for us"), NUMBER, PEOPLE, _side("for")),
    Fact("opponents", lazy("People against us"), NUMBER, PEOPLE, _side("against")),
)
ROLES = tuple(_by_role())
ANSWERS = tuple(_by_answer())
