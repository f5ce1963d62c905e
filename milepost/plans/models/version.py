"""Published versions: exactly what the client sees, frozen."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction

from milepost.opportunities.models import Opportunity
from milepost.opportunities.models.opportunity import seen_by
from milepost.plans.content import Document, digest
from milepost.plans.models.plan import SharedPlan
from milepost.team.models import Person
from milepost.web.history import record


class PlanVersions(models.QuerySet["PlanVersion"]):
    """Questions about many versions."""

    def visible_to(self, person: Any) -> PlanVersions:
        return self.filter(seen_by(person, "plan__opportunity__"), plan__opportunity__merged_into=None)


class PlanVersion(models.Model):
    """One published state of a plan: its document, and the SHA-256 of that document's canonical form.

    A row is never changed or deleted after it was written, which the database itself refuses: a client's yes names its
    number and its hash.
    """

    plan = models.ForeignKey(SharedPlan, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = PlanVersions.as_manager()

    class Meta:
        ordering = ["plan", "-number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_version_number")]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def is_intact(self) -> bool:
        """Tell whether the document is still the one that was hashed."""
        return digest(self.content) == self.sha256

    @classmethod
    @transaction.atomic
    def publish(cls, plan: SharedPlan, content: Document, *, by: Person | None) -> PlanVersion:
        """Freeze a document as the plan's next version; the same once more is no new one."""
        Opportunity.objects.get(pk=plan.opportunity_id).hold_still()
        last, sha = plan.versions.first(), digest(content)
        if last is not None and last.sha256 == sha:
            return last
        number = (last.number if last else 0) + 1
        version = cls.objects.create(plan=plan, number=number, content=content, sha256=sha, by=by)
        plan.reseal()
        record(plan.opportunity, "plan published", by=by, part=str(number))
        return version
