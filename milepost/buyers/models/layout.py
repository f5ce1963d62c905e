"""Where people stand on an opportunity's map, as somebody has put them."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from milepost.opportunities.models import Opportunity
from milepost.team.models import Person
from milepost.web.history import StaleEdit

FAR = 100_000


class MapLayout(models.Model):
    """The places that were chosen by hand, by stakeholder; `version` tells the second of two that the first was there.

    It is a drawing and no fact: history does not keep it.
    """

    opportunity = models.OneToOneField(Opportunity, models.CASCADE, related_name="map_layout")
    places = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.opportunity)

    @classmethod
    @transaction.atomic
    def arrange(cls, opportunity: Opportunity, *, by: Person, version: int, moved: dict[str, list[float]]) -> MapLayout:
        """Put people elsewhere; raises StaleEdit when somebody else has arranged the map since `version`."""
        row, _new = cls.objects.get_or_create(opportunity=opportunity)
        places = {**row.places, **{pk: [round(x), round(y)] for pk, (x, y) in moved.items()}}
        values: dict[str, Any] = {"places": places, "by": by, "at": timezone.now()}
        if not cls.objects.filter(pk=row.pk, version=version).update(version=F("version") + 1, **values):
            raise StaleEdit(row, version)
        row.places, row.version = places, version + 1
        return row
