"""Who may see what: one value per person and request, from which every `visible_to` is built."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from django.db.models import Q

if TYPE_CHECKING:
    from milepost.team.models import Person


class Sees(Protocol):
    """Whoever rows are asked for: a person, or a sight alone, which many questions can be kept by."""

    @property
    def sight(self) -> Sight: ...


@dataclass(frozen=True)
class Sight:
    """The territories a person sees whole, the people whose own work they see, and their roles.

    `roles` maps each role to the ids of the territories where it is held, those below included.
    `covered` are the absent people for whom this person stands in today.
    `above` are the territories that hold those seen whole, and `roles_above` those that hold a role's: what belongs to
    all the parts of a territory, as an account may, is for everybody in one of them.
    """

    person_id: int
    territories: frozenset[int]
    roles: dict[str, frozenset[int]] = field(hash=False)
    covered: frozenset[int]
    above: frozenset[int] = frozenset()
    roles_above: dict[str, frozenset[int]] = field(default_factory=dict, hash=False)

    @property
    def sight(self) -> Sight:
        return self

    @property
    def people(self) -> frozenset[int]:
        """Return the ids whose assignments open an opportunity: oneself and those one stands in for."""
        return self.covered | {self.person_id}

    def holds(self, *roles: str, territory: int | None = None) -> bool:
        """Tell whether any of the roles is held, in `territory` if one is given."""
        held = [self.roles.get(role, frozenset()) for role in roles]
        return any(territory in where if territory is not None else where for where in held)

    def holds_below(self, *roles: str, territory: int) -> bool:
        """Tell whether any of the roles is held in `territory` or in a part of it."""
        return self.holds(*roles, territory=territory) or any(
            territory in self.roles_above.get(role, frozenset()) for role in roles
        )

    @classmethod
    def of(cls, person: Person) -> Sight:
        """Return what a person may see today; asked of the database once until the team changes."""
        from milepost.team.models import Company

        company = person.company or Company.objects.first()
        if company is None:
            return cls(person.pk, frozenset(), {}, frozenset())
        return _resolved(person.pk, company.today(), company.team_stamp)


@lru_cache(maxsize=2000)
def _resolved(person_id: int, today: datetime.date, stamp: str) -> Sight:
    """Resolve what a person may see on a day, with three queries; `stamp` tells one state of the team from the next."""
    from milepost.team.models import Cover, Membership, Territory

    covers = Cover.objects.filter(stand_in=person_id, starts_on__lte=today, ends_on__gte=today, cancelled_at=None)
    covered = frozenset(covers.values_list("absent_id", flat=True))
    held = Membership.objects.filter(person_id__in=covered | {person_id}).values_list(
        "role", "scope", "territory__path", "person_id"
    )
    # Standing in for somebody does not make an administrator.
    own = [(role, scope, path) for role, scope, path, who in held if role != "administrator" or who == person_id]
    below = Q(*(("path__startswith", path) for _role, _scope, path in own), _connector=Q.OR)
    tree = list(Territory.objects.filter(below).values_list("id", "path")) if own else []
    whole: frozenset[int] = frozenset()
    above: frozenset[int] = frozenset()
    roles: dict[str, frozenset[int]] = {}
    roles_above: dict[str, frozenset[int]] = {}
    for role, scope, path in own:
        ids = frozenset(pk for pk, p in tree if p.startswith(path))
        holding = frozenset(int(pk) for pk in path.strip("/").split("/")[:-1])
        roles[role] = roles.get(role, frozenset()) | ids
        roles_above[role] = roles_above.get(role, frozenset()) | holding
        if scope == "all":
            whole, above = whole | ids, above | holding
    return Sight(person_id, whole, roles, covered, above - whole, roles_above)
