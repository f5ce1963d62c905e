"""Views of the Board that people have saved under a name."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from milepost.team.models import Person


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
