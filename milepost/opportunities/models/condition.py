"""Conditions: work that runs alongside and must be met before its step can be won."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.accounts.models import Contact
from milepost.opportunities.models.opportunity import seen_by
from milepost.opportunities.models.step import NotAllowed, Step
from milepost.team.models import Person
from milepost.web.history import plain, record
from milepost.web.models import Editable


class Conditions(models.QuerySet["Condition"]):
    """Questions about many conditions."""

    def visible_to(self, person: Person) -> Conditions:
        return self.filter(seen_by(person, "step__opportunity__"), step__opportunity__merged_into=None)

    def unmet(self) -> Conditions:
        return self.exclude(state__in=["met", "waived"])


class Condition(Editable):
    """Legal, a security review, a technical evaluation: no branches and no conditions of its own."""

    class State(models.TextChoices):
        NOT_STARTED = "not_started", gettext_lazy("not started")
        UNDER_WAY = "under_way", gettext_lazy("under way")
        MET = "met", gettext_lazy("met")
        FAILED = "failed", gettext_lazy("failed")
        WAIVED = "waived", gettext_lazy("waived")

    step = models.ForeignKey(Step, models.CASCADE, related_name="conditions")
    name = models.CharField(gettext_lazy("condition"), max_length=200)
    owner_person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("owner, ours"),
    )
    owner_contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("owner, theirs"),
    )
    due_on = models.DateField(gettext_lazy("due"), null=True, blank=True)
    usual_days = models.PositiveIntegerField(gettext_lazy("usual days"), null=True, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.NOT_STARTED)
    because = models.TextField(blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = Conditions.as_manager()

    class Meta:
        ordering = ["step", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="waived") | ~Q(because=""), name="a_waived_condition_has_its_reason"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    @transaction.atomic
    def add(cls, step: Step, *, by: Person | None, name: str, **values: Any) -> Condition:
        """Hang a condition on a step that is still to be won."""
        step.must_be_alive()
        step.must_be_open()
        condition = cls.objects.create(step=step, name=name, **values)
        record(step.opportunity, "condition added", by=by, part=step.name, what={"condition": [None, name]})
        step.opportunity.restand()
        return condition

    @transaction.atomic
    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Change what the condition is, who sees to it, and by when."""
        self.step.must_be_alive()
        before = {name: plain(getattr(self, name)) for name in values}
        changed = self.edit(by=by, version=version, **values)
        if changed:
            what = {name: [before[name], plain(value)] for name, value in values.items()}
            record(self.step.opportunity, "condition changed", by=by, part=self.name, what=what)
            self.step.opportunity.restand()
        return changed

    @transaction.atomic
    def turn(self, state: str, *, by: Person | None, reason: str = "", version: int | None = None) -> None:
        """Start, meet, fail or waive the condition; waiving needs a reason."""
        self.step.must_be_alive()
        self.step.must_be_open()
        if state == self.State.WAIVED and not reason.strip():
            raise NotAllowed(_("Say why this condition is waived."))
        was = self.state
        self.edit(by=by, version=version, verb="turned", state=state, because=reason, changed_at=timezone.now())
        what = {self.name: [was, state]}
        record(self.step.opportunity, f"condition {state}", by=by, part=self.step.name, what=what, reason=reason)
        self.step.opportunity.restand()
