"""Decisions at gates, and the cards they are taken by."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from milepost.opportunities.models import Gate
from milepost.opportunities.models.opportunity import seen_by
from milepost.team.models import Person, Role
from milepost.team.sight import Sees


class OfGates(models.QuerySet[Any]):
    """What belongs to a gate is seen by whoever sees its opportunity."""

    def visible_to(self, person: Sees) -> OfGates:
        return self.filter(seen_by(person, "gate__opportunity__"), gate__opportunity__merged_into=None)


class GateCard(models.Model):
    """How the rules of a gate stand now: judged anew with every change, so that lists only read it.

    `waiting` is true while the decision is due; `stops` holds in words why it may not be passed.
    """

    gate = models.OneToOneField(Gate, models.CASCADE, primary_key=True, related_name="card")
    points = models.PositiveSmallIntegerField()
    speaks_for_it = models.BooleanField()
    waiting = models.BooleanField(default=False)
    waiting_since = models.DateField(null=True)
    rules = models.JSONField(default=list)
    judged_at = models.DateTimeField(auto_now=True)

    objects = OfGates.as_manager()

    class Meta:
        indexes = [models.Index(fields=["waiting", "gate"], name="gate_waiting")]


class GateDecision(models.Model):
    """One decision at a gate: by whom, when, why, and the rules exactly as they stood then. It is never changed.

    `hours` by role and `money_minor` are what passing has released, or what stopping has freed. `by` is empty where a
    pause ended by itself, because what it waited for is known now; `in_place_of` names who had given the decision away.
    """

    class Kind(models.TextChoices):
        AGREED = "agreed", _("agreed, others are still to decide")
        PASSED = "passed", _("passed")
        OVERRIDDEN = "overridden", _("passed against a rule")
        PAUSED = "paused", _("paused")
        REFUSED = "refused", _("stopped here")
        TAKEN_BACK = "taken_back", _("taken back")
        RESUMED = "resumed", _("the pause is over")

    gate = models.ForeignKey(Gate, models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    waits_for = models.CharField(_("or until"), max_length=200, blank=True)
    card = models.JSONField(default=dict)
    hours = models.JSONField(default=dict)
    money_minor = models.BigIntegerField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    in_place_of = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    at = models.DateTimeField(auto_now_add=True)

    objects = OfGates.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="overridden") | ~Q(reason=""), name="an_override_has_its_reason")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def freed_hours(self) -> float:
        """Return all hours that it has released or freed."""
        return sum(float(hours) for hours in self.hours.values())
