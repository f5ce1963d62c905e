"""The facts that rules of gates may ask for: what each is called, how it is read, and where it is filled in.

Reading is in bulk (`look.py`); whoever adds a fact adds one entry to `FACTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from milepost.gates.look import Look
from milepost.gates.rules import Known
from milepost.opportunities.models import Condition
from milepost.web.words import exponent, money_short, percent

TRUTH, NUMBER, SHARE, MONEY = "truth", "number", "share", "money"
REACHED = ("several", "in_depth")
ECONOMIC, CHAMPION = "economic_buyer", "champion"


@dataclass(frozen=True)
class Fact:
    """One thing that Milepost can know of an opportunity.

    `kind` is a truth, a number, a share in percent, or money in the company's currency; `missing` says in words what is
    the matter while a rule that asks for it is not met; `fill` names the address at which it is filled in.
    """

    key: str
    label: Promise
    kind: str
    missing: Promise
    fill: str
    read: Callable[[Look, int], Known]


def _names(people: Iterable[Any]) -> str:
    return ", ".join(str(one) for one in people)


def _met(role: str) -> Callable[[Look, int], Known]:
    """Return a reader that tells whether a person in this buying role is known by name."""

    def read(look: Look, pk: int) -> Known:
        found = [one for one in look.stakeholders[pk] if one.means.get("role") == role and one.contact_id]
        return Known(bool(found), _names(found))

    return read


def _economic_buyer_reached(look: Look, pk: int) -> Known:
    found = [one for one in look.stakeholders[pk] if one.means.get("role") == ECONOMIC and one.contact_id]
    if not found or not any("access" in one.means for one in found):
        return Known(None)
    reached = [one for one in found if one.means.get("access") in REACHED]
    return Known(bool(reached), _names(f"{one}: {one.said.get('access', '')}" for one in found))


def _opponent_known(look: Look, pk: int) -> Known:
    against = [one for one in look.stakeholders[pk] if one.side == "against"]
    return Known(bool(against), _names(against))


def _contacts(look: Look, pk: int) -> Known:
    found = [one for one in look.stakeholders[pk] if one.contact_id]
    return Known(len(found), _names(found[:5]))


def _supporters(look: Look, pk: int) -> Known:
    found = [one for one in look.stakeholders[pk] if one.side == "for"]
    return Known(len(found), _names(found[:5]))


def _vision(question: str) -> Callable[[Look, int], Known]:
    """Return a reader that tells whether one of the vision's three questions has an answer with evidence."""

    def read(look: Look, pk: int) -> Known:
        known = look.visions.get(pk)
        return Known(bool(known and getattr(known, question)), known.words if known else "")

    return read


def _appointments(look: Look, pk: int) -> Known:
    return Known(look.held[pk], "")


def _booked(look: Look, pk: int) -> Known:
    standing = look.standings.get(pk)
    return Known(bool(standing and standing.next_at), "")


def _conditions_failed(look: Look, pk: int) -> Known:
    failed = [one for one in look.conditions[pk] if one.state == Condition.State.FAILED]
    return Known(len(failed), _names(failed))


def _account(look: Look, pk: int) -> Known:
    return Known(look.opportunities[pk].account_id is not None, "")


def _in_major(look: Look, minor: int | None) -> Known:
    if minor is None:
        return Known(None)
    return Known(minor / 10 ** exponent(look.currency), money_short(minor, look.currency))


def _value(look: Look, pk: int) -> Known:
    return _in_major(look, look.opportunities[pk].company_value_minor)


def _win(look: Look, pk: int) -> Known:
    standing = look.standings.get(pk)
    return Known(None) if standing is None else Known(100 * standing.win, percent(standing.win))


def _net(look: Look, pk: int) -> Known:
    answer = look.going_on(pk)
    return Known(None) if answer is None else _in_major(look, round(answer.net))


VISION = "buyers:vision"
PEOPLE, PAGE, VALUE = "buyers:people", "opportunities:page", "opportunities:edit"
FACTS: dict[str, Fact] = {
    fact.key: fact
    for fact in (
        Fact("account", lazy("The account is known"), TRUTH, lazy("the account is unknown"), VALUE, _account),
        Fact("value", lazy("Value"), MONEY, lazy("the value is too small or unknown"), VALUE, _value),
        Fact(
            "economic_buyer",
            lazy("The economic buyer is known"),
            TRUTH,
            lazy("the economic buyer is unknown"),
            PEOPLE,
            _met(ECONOMIC),
        ),
        Fact(
            "economic_buyer_reached",
            lazy("We have met the economic buyer several times"),
            TRUTH,
            lazy("the economic buyer has not been reached"),
            PEOPLE,
            _economic_buyer_reached,
        ),
        Fact("champion", lazy("A champion is known"), TRUTH, lazy("no champion is known"), PEOPLE, _met(CHAMPION)),
        Fact(
            "opponent",
            lazy("Somebody against us is known"),
            TRUTH,
            lazy("nobody against us is known, nor who supports the competition"),
            PEOPLE,
            _opponent_known,
        ),
        Fact(
            "vision_whose",
            lazy("Whose vision it is, with evidence"),
            TRUTH,
            lazy("nothing shows whose vision it is"),
            VISION,
            _vision("whose"),
        ),
        Fact(
            "vision_how",
            lazy("How the vision came about, with evidence"),
            TRUTH,
            lazy("nothing shows how the vision came about"),
            VISION,
            _vision("how"),
        ),
        Fact(
            "vision_where",
            lazy("Where and with whom the vision was developed, with evidence"),
            TRUTH,
            lazy("nothing shows where and with whom the vision was developed"),
            VISION,
            _vision("where"),
        ),
        Fact("contacts", lazy("People known by name"), NUMBER, lazy("too few people are known"), PEOPLE, _contacts),
        Fact("supporters", lazy("People for us"), NUMBER, lazy("too few people are for us"), PEOPLE, _supporters),
        Fact(
            "appointments",
            lazy("Appointments held"),
            NUMBER,
            lazy("too few appointments have been held"),
            PAGE,
            _appointments,
        ),
        Fact("booked", lazy("The next appointment is booked"), TRUTH, lazy("no appointment is booked"), PAGE, _booked),
        Fact(
            "conditions_failed",
            lazy("Failed conditions"),
            NUMBER,
            lazy("a condition has failed"),
            PAGE,
            _conditions_failed,
        ),
        Fact("win", lazy("Win chance"), SHARE, lazy("the win chance is too low"), PAGE, _win),
        Fact(
            "net_value",
            lazy("Expected net value of going on"),
            MONEY,
            lazy("going on is worth too little, or its margin is unknown"),
            VALUE,
            _net,
        ),
    )
}


def read(look: Look, pk: int, subject: str) -> Known:
    """Return what is known of a fact; nothing of one that this version of Milepost does not know."""
    fact = FACTS.get(subject)
    return Known() if fact is None else fact.read(look, pk)
