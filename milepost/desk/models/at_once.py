"""What was done to many opportunities at once from the Board: in turns, in a job where there are many, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from milepost.opportunities.models import Standing
from milepost.opportunities.permissions import may_move
from milepost.team.models import Person
from milepost.web.jobs import ask
from milepost.web.models import Change
from milepost.web.turns import chunks, in_turns

AT_ONCE = 5_000
MANY = 500  # more than a person would wait for
DECIDING = ("pk", "coordinator_id", "salesperson_id", "territory_id")  # what it depends on who may move it
Told = Callable[[int, int], None]


class Deeds(models.QuerySet[Any]):
    """Questions about what was done at once."""

    def visible_to(self, person: Person) -> Deeds:
        """Keep the person's own: only who did it may take it back."""
        return self.filter(by=person)


class AtOnce(models.Model):
    """Something done to many opportunities. `rows` holds pairs: the opportunity, and what it takes to undo it there.

    `wanted` are those to which it is to be done and may not have been yet; empty once all is done.
    """

    JOB: ClassVar[str]

    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    rows = models.JSONField(default=list)
    wanted = models.JSONField(default=list)
    last_change = models.BigIntegerField(default=0)
    undone_at = models.DateTimeField(null=True)
    restored = models.PositiveIntegerField(default=0)

    objects = Deeds.as_manager()

    class Meta:
        abstract = True
        ordering = ["-id"]

    def begin(self) -> None:
        """Do it; many in a job."""
        if len(self.wanted) > MANY:
            ask(self.JOB, by=self.by, pk=self.pk)
        else:
            self.carry_out()

    def carry_out(self, told: Told = lambda done, of: None) -> None:
        """Do what is wanted, some at a time. Safe to run twice: where it is done already nothing changes."""
        of = len(self.wanted)
        in_turns(self.wanted, self._keep, told=lambda done: told(done, of))
        self.wanted = []
        self.last_change = Change.objects.order_by("-id").values_list("id", flat=True).first() or 0
        self.save(update_fields=["wanted", "last_change"])

    def _keep(self, ids: list[int]) -> None:
        self.rows = [*self.rows, *self.do(ids).items()]
        self.save(update_fields=["rows"])

    @property
    def stayed(self) -> int:
        """Return how many were not taken back, because something newer stands on them."""
        return len(self.rows) - self.restored

    def undo(self, *, by: Person) -> None:
        """Take it back where nothing newer stands on it; many in a job."""
        self.undone_at = timezone.now()
        self.save(update_fields=["undone_at"])
        if len(self.rows) > MANY:
            ask(self.JOB, by=by, pk=self.pk, back=True)
        else:
            self.give_back()

    def give_back(self, told: Told = lambda done, of: None) -> None:
        """Take it back, some at a time. Safe to run twice: what was taken back has something newer on it."""

        def back(ids: list[int]) -> None:
            self.restored += self.take_back({pk: before[pk] for pk in ids})
            self.save(update_fields=["restored"])

        before: dict[int, Any] = dict(self.rows)
        in_turns(before, back, told=lambda done: told(done, len(before)))

    def do(self, ids: list[int]) -> dict[int, Any]:
        """Do it to these; return what it takes to undo it at each one that it changed."""
        raise NotImplementedError

    def take_back(self, before: dict[int, Any]) -> int:
        """Undo it at these; return at how many it was."""
        raise NotImplementedError


def movable(ids: Iterable[int], person: Person) -> dict[int, Standing]:
    """Return the open ones among these opportunities that the person sees and moves."""
    seen = Standing.objects.visible_to(person).only(*DECIDING)
    rows = (row for some in chunks(ids, AT_ONCE) for row in seen.filter(pk__in=some))
    return {row.pk: row for row in rows if may_move(person, row)}
