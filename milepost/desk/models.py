"""Views of the Board that people have saved under a name, and what was reassigned from it at once."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from milepost.opportunities.models import Standing
from milepost.opportunities.permissions import may_move
from milepost.opportunities.reassign import reassign
from milepost.opportunities.standing import chunks
from milepost.team.models import Person, Role
from milepost.web.models import Change

AT_ONCE = 5_000


class SavedViews(models.QuerySet["SavedView"]):
    """Questions about many saved views."""

    def visible_to(self, person: Person) -> SavedViews:
        """Keep the person's own and those for everybody."""
        return self.filter(models.Q(owner=person) | models.Q(shared=True))


class SavedView(models.Model):
    """A Board's filters, groups and order, as they stand in its address."""

    owner = models.ForeignKey(Person, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(max_length=1000, blank=True)
    shared = models.BooleanField(_("for everybody"), default=False)
    saved_at = models.DateTimeField(auto_now=True)

    objects = SavedViews.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name


class Reassignments(models.QuerySet["Reassignment"]):
    """Questions about many reassignments."""

    def visible_to(self, person: Person) -> Reassignments:
        """Keep the person's own: only who did it may take it back."""
        return self.filter(by=person)


class Reassignment(models.Model):
    """Many opportunities given to one person at once. `rows` holds pairs: the opportunity, and whom it had before."""

    class For(models.TextChoices):
        COORDINATOR = Role.COORDINATOR.value, Role.COORDINATOR.label
        SALESPERSON = Role.SALESPERSON.value, Role.SALESPERSON.label

    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    role = models.CharField(max_length=20, choices=For.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    rows = models.JSONField(default=list)
    last_change = models.BigIntegerField(default=0)
    undone_at = models.DateTimeField(null=True)
    restored = models.PositiveIntegerField(default=0)

    objects = Reassignments.as_manager()

    class Meta:
        ordering = ["-id"]

    @classmethod
    def make(cls, ids: Iterable[int], *, by: Person, role: str, person: Person) -> Reassignment:
        """Give these open opportunities to a person: those that `by` moves, and that the person has not yet."""
        before = reassign(dict.fromkeys(movable(ids, by), person), by=by, role=role)
        newest = Change.objects.order_by("-id").values_list("id", flat=True).first() or 0
        return cls.objects.create(by=by, role=role, person=person, rows=list(before.items()), last_change=newest)

    @property
    def stayed(self) -> int:
        """Return how many were not given back, because something newer stands on them."""
        return len(self.rows) - self.restored

    def undo(self, *, by: Person) -> None:
        """Give each back to whom it had, unless it has been assigned again or has ended since."""
        before: dict[int, int | None] = dict(self.rows)
        ours = movable(before, by)
        newer = Change.objects.filter(subject_kind="opportunity", id__gt=self.last_change, what__has_key=self.role)
        touched = {pk for ids in chunks(ours, AT_ONCE) for pk in _subjects(newer, ids)}
        people = Person.objects.in_bulk({pk for pk in before.values() if pk})
        still = [pk for pk, row in ours.items() if pk not in touched and self._stands(row)]
        back = {pk: people.get(before[pk]) for pk in still}
        self.restored = len(reassign(back, by=by, role=self.role, verb="assigned back"))
        self.undone_at = timezone.now()
        self.save(update_fields=["restored", "undone_at"])

    def _stands(self, row: Standing) -> bool:
        return getattr(row, f"{self.role}_id") == self.person_id


def movable(ids: Iterable[int], person: Person) -> dict[int, Standing]:
    """Return the open ones among these opportunities that the person sees and may give to somebody."""
    seen = Standing.objects.visible_to(person).only("pk", "coordinator_id", "salesperson_id", "territory_id")
    rows = (row for some in chunks(ids, AT_ONCE) for row in seen.filter(pk__in=some))
    return {row.pk: row for row in rows if may_move(person, row)}  # type: ignore[arg-type]  # it has the same columns


def _subjects(changes: models.QuerySet[Change], ids: list[int]) -> Iterable[int]:
    return changes.filter(subject_id__in=ids).values_list("subject_id", flat=True)
