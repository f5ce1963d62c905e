"""Point out two of an opportunity's people who are probably one."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from rapidfuzz import fuzz

from milepost.accounts.models import TITLES
from milepost.buyers.models.stakeholder import Stakeholder
from milepost.buyers.models.ties import Tie
from milepost.web.text import name_key

ALIKE = 90
MOST = 5


def twins(people: list[Stakeholder], ties: Iterable[Tie]) -> list[tuple[Stakeholder, Stakeholder]]:
    """Return pairs with like names or the same e-mail address, but those said to be two; at most a handful.

    Names are compared within blocks of one first letter: 200 people are 20,000 pairs otherwise.
    """
    apart = {frozenset((tie.stakeholder_id, tie.other_id)) for tie in ties if tie.kind == Tie.Kind.TWO}
    blocks: dict[str, list[tuple[str, Stakeholder]]] = {}
    for one in people:
        name = core(str(one))
        for key in {word[:1] for word in name.split()} | {_address(one)} - {""}:
            blocks.setdefault(key, []).append((name, one))
    found: dict[frozenset[int], tuple[Stakeholder, Stakeholder]] = {}
    for block in blocks.values():
        for (name, one), (like, other) in combinations(block, 2):
            pair = frozenset((one.pk, other.pk))
            if pair not in apart and pair not in found and _alike(one, other, name, like):
                found[pair] = (one, other)
    return list(found.values())[:MOST]


def core(name: str) -> str:
    """Return a person's name without titles, dots and accents.

    >>> core("Dr. Hélène  Brandt")
    'helene brandt'
    """
    words = name_key(name).replace(".", " ").replace(",", " ").split()
    return " ".join(word for word in words if word not in TITLES)


def _address(one: Stakeholder) -> str:
    return one.contact.email.casefold() if one.contact else ""


def _alike(one: Stakeholder, other: Stakeholder, name: str, like: str) -> bool:
    if _address(one) and _address(one) == _address(other):
        return True
    return len(name) > 3 and len(like) > 3 and fuzz.token_sort_ratio(name, like) >= ALIKE
