"""Territories: the parts of the market, as a tree."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from milepost.web.history import record
from milepost.web.models import Editable

if TYPE_CHECKING:
    from milepost.team.models.person import Person


class Territory(Editable):
    """A part of the market; a tree. `path` holds the ids from the root down: "/1/4/"."""

    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=255, unique=True, editable=False)

    class Meta:
        ordering = ["path"]
        verbose_name_plural = "territories"

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        return self.path.count("/") - 2

    @classmethod
    @transaction.atomic
    def add(cls, *, by: Person | None, name: str, parent: Territory | None = None) -> Territory:
        """Create a territory under `parent`."""
        territory = cls.objects.create(name=name, parent=parent, path=f"new-{secrets.token_hex(8)}")
        territory.path = f"{parent.path if parent else '/'}{territory.pk}/"
        territory.save(update_fields=["path"])
        record(territory, "added", by=by, what={"name": [None, name]})
        return territory

    def revise(self, *, by: Person, name: str, parent: Territory | None, version: int | None = None) -> None:
        """Rename the territory and hang it under another parent."""
        with transaction.atomic():
            self.edit(by=by, version=version, name=name)
            self.move(by=by, parent=parent)

    @transaction.atomic
    def move(self, *, by: Person, parent: Territory | None) -> None:
        """Hang this territory and all below it under another parent."""
        if parent is not None and parent.path.startswith(self.path):
            raise ValueError(_("A territory cannot be moved below itself."))
        old, new = self.path, f"{parent.path if parent else '/'}{self.pk}/"
        if old == new:
            return
        self.edit(by=by, verb="moved", parent=parent)
        for below in Territory.objects.filter(path__startswith=old):
            below.path = new + below.path.removeprefix(old)
            below.save(update_fields=["path"])
        self.path = new
