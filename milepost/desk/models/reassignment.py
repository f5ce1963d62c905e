"""Many opportunities given to one person at once."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from milepost.desk.models.at_once import DECIDING, AtOnce, movable
from milepost.opportunities.models import Standing
from milepost.opportunities.permissions import may_move
from milepost.opportunities.reassign import reassign
from milepost.team.models import Person, Role
from milepost.web.models import Change


class Reassignment(AtOnce):
    """Many opportunities given to one person; `rows` keeps whom each had before."""

    class For(models.TextChoices):
        COORDINATOR = Role.COORDINATOR.value, Role.COORDINATOR.label
        SALESPERSON = Role.SALESPERSON.value, Role.SALESPERSON.label

    JOB = "reassign"

    role = models.CharField(max_length=20, choices=For.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    @classmethod
    def make(cls, ids: Iterable[int], *, by: Person, role: str, person: Person) -> Reassignment:
        """Give these open opportunities to a person: those that `by` moves, and that the person has not yet."""
        row = cls.objects.create(by=by, role=role, person=person, wanted=list(movable(ids, by)))
        row.begin()
        return row

    def do(self, ids: list[int]) -> dict[int, int | None]:
        return reassign(dict.fromkeys(movable(ids, self.by), self.person), by=self.by, role=self.role)

    def take_back(self, before: dict[int, int | None]) -> int:
        """Give each back to whom it had, unless it has been assigned again or has ended since."""
        newer = Change.objects.filter(subject_kind="opportunity", id__gt=self.last_change, what__has_key=self.role)
        touched = set(newer.filter(subject_id__in=before).values_list("subject_id", flat=True))
        people = Person.objects.in_bulk({pk for pk in before.values() if pk})
        still = [pk for pk in self._returnable(list(before), before) if pk not in touched]
        had = {pk: people.get(before[pk] or 0) for pk in still}
        return len(reassign(had, by=self.by, role=self.role, verb="assigned back"))

    def _returnable(self, ids: list[int], before: dict[int, int | None]) -> list[int]:
        """Return the open ones the person still has, and that whoever gave them moves, or moves once they are back.

        Who sees only their own work does not see any more what they gave away.
        """
        held = Standing.objects.filter(**{self.role: self.person})
        ours = movable(ids, self.by)
        found = list(held.filter(pk__in=ours).values_list("pk", flat=True))
        away = [pk for pk in ids if pk not in ours and before[pk] in self.by.sight.people]
        for row in held.filter(pk__in=away).only(*DECIDING):
            setattr(row, f"{self.role}_id", before[row.pk])
            if may_move(self.by, row):
                found.append(row.pk)
        return found
