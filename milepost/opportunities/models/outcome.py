"""Outcomes: the one end of an opportunity, dated, with its reasons, never edited away."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from milepost.opportunities.models.opportunity import Opportunity, Parts
from milepost.opportunities.models.step import Step
from milepost.team.models import Person
from milepost.web.history import record
from milepost.web.models import Editable


class Reason(Editable):
    """One entry of the company's list of why opportunities end as they do."""

    class For(models.TextChoices):
        WON = "won", _("won")
        LOST = "lost", _("lost")
        NO_DECISION = "no_decision", _("no decision")
        WITHDRAWN = "withdrawn", _("stopped by us")

    outcome = models.CharField(_("for"), max_length=12, choices=For.choices)
    text = models.CharField(_("reason"), max_length=200)
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["outcome", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["outcome", "text"], name="reason_once")]

    def __str__(self) -> str:
        return self.text

    @classmethod
    @transaction.atomic
    def add(cls, *, by: Person | None, outcome: str, text: str) -> Reason:
        """Put a reason at the end of the list for its outcome."""
        last = cls.objects.filter(outcome=outcome).aggregate(last=models.Max("position"))["last"] or 0
        reason = cls.objects.create(outcome=outcome, text=text, position=last + 1)
        record(reason, "added", by=by, what={"text": [None, text]})
        return reason

    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Reword the reason; outcomes that name it follow."""
        return self.edit(by=by, version=version, **values)

    def retire(self, *, by: Person) -> None:
        """Offer it no longer; outcomes that name it keep it."""
        self.edit(by=by, verb="retired", retired_at=timezone.now())

    def revive(self, *, by: Person) -> None:
        """Offer it again."""
        self.edit(by=by, verb="revived", retired_at=None)


class Outcomes(Parts):
    """Questions about many outcomes."""

    def standing(self) -> Outcomes:
        """Keep those that count: not superseded, and not the correction that opened it again."""
        return self.filter(superseded_by=None).exclude(kind=Outcome.Kind.OPEN_AGAIN)


class Outcome(models.Model):
    """How an opportunity ended; a mistake is superseded by a visible correction."""

    class Kind(models.TextChoices):
        WON = "won", _("won")
        LOST = "lost", _("lost")
        NO_DECISION = "no_decision", _("no decision")
        WITHDRAWN = "withdrawn", _("stopped by us")
        OPEN_AGAIN = "open_again", _("open again")

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="outcomes")
    kind = models.CharField(_("outcome"), max_length=12, choices=Kind.choices)
    on = models.DateField(_("ended on"), null=True)
    words = models.TextField(_("in words"), blank=True)
    lost_to = models.CharField(_("lost to"), max_length=200, blank=True)
    reasons = models.ManyToManyField(Reason, related_name="+")
    step = models.ForeignKey(Step, models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrects")
    correction_reason = models.TextField(blank=True)

    objects = Outcomes.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity"], condition=Q(superseded_by=None), name="one_outcome_stands")
        ]
        indexes = [
            models.Index(fields=["kind", "on"], name="outcome_by_day"),
            models.Index(fields=["-on", "-id"], name="outcome_newest"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
