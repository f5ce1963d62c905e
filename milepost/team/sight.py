"""Who may see what: one value per person and request, from which every `visible_to` is built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from milepost.team.models import Person


@dataclass(frozen=True)
class Sight:
    """The territories a person sees whole, the people whose own work they see, and their roles.

    `roles` maps each role to the ids of the territories where it is held, those below included.
    `covered` are the absent people for whom this person stands in today.
    """

    person_id: int
    territories: frozenset[int]
    roles: dict[str, frozenset[int]]
    covered: frozenset[int]

    @property
    def people(self) -> frozenset[int]:
        """Return the ids whose assignments open an opportunity: oneself and those one stands in for."""
        return self.covered | {self.person_id}

    def holds(self, *roles: str, territory: int | None = None) -> bool:
        """Tell whether any of the roles is held, in `territory` if one is given."""
        held = [self.roles.get(role, frozenset()) for role in roles]
        return any(territory in where if territory is not None else where for where in held)

    @classmethod
    def of(cls, person: Person) -> Sight:
        """Resolve what a person may see today, with two queries."""
        from milepost.team.models import Company, Cover, Membership, Territory

        company = person.company or Company.objects.first()
        covered: frozenset[int] = frozenset()
        if company is not None:
            today = company.today()
            covers = Cover.objects.filter(stand_in=person, starts_on__lte=today, ends_on__gte=today, cancelled_at=None)
            covered = frozenset(covers.values_list("absent_id", flat=True))
        held = list(
            Membership.objects.filter(person_id__in=covered | {person.pk}).values_list(
                "role", "scope", "territory__path", "person_id"
            )
        )
        if not held:
            return cls(person.pk, frozenset(), {}, covered)
        below = Q()
        for _role, _scope, path, _who in held:
            below |= Q(path__startswith=path)
        tree = list(Territory.objects.filter(below).values_list("id", "path"))
        whole: set[int] = set()
        roles: dict[str, frozenset[int]] = {}
        for role, scope, path, who in held:
            if role == "administrator" and who != person.pk:
                continue  # standing in for somebody does not make an administrator
            ids = {pk for pk, p in tree if p.startswith(path)}
            roles[role] = roles.get(role, frozenset()) | ids
            if scope == "all":
                whole |= ids
        return cls(person.pk, frozenset(whole), roles, covered)
