"""Whose numbers a roll-up shows: territories as a tree, and in each those who sell there; and who may say them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from milepost.forecasts.models.submissions import above
from milepost.team.models import Membership, Person, Role, Territory

NOBODY = 0
"""Stands for the salesperson of opportunities that have none."""


@dataclass(frozen=True)
class Place:
    """A line of the roll-up: a territory as a whole, one who sells in it, or (a `heading`) only its name."""

    territory: Territory
    person: Person | None
    depth: int
    is_heading: bool = False
    is_nobody: bool = False

    @property
    def key(self) -> tuple[int, int | None]:
        """Return (territory, person); no person is the whole of it."""
        return self.territory.pk, NOBODY if self.is_nobody else self.person.pk if self.person else None

    @property
    def name(self) -> str:
        return self.person.name if self.person else self.territory.name


class Sellers:
    """Who sells where, and who manages where: read once."""

    def __init__(self) -> None:
        rows = Membership.objects.filter(
            role__in=(Role.SALESPERSON, Role.SALES_MANAGER), person__is_active=True
        ).values_list("role", "territory_id", "person_id")
        self.sell: dict[int, set[int]] = defaultdict(set)
        self.manage: dict[int, set[int]] = defaultdict(set)
        for role, territory, person in rows:
            (self.sell if role == Role.SALESPERSON else self.manage)[territory].add(person)

    def home(self, person: int | None, territory: Territory) -> int:
        """Return under which territory a seller's opportunity stands: the nearest above it where they sell."""
        if person is not None:
            for pk in reversed(above(territory)):
                if person in self.sell.get(pk, ()):
                    return pk
        return territory.pk

    def part(self, author: Person, territory: Territory, person: Person | None) -> str:
        """Tell how a person may speak here: their "own" number, an "adjustment" of another's, or not ("")."""
        sight = author.sight
        manages = sight.holds(Role.SALES_MANAGER, territory=territory.pk)
        if person is not None:
            return "own" if person.pk in sight.people else "adjustment" if manages else ""
        if not manages:
            return ""
        nearest = next((self.manage[pk] for pk in reversed(above(territory)) if self.manage.get(pk)), set())
        return "own" if nearest & sight.people else "adjustment"


@lru_cache(maxsize=4)
def sellers(stamp: str) -> Sellers:
    """Return who sells and manages where; `stamp` tells one state of the team from the next."""
    return Sellers()


def arrange(
    person: Person, territories: Iterable[Territory], sellers: Sellers, at_work: set[tuple[int, int | None]]
) -> list[Place]:
    """Return the lines in the order of the tree: of a territory that is not seen whole only one's own lines.

    `at_work` are (territory, seller) pairs that have something in the period, or are open.
    """
    shown = {each.pk: each for each in territories}
    by_home: dict[int, set[int]] = defaultdict(set)
    for pk in shown:
        by_home[pk] |= sellers.sell.get(pk, set())
    nobody = set()
    for home, who in at_work:
        by_home[home].add(who) if who is not None else nobody.add(home)
    people = {
        each.pk: each
        for each in Person.objects.filter(pk__in=set().union(*by_home.values())).only("pk", "name", "name_key")
    }
    lines: list[Place] = []
    for territory in sorted(shown.values(), key=above):  # as texts, the path of number 10 comes before that of 9
        depth = sum(pk in shown for pk in above(territory)) - 1
        is_whole = territory.pk in person.sight.territories
        own = by_home[territory.pk] if is_whole else by_home[territory.pk] & person.sight.people
        inside = sorted((people[pk] for pk in own if pk in people), key=lambda each: (each.name_key, each.pk))
        if is_whole or inside:
            lines.append(Place(territory, None, depth, is_heading=not is_whole))
        lines += [Place(territory, each, depth + 1) for each in inside]
        if is_whole and territory.pk in nobody:
            lines.append(Place(territory, None, depth + 1, is_nobody=True))
    return lines
