"""Snapshots: how every opportunity looked on past days."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from milepost.opportunities.models import Opportunity
from milepost.opportunities.models.figures import NEVER
from milepost.opportunities.models.opportunity import Parts
from milepost.team.models import Person


class SnapshotDay(models.Model):
    """A day whose state is kept whole: from `Snapshot` rows it can be read as it was."""

    on = models.DateField(unique=True)
    taken_at = models.DateTimeField(auto_now=True)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-on"]

    def __str__(self) -> str:
        return self.on.isoformat()


class Snapshots(Parts):
    """Questions about how opportunities looked."""

    def on(self, day: datetime.date) -> Snapshots:
        """Keep the rows that held on a day."""
        return self.filter(valid_from__lte=day, valid_to__gte=day)

    def current(self) -> Snapshots:
        """Keep the newest row of each opportunity."""
        return self.filter(valid_to=NEVER)

    def open(self) -> Snapshots:
        return self.filter(state=Snapshot.State.OPEN)


class Snapshot(models.Model):
    """How one opportunity looked from `valid_from` to `valid_to`, both included; the newest lasts for ever.

    Money: `amount_minor` in minor units of `currency` as entered, `value_minor` in the company's. What a person
    said (`judged_…`) stands beside what the model said and is kept apart from it. `state` says how it ended since.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        WON = "won", _("won")
        LOST = "lost", _("lost")
        NO_DECISION = "no_decision", _("no decision")
        WITHDRAWN = "withdrawn", _("stopped by us")
        GONE = "gone", _("merged or removed")

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="snapshots")
    valid_from = models.DateField()
    valid_to = models.DateField(default=NEVER)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    ended_on = models.DateField(null=True)
    # Names of rows that may be gone by the time this is read: ids without a constraint.
    territory = models.BigIntegerField()
    salesperson = models.BigIntegerField(null=True)
    coordinator = models.BigIntegerField(null=True)
    playbook = models.BigIntegerField()
    step_number = models.PositiveSmallIntegerField()
    step_name = models.CharField(max_length=120, blank=True)
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    value_minor = models.BigIntegerField(null=True)
    win = models.FloatField(default=0)
    win_low = models.FloatField(default=0)
    win_high = models.FloatField(default=0)
    close_on = models.DateField(null=True)
    category = models.CharField(max_length=10)
    judged_category = models.CharField(max_length=10, blank=True)
    judged_win = models.FloatField(null=True)
    judged_close = models.DateField(null=True)

    objects = Snapshots.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "valid_from"], name="snapshot_once_a_day"),
            models.UniqueConstraint(fields=["opportunity"], condition=Q(valid_to=NEVER), name="one_snapshot_lasts"),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="snapshot_lasts_a_day"),
        ]
        indexes = [models.Index(fields=["valid_to", "valid_from"], name="snapshot_by_day")]

    def __str__(self) -> str:
        return f"{self.opportunity_id}, {self.valid_from}"

    @property
    def closes_on(self) -> datetime.date | None:
        """Return the day it was said to close: a person's word before the model's, and the real one once it ended."""
        return self.ended_on or self.judged_close or self.close_on
