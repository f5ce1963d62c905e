"""The alarm to a team when the client's vision changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

from milepost.opportunities.models import Opportunity
from milepost.opportunities.models.opportunity import Parts, seen_by
from milepost.team.models import Person
from milepost.team.sight import Sees

if TYPE_CHECKING:
    from milepost.buyers.models.vision import VisionVersion


class Alarms(Parts):
    """Questions about many alarms."""

    def waiting_for(self, person: Sees) -> Alarms:
        """Keep those that the person, or somebody they stand in for, has not seen, of what the person may see."""
        mine = self.filter(person_id__in=person.sight.people, seen_at=None)
        return mine.filter(seen_by(person, "opportunity__"), opportunity__merged_into=None)


class VisionAlarm(models.Model):
    """The vision has changed: told to everybody of the team but who changed it, until they say they have seen it."""

    class Kind(models.TextChoices):
        CHANGED = "changed", gettext_lazy("has changed")
        REPLACED = "replaced", gettext_lazy("is another now")
        DOUBTED = "doubted", gettext_lazy("is in doubt")

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="vision_alarms")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    version = models.ForeignKey("VisionVersion", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)

    objects = Alarms.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "seen_at"], name="vision_alarm_of_person")]

    def __str__(self) -> str:
        return f"{self.opportunity}: {self.get_kind_display()}"

    @classmethod
    def tell(cls, version: VisionVersion, *, by: Person, kind: str) -> None:
        """Alarm the team, also when the opportunity is won: a vision can change in the middle of a contract."""
        opportunity = version.vision.opportunity
        team = {*opportunity.people_ids(), *opportunity.members.values_list("person_id", flat=True)} - {by.pk}
        VisionAlarm.objects.bulk_create(
            VisionAlarm(opportunity=opportunity, person_id=pk, version=version, kind=kind, by=by) for pk in sorted(team)
        )

    @classmethod
    def see(cls, opportunity: Opportunity, *, by: Person) -> int:
        """Record that a person has seen what changed; return how many alarms that were."""
        rows = cls.objects.waiting_for(by).filter(opportunity=opportunity)
        return cls.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(seen_at=timezone.now())
