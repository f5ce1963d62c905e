"""The facts that rules of gates may ask for: what each is called, how it is read, and where it is filled in.

Reading is in bulk (`look.py`); whoever adds a fact adds one entry to a group.
"""

from __future__ import annotations

from collections.abc import Collection
from operator import itemgetter

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from milepost.gates.facts import buyer, course, people, rivals
from milepost.gates.facts.fact import MONEY, NUMBER, SHARE, TRUTH, Fact
from milepost.gates.look import Look
from milepost.gates.rules import NOTHING, Known

__all__ = ["FACTS", "KINDS", "MONEY", "NUMBER", "SHARE", "TRUTH", "Fact", "offered", "read"]

KINDS = (TRUTH, NUMBER, SHARE, MONEY)
GROUPS: tuple[tuple[Promise, tuple[Fact, ...]], ...] = (
    (lazy("The opportunity and its line"), course.COURSE),
    (lazy("Worth, chance and effort"), course.WORTH),
    (lazy("Vision, questions and requests"), buyer.FACTS),
    (lazy("Competitors"), rivals.FACTS),
    (lazy("People"), people.KNOWN),
    (lazy("Buying roles"), people.ROLES),
    (lazy("How many people, by what is known of them"), people.ANSWERS),
)
FACTS: dict[str, Fact] = {fact.key: fact for _label, facts in GROUPS for fact in facts}


def read(look: Look, pk: int, subject: str) -> Known:
    """Return what is known of a fact; nothing of one that this version of Milepost does not know."""
    fact = FACTS.get(subject)
    return NOTHING if fact is None else fact.read(look, pk)


def offered(kinds: Collection[str] = KINDS) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the facts of these kinds as the choices of a field, by group."""
    found = []
    for label, facts in GROUPS:
        some = [(fact.key, str(fact.label)) for fact in facts if fact.kind in kinds]
        if facts not in (people.ROLES, people.ANSWERS):  # these are in the order of the company's lists
            some.sort(key=itemgetter(1))
        if some:
            found.append((str(label), some))
    return found
