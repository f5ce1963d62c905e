"""What a fact is: its name, its kind, how it is read, and where it is filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from milepost.gates.look import Look
from milepost.gates.rules import Known

TRUTH, NUMBER, SHARE, MONEY = "truth", "number", "share", "money"
NAMED = 5
Reader = Callable[[Look, int], Known]


@dataclass(frozen=True)
class Fact:
    """One thing that Milepost can know of an opportunity.

    `kind` is a truth, a number, a share in percent, or money in the company's currency; `fill` names the address at
    which it is filled in; `missing` says in words what is the matter while a rule that asks for it is not met, where
    that needs other words than what is known beside what is asked.
    """

    key: str
    label: str | Promise
    kind: str
    fill: str
    read: Reader
    missing: str | Promise = ""


def names(people: Iterable[Any]) -> str:
    """Return the first of them by name; who reads it wants to know who is meant, not to read a list."""
    found = [str(one) for one in people]
    return ", ".join([*found[:NAMED], "…"] if len(found) > NAMED else found)


def counted(rows: Iterable[Any]) -> Known:
    """Return how many there are, and the first of them."""
    found = list(rows)
    return Known(len(found), names(found))
