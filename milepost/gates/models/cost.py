"""What an hour of each role costs: the company's own figure, for the value of going on."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction

from milepost.team.models import Company, Person, Role
from milepost.web.history import record


class HourCost(models.Model):
    """What an hour of a role costs, in minor units of the company's currency, from a day on."""

    role = models.CharField(max_length=20, choices=Role.choices)
    minor = models.PositiveBigIntegerField()
    since = models.DateField()

    class Meta:
        ordering = ["role", "-since"]
        constraints = [models.UniqueConstraint(fields=["role", "since"], name="hour_cost_once_a_day")]

    @classmethod
    @transaction.atomic
    def settle(cls, company: Company, *, by: Person | None, role: str, minor: int) -> None:
        """Let an hour of the role cost this from today on."""
        was = cls.now().get(role)
        if was == minor:
            return
        cls.objects.update_or_create(role=role, since=company.today(), defaults={"minor": minor})
        record(company, "hour cost settled", by=by, part=str(Role(role).label), what={"hour_cost": [was, minor]})

    @classmethod
    def now(cls) -> dict[str, int]:
        """Return what an hour of each role costs today, of the roles for which it is known."""
        return {row.role: row.minor for row in cls.objects.order_by("since")}


def cost_of(hours: dict[str, Any], costs: dict[str, int]) -> int:
    """Return what these hours cost, in minor units; hours of a role without a figure cost nothing.

    >>> cost_of({"coordinator": 2, "salesperson": 1.5}, {"salesperson": 80_00})
    12000
    """
    return round(sum(float(number) * costs.get(role, 0) for role, number in hours.items()))
