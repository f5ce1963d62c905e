"""What people's words were worth: each look at one beside the model, and the record of each person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from milepost.forecasts.models.targets import managed
from milepost.opportunities.models import Opportunity
from milepost.opportunities.models.opportunity import Parts
from milepost.team.models import Person, Territory


class JudgedLook(models.Model):
    """What one person had said of an opportunity by a morning, beside what the model would have said that morning.

    A word is looked at on the day after it was given, and on each month's first day while it is fresh.
    """

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    on = models.DateField()
    probability = models.FloatField(null=True)
    category = models.CharField(max_length=10, blank=True)
    model_win = models.FloatField()

    objects = Parts.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "person", "on"], name="judged_look_once"),
            models.CheckConstraint(condition=~Q(probability=None) | ~Q(category=""), name="judged_look_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id}, {self.on}"


class JudgedRecords(models.QuerySet["JudgedRecord"]):
    """Questions about many records."""

    def visible_to(self, person: Person) -> JudgedRecords:
        """Keep the person's own, and those of territories they manage: these are shown in groups, never one by one
        unless the company has settled that names are shown."""
        return self.filter(Q(person=person) | Q(territory_id__in=managed(person)))


class JudgedRecord(models.Model):
    """How one person's words on a territory's opportunities did, as sums: see `engine/judged.py`.

    `period` is the fiscal quarter of the looks, or "" for all of them; `open` how many opportunities are not over.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    territory = models.ForeignKey(Territory, models.CASCADE, related_name="+")
    period = models.CharField(max_length=8, blank=True)
    open = models.PositiveIntegerField(default=0)
    sums = models.JSONField()

    objects = JudgedRecords.as_manager()

    class Meta:
        ordering = ["territory", "person", "period"]
        constraints = [models.UniqueConstraint(fields=["person", "territory", "period"], name="judged_record_once")]

    def __str__(self) -> str:
        return f"{self.person_id}, {self.territory_id}, {self.period}"
