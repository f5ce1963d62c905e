"""Lessons: what somebody learnt at a step of a playbook, for whoever comes there next."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.opportunities.models.opportunity import Opportunity, seen_by
from milepost.playbooks.models import Playbook, PlaybookStep
from milepost.team.models import Person
from milepost.team.sight import Sees
from milepost.web.history import record
from milepost.web.models import Editable


class Lessons(models.QuerySet["Lesson"]):
    """Questions about many lessons."""

    def visible_to(self, person: Sees) -> Lessons:
        """Keep the company's lessons; one from a confidential opportunity is seen by whoever sees that.

        `opportunity_seen` tells whether the person may also know which opportunity it comes from.
        """
        seen = Opportunity.objects.visible_to(person).filter(pk=OuterRef("opportunity_id"))
        public = Q(opportunity=None) | Q(opportunity__confidential=False)
        rows = self.annotate(opportunity_seen=Exists(seen))
        return rows.filter(public | seen_by(person, "opportunity__"))

    def kept(self) -> Lessons:
        """Keep those that are not archived."""
        return self.filter(archived_at=None)

    def with_names(self) -> Lessons:
        """Read along who wrote it, where it comes from, and what its step is called."""
        steps = PlaybookStep.objects.filter(version_of__playbook=OuterRef("playbook_id"), key=OuterRef("key"))
        newest = steps.order_by("-version_of__number").values("name")[:1]
        return self.select_related("by", "opportunity", "playbook").annotate(read_name=Subquery(newest))

    def at_step(self, playbook: int, key: str) -> Lessons:
        return self.filter(playbook=playbook, key=key)


class Lesson(Editable):
    """One lesson, attached to a step by the step's key: it stays through all versions of the playbook."""

    playbook = models.ForeignKey(Playbook, models.PROTECT, related_name="lessons")
    key = models.CharField(max_length=40)
    text = models.TextField(gettext_lazy("lesson"), max_length=1000)
    opportunity = models.ForeignKey(Opportunity, models.CASCADE, null=True, related_name="lessons")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True)

    objects = Lessons.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["playbook", "key", "-at"], name="lesson_of_step")]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def step_name(self) -> str:
        """Return what its step is called in the newest version that has it."""
        known: str | None = getattr(self, "read_name", None)
        return known if known is not None else _name(self.playbook, self.key)

    @property
    def source(self) -> Opportunity | None:
        """Return the opportunity it comes from, if the person for whom it was read may know."""
        return self.opportunity if getattr(self, "opportunity_seen", False) else None

    @classmethod
    @transaction.atomic
    def write(
        cls, *, by: Person, playbook: Playbook, key: str, text: str, opportunity: Opportunity | None = None
    ) -> Lesson:
        """Attach a lesson to a step of the playbook; raises ValueError where there is no such step."""
        if not text.strip():
            raise ValueError(_("Write what the next one should know."))
        name = _name(playbook, key)
        if not name:
            raise ValueError(_("This playbook has no such step."))
        lesson = cls.objects.create(playbook=playbook, key=key, text=text.strip(), opportunity=opportunity, by=by)
        record(lesson, "added", by=by, part=name, what={"text": [None, lesson.text]})
        lesson._tell("lesson written", by=by, what={"lesson": [None, lesson.text]})
        return lesson

    @transaction.atomic
    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Reword it; raises StaleEdit when somebody was first."""
        was = self.text
        changed = self.edit(by=by, version=version, **values)
        if changed:
            self._tell("lesson changed", by=by, what={"lesson": [was, self.text]})
        return changed

    @transaction.atomic
    def archive(self, *, by: Person) -> None:
        """Show it no longer at its step; it can be restored."""
        if self.edit(by=by, verb="archived", archived_at=self.archived_at or timezone.now()):
            self._tell("lesson archived", by=by)

    @transaction.atomic
    def restore(self, *, by: Person) -> None:
        """Show it at its step again."""
        if self.edit(by=by, verb="restored", archived_at=None):
            self._tell("lesson restored", by=by)

    def _tell(self, verb: str, *, by: Person, what: dict[str, Any] | None = None) -> None:
        """Let the history of the opportunity it comes from tell it too."""
        if self.opportunity is not None:
            record(self.opportunity, verb, by=by, part=self.step_name, what=what)


def _name(playbook: Playbook, key: str) -> str:
    steps = PlaybookStep.objects.filter(version_of__playbook=playbook, key=key).order_by("-version_of__number")
    return steps.values_list("name", flat=True).first() or ""
