"""What people answer to the company's own items at a gate: dated, for us and for each competitor."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from milepost.opportunities.models import Gate, Opportunity, Rival
from milepost.opportunities.models.opportunity import Parts
from milepost.team.models import Person
from milepost.web.history import record


class GateAnswer(models.Model):
    """One answer to one item of a gate, on one day; the newest stands, the older ones stay as they were known then.

    `rule_key` is the item's key, the same in every version of the playbook, or names one of the four questions as a
    whole (`of_group`). `against` is empty where it is about us. `gate` is where a competitor was weighed; without
    one it holds at every gate at which nothing else was said.
    """

    class Answer(models.TextChoices):
        PLUS = "plus", _("speaks for it")
        UNKNOWN = "unknown", _("not known")
        MINUS = "minus", _("speaks against it")

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="gate_answers")
    rule_key = models.CharField(max_length=40)
    against = models.ForeignKey(Rival, models.PROTECT, null=True, related_name="+", verbose_name=_("competitor"))
    gate = models.ForeignKey(Gate, models.SET_NULL, null=True, related_name="+", db_index=False)
    answer = models.CharField(_("answer"), max_length=8, choices=Answer.choices)
    evidence = models.TextField(_("how we know"), blank=True)
    on = models.DateField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = Parts.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["opportunity", "rule_key", "-id"], name="gate_answer_newest")]

    def __str__(self) -> str:
        return self.get_answer_display()

    @classmethod
    @transaction.atomic
    def give(cls, gate: Gate, *, by: Person, rule: Any, answer: str, evidence: str = "", on: Any) -> GateAnswer:
        """Answer an item of a gate; the gate's card is judged anew."""
        from milepost.gates.judge import judge

        told = {"answer": answer, "evidence": evidence.strip(), "on": on, "by": by}
        given = cls.objects.create(opportunity_id=gate.opportunity_id, rule_key=rule.key, **told)
        what = {"item": [None, str(rule)], "answer": [None, answer]}
        record(gate.opportunity, "gate item answered", by=by, part=gate.name, what=what, reason=given.evidence)
        gate.opportunity.weigh()
        judge([gate.opportunity_id])
        return given


def of_group(group: str) -> str:
    """Return the key under which one of the four questions is answered as a whole."""
    return f"group:{group}"
