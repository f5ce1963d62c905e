"""Views of the Board that people have saved under a name, and what was reassigned from it at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from milepost.opportunities.models import Standing
from milepost.opportunities.permissions import may_move
from milepost.opportunities.reassign import reassign
from milepost.team.models import Person, Role
from milepost.web.jobs import ask
from milepost.web.models import Change
from milepost.web.turns import chunks, in_turns

AT_ONCE = 5_000
MANY = 500  # more than a person would wait for
DECIDING = ("pk", "coordinator_id", "salesperson_id", "territory_id")  # what it depends on who may move it
Told = Callable[[int, int], None]


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
    """Many opportunities given to one person at once. `rows` holds pairs: the opportunity, and whom it had before.

    `wanted` are those that are to be given and may not have been yet; empty once all is done.
    """

    class For(models.TextChoices):
        COORDINATOR = Role.COORDINATOR.value, Role.COORDINATOR.label
        SALESPERSON = Role.SALESPERSON.value, Role.SALESPERSON.label

    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    role = models.CharField(max_length=20, choices=For.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    rows = models.JSONField(default=list)
    wanted = models.JSONField(default=list)
    last_change = models.BigIntegerField(default=0)
    undone_at = models.DateTimeField(null=True)
    restored = models.PositiveIntegerField(default=0)

    objects = Reassignments.as_manager()

    class Meta:
        ordering = ["-id"]

    @classmethod
    def make(cls, ids: Iterable[int], *, by: Person, role: str, person: Person) -> Reassignment:
        """Give these open opportunities to a person: those that `by` moves, and that the person has not yet.

        Many are given in a job.
        """
        row = cls.objects.create(by=by, role=role, person=person, wanted=list(movable(ids, by)))
        if len(row.wanted) > MANY:
            ask("reassign", by=by, pk=row.pk)
        else:
            row.carry_out()
        return row

    def carry_out(self, told: Told = lambda done, of: None) -> None:
        """Give what is wanted, some at a time. Safe to run twice: what the person has already is passed over."""
        of = len(self.wanted)
        in_turns(self.wanted, self._give, told=lambda done: told(done, of))
        self.wanted = []
        self.last_change = Change.objects.order_by("-id").values_list("id", flat=True).first() or 0
        self.save(update_fields=["wanted", "last_change"])

    def _give(self, ids: list[int]) -> None:
        before = reassign(dict.fromkeys(movable(ids, self.by), self.person), by=self.by, role=self.role)
        self.rows = [*self.rows, *before.items()]
        self.save(update_fields=["rows"])

    @property
    def stayed(self) -> int:
        """Return how many were not given back, because something newer stands on them."""
        return len(self.rows) - self.restored

    def undo(self, *, by: Person) -> None:
        """Give each back to whom it had, unless it has been assigned again or has ended since; many in a job."""
        self.undone_at = timezone.now()
        self.save(update_fields=["undone_at"])
        if len(self.rows) > MANY:
            ask("reassign", by=by, pk=self.pk, back=True)
        else:
            self.give_back()

    def give_back(self, told: Told = lambda done, of: None) -> None:
        """Give back, some at a time. Safe to run twice: what was given back counts as assigned again."""
        before: dict[int, int | None] = dict(self.rows)
        people = Person.objects.in_bulk({pk for pk in before.values() if pk})
        newer = Change.objects.filter(subject_kind="opportunity", id__gt=self.last_change, what__has_key=self.role)

        def back(ids: list[int]) -> None:
            touched = set(_subjects(newer, ids))
            still = [pk for pk in self._returnable(ids, before) if pk not in touched]
            had = {pk: people.get(before[pk] or 0) for pk in still}
            self.restored += len(reassign(had, by=self.by, role=self.role, verb="assigned back"))
            self.save(update_fields=["restored"])

        in_turns(before, back, told=lambda done: told(done, len(before)))

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
            if may_move(self.by, row):  # type: ignore[arg-type]  # it has the same columns
                found.append(row.pk)
        return found


def movable(ids: Iterable[int], person: Person) -> dict[int, Standing]:
    """Return the open ones among these opportunities that the person sees and may give to somebody."""
    seen = Standing.objects.visible_to(person).only(*DECIDING)
    rows = (row for some in chunks(ids, AT_ONCE) for row in seen.filter(pk__in=some))
    return {row.pk: row for row in rows if may_move(person, row)}  # type: ignore[arg-type]  # it has the same columns


def _subjects(changes: models.QuerySet[Change], ids: list[int]) -> Iterable[int]:
    return changes.filter(subject_id__in=ids).values_list("subject_id", flat=True)
