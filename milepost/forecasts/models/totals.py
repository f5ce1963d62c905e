"""Totals: what a period was forecast to come to, day by day."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from milepost.team.models import Person, Territory


class PeriodTotals(models.QuerySet["PeriodTotal"]):
    """Questions about many totals."""

    def visible_to(self, person: Person) -> PeriodTotals:
        """Keep those of territories that the person sees whole, and of people whose own work they see."""
        return self.filter(Q(territory_id__in=person.sight.territories) | Q(person_id__in=person.sight.people))


class PeriodTotal(models.Model):
    """What a fiscal period was to come to, as forecast on a day, for a territory with all below it or for one seller.

    Money is in minor units of the company's currency of that day. `low`, `middle` and `high` are P10, P50 and P90,
    `won` what had come in by then and is in them. `ahead` says by when: [day, P10, P50, P90] at the ends of months
    to come. Confidential opportunities are in no total, for it is shown to all who see the territory.
    """

    on = models.DateField()
    period = models.CharField(max_length=24)
    territory = models.ForeignKey(Territory, models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    currency = models.CharField(max_length=3)
    low = models.BigIntegerField()
    middle = models.BigIntegerField()
    high = models.BigIntegerField()
    mean = models.BigIntegerField()
    won = models.BigIntegerField()
    open = models.PositiveIntegerField()
    ahead = models.JSONField(default=list)

    objects = PeriodTotals.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "period", "on"], condition=Q(person=None), name="total_of_territory_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["person", "period", "on"], condition=Q(territory=None), name="total_of_person_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(person=None, territory__isnull=False) | Q(person__isnull=False, territory=None),
                name="total_is_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} on {self.on}"
