"""What a board needs to know besides its rows: who asks, the day, and the names of what it filters and groups by."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from milepost.playbooks.models import Playbook
from milepost.team.directory import Who, everybody, tree
from milepost.team.models import Company, Person, Territory
from milepost.web.words import exponent


@dataclass
class Known:
    """Read each table of names at most once a request."""

    person: Person
    company: Company

    @cached_property
    def now(self) -> datetime.datetime:
        return timezone.now()

    @cached_property
    def today(self) -> datetime.date:
        return self.company.today()

    @property
    def unit(self) -> int:
        """Return how many minor units make one of the company's currency."""
        return int(10 ** exponent(self.company.currency))

    @cached_property
    def people(self) -> dict[int, Who]:
        """Return everybody by id, by name; those who have left still own what they did."""
        return everybody(self.company.team_stamp)

    @cached_property
    def territories(self) -> dict[int, Territory]:
        """Return the territories by id, in the order of the tree, names of siblings by the alphabet."""
        return tree(self.company.team_stamp)

    @cached_property
    def playbooks(self) -> dict[int, str]:
        return dict(Playbook.objects.order_by("name").values_list("pk", "name"))

    def below(self, territory: int) -> list[int]:
        """Return the ids of a territory and all below it."""
        path = self.territories[territory].path
        return [pk for pk, row in self.territories.items() if row.path.startswith(path)]

    @cached_property
    def named(self) -> set[int]:
        """Return the ids of the territories the person may name: where they hold a role, and those above."""
        held = set().union(self.person.sight.territories, *self.person.sight.roles.values())
        paths = (self.territories[pk].path for pk in held if pk in self.territories)
        return {int(part) for path in paths for part in path.split("/") if part}
