"""The gates of one string: where they stand and how they stand. They are decided in `milepost.gates`."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from milepost.opportunities import line
from milepost.opportunities.models.opportunity import Opportunity, Parts
from milepost.opportunities.models.step import Step
from milepost.playbooks.models import PlaybookGate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

OPENED = ("passed", "overridden")
"""States in which what stands behind a gate may be worked on."""


class Gate(models.Model):
    """A decision before a step of one opportunity.

    Only what a person decided is stored; whether the decision is ahead or waiting follows from the line and the day.
    `paused_fact` names what Milepost reads itself: once that is so, the pause is over.
    """

    class State(models.TextChoices):
        UNDECIDED = "undecided", _("not decided yet")
        PASSED = "passed", _("passed")
        OVERRIDDEN = "overridden", _("passed against a rule")
        PAUSED = "paused", _("paused")
        REFUSED = "refused", _("refused")

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="gates")
    step = models.OneToOneField(Step, models.CASCADE, related_name="gate")
    playbook_gate = models.ForeignKey(PlaybookGate, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.UNDECIDED)
    decided_on = models.DateField(null=True, blank=True)
    paused_until = models.DateField(null=True, blank=True)
    paused_for = models.CharField(max_length=200, blank=True)
    paused_fact = models.CharField(max_length=40, blank=True)

    objects = Parts.as_manager()

    class Meta:
        ordering = ["opportunity", "step__position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="paused") | Q(paused_until=None, paused_for="", paused_fact=""),
                name="only_a_pause_has_an_end",
            )
        ]
        indexes = [models.Index(fields=["state", "opportunity"], name="gate_by_state")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.playbook_gate.name

    @property
    def is_open(self) -> bool:
        """Tell whether what stands behind it may be worked on."""
        return self.state in OPENED

    def drawn(self, steps: Sequence[Any], today: datetime.date) -> str:
        """Return how it stands: ahead, waiting, paused, passed, overridden or refused.

        A gate waits once all that must be won before it is won, and again when its pause is over.
        """
        if self.state == self.State.PAUSED and (self.paused_until is None or self.paused_until > today):
            return str(self.state)
        if self.state in (self.State.UNDECIDED, self.State.PAUSED):
            return "waiting" if self.is_reached(steps) else "ahead"
        return str(self.state)

    def is_reached(self, steps: Sequence[Any]) -> bool:
        """Tell whether nothing before it is left to win."""
        place = next((at for at, step in enumerate(steps) if step.pk == self.step_id), 0)
        return not line.still_to_win(steps[:place])


def gates_from(steps: Iterable[Step]) -> list[Gate]:
    """Return the gates that the playbook has before these steps, not yet saved."""
    own = {step.playbook_step_id: step for step in steps if step.playbook_step_id}
    gates = PlaybookGate.objects.filter(step__in=list(own)).order_by("step__position")
    return [Gate(opportunity=own[g.step_id].opportunity, step=own[g.step_id], playbook_gate=g) for g in gates]
