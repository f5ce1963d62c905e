"""One decision at a gate, given to somebody else until a day by whoever was to take it."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.gates.models.decision import OfGates
from milepost.opportunities.models import Gate, Opportunity
from milepost.opportunities.models.step import NotAllowed
from milepost.team.models import Person, Role
from milepost.team.sight import Sees
from milepost.web.history import record


class Delegations(OfGates):
    """Questions about decisions that were given away."""

    def standing(self, today: Any) -> Delegations:
        """Keep those that hold today."""
        return self.filter(taken_back_on=None, until__gte=today)


class Delegation(models.Model):
    """`given_by` lets `to` decide at one gate in their place, up to and including `until`.

    `role` is the one in whose turn it counts. Rows stay: who could decide when is part of the record.
    """

    gate = models.ForeignKey(Gate, models.CASCADE, related_name="delegations")
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    to = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=gettext_lazy("to"))
    until = models.DateField(gettext_lazy("until"))
    reason = models.TextField(gettext_lazy("why"), blank=True)
    given_on = models.DateField()
    taken_back_on = models.DateField(null=True)

    objects = Delegations.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["gate", "given_by"], condition=Q(taken_back_on=None), name="given_once")
        ]

    def __str__(self) -> str:
        return str(self.to)

    @classmethod
    def to_decide(cls, sees: Sees, today: Any, *, to: Any) -> OfGates:
        """Return what was given to somebody, who sees that much, and is still to be decided."""
        rows = cls.objects.standing(today).visible_to(sees).filter(to=to, gate__opportunity__standing__isnull=False)
        undecided = (Gate.State.UNDECIDED, Gate.State.PAUSED)
        return rows.filter(gate__state__in=undecided).select_related(
            "gate__opportunity", "gate__playbook_gate", "given_by"
        )

    @classmethod
    @transaction.atomic
    def give(
        cls, gate: Gate, *, by: Person, role: str, to: Person, until: datetime.date, on: datetime.date, reason: str = ""
    ) -> Delegation:
        """Give one's own decision at a gate to somebody who sees it; what was given before is taken back."""
        if to.pk == by.pk:
            raise NotAllowed(_("You decide yourself already."))
        if until < on:
            raise NotAllowed(_("Choose today or a day still to come."))
        if not Opportunity.objects.visible_to(to).filter(pk=gate.opportunity_id).exists():
            raise NotAllowed(_("%(who)s does not see this opportunity. Put them on its team first.") % {"who": to})
        cls.objects.filter(gate=gate, given_by=by, taken_back_on=None).update(taken_back_on=on)
        row = cls.objects.create(gate=gate, given_by=by, role=role, to=to, until=until, reason=reason, given_on=on)
        what: dict[str, Any] = {"decider": [None, str(to)], "until": [None, until.isoformat()]}
        record(gate.opportunity, "decision given away", by=by, part=gate.name, what=what, reason=reason)
        return row

    @transaction.atomic
    def take_back(self, *, by: Person, on: datetime.date) -> None:
        """Let it count no longer."""
        if self.taken_back_on is None:
            self.taken_back_on = on
            self.save(update_fields=["taken_back_on"])
            record(
                self.gate.opportunity, "decision kept", by=by, part=self.gate.name, what={"who": [str(self.to), None]}
            )
