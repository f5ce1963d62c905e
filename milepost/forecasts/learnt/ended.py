"""What is told of opportunities that have ended: numbers that lead to their list, and what they are numbers of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from milepost.engine.shares import Share

MOST = 8
HANDFUL = 5


class Row(NamedTuple):
    """So many that ended alike: how, in which playbook, at which step, to whom, in which quarter."""

    kind: str
    playbook: int
    key: str | None
    lost_to: str
    quarter: int
    within: bool
    step: int
    number: int
    value_minor: int | None


@dataclass(frozen=True)
class Number:
    """How many, what they are worth in minor units, and where they are listed."""

    count: int
    value_minor: int | None
    href: str


@dataclass(frozen=True)
class Why:
    """A reason with how often it was given, and its part of that outcome."""

    text: str
    part: float
    number: Number


@dataclass(frozen=True)
class Kind:
    """An outcome with all that ended so, and the reasons given; `worded` counts those told in words, where none was."""

    kind: str
    label: str
    whole: Number
    whys: list[Why]
    worded: int = 0

    @property
    def most(self) -> list[Why]:
        return self.whys[:MOST]


@dataclass(frozen=True)
class Rival:
    """Somebody that opportunities were lost to."""

    name: str
    number: Number
    pk: int | None = None


@dataclass(frozen=True)
class Place:
    """A step at which opportunities ended, by how they did."""

    name: str
    position: int | None
    numbers: list[Number]

    @property
    def total(self) -> int:
        return sum(each.count for each in self.numbers)


@dataclass(frozen=True)
class Quarter:
    """What ended in a fiscal quarter, and the share of it that was won."""

    name: str
    key: str
    numbers: dict[str, Number]
    all_of_it: Number
    share: Share
    value_minor: int | None

    @property
    def is_handful(self) -> bool:
        """Tell whether so few ended that their share leans mostly on the others: 1 of 1 would read as 71 %."""
        return 0 < self.share.cases < HANDFUL
