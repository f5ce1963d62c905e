"""The time spent in a step, for learning, and why a string differs from its playbook."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from milepost.opportunities import line
from milepost.opportunities.models.opportunity import Opportunity
from milepost.team.models import Person

if TYPE_CHECKING:
    from milepost.opportunities.models.step import Step


class Stay(models.Model):
    """The time an opportunity spent in one step, once: a row for learning.

    `left_on` is None while it lasts. Trying again ends a stay as AGAIN and begins the next: the clock restarts,
    the step has still been entered once.
    """

    class End(models.TextChoices):
        WON = line.WON
        LOST = line.LOST
        SKIPPED = line.SKIPPED
        AGAIN = "again"
        BACK = "back"
        MOVED = "moved"  # the line was tailored and another step came first: no trial

    class Cause(models.TextChoices):
        LOST = "lost"
        NO_DECISION = "no_decision"
        WITHDRAWN = "withdrawn"

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="stays")
    step = models.ForeignKey("opportunities.Step", models.CASCADE, related_name="stays")
    key = models.CharField(max_length=40)
    entered_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    end = models.CharField(max_length=8, choices=End.choices, blank=True)
    cause = models.CharField(max_length=12, choices=Cause.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity"], condition=Q(left_on=None, end=""), name="one_stay_at_a_time"
            ),
        ]

    def goes_on_from(self, last: Stay) -> bool:
        """Tell whether a stay is but another try after `last`."""
        return last.step_id == self.step_id and last.end == self.End.AGAIN

    @classmethod
    def take_up(cls, step: Step, *, on: datetime.date) -> None:
        """Let the step's stay go on that was won or lost on this very day, if there is one."""
        last = cls.objects.filter(step=step).order_by("-pk").first()
        if last is not None and last.left_on == on and last.end in (cls.End.WON, cls.End.LOST):
            cls.objects.filter(pk=last.pk).update(left_on=None, end="", cause="")

    @classmethod
    def begin(cls, step: Step, *, on: datetime.date | None) -> None:
        """Let the opportunity enter the step, unless it is there already."""
        here = cls.objects.filter(opportunity_id=step.opportunity_id, left_on=None, end="").first()
        if here is not None and here.step_id == step.pk:
            return
        if here is not None:  # an optional step was current and is passed by
            cls.objects.filter(pk=here.pk).update(left_on=on, end=cls.End.SKIPPED)
        cls.objects.create(opportunity_id=step.opportunity_id, step=step, key=step.key, entered_on=on)


class Tailoring(models.Model):
    """Why a string differs from its playbook."""

    class Kind(models.TextChoices):
        ADDED = "added", gettext_lazy("added")
        MOVED = "moved", gettext_lazy("moved")
        SKIPPED = "skipped", gettext_lazy("skipped")
        OVERRIDDEN = "overridden", gettext_lazy("skipped though required")
        CHANGED = "changed", gettext_lazy("changed")
        BACK = "back", gettext_lazy("gone back to")

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="tailorings")
    step = models.ForeignKey("opportunities.Step", models.CASCADE, related_name="tailorings")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.TextField(gettext_lazy("reason"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
