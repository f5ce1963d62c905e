"""What speaks for an answer about the client's vision."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.buyers.models.vision import QUESTIONS, Vision, VisionVersion
from milepost.opportunities.models import Attachment, Attempt, Note
from milepost.opportunities.models.opportunity import seen_by
from milepost.team.models import Company, Person
from milepost.web.history import record


class OfVisions(models.QuerySet[Any]):
    """What hangs on visions, seen by whoever sees their opportunity."""

    def visible_to(self, person: Person) -> OfVisions:
        """Keep what the person may see."""
        of = "vision__opportunity__"
        return self.filter(seen_by(person, of), **{f"{of}merged_into": None})


class Evidence(models.Model):
    """What speaks for an answer: an appointment, a note, a file, or what somebody wrote, and how sure it makes us.

    It holds for the answer of the version it was given to; after another answer it has to be given anew.
    """

    class Confidence(models.IntegerChoices):
        HINT = 1, gettext_lazy("a hint")
        LIKELY = 2, gettext_lazy("likely")
        SURE = 3, gettext_lazy("sure: heard or read ourselves")

    vision = models.ForeignKey(Vision, models.CASCADE, related_name="evidence")
    version = models.ForeignKey(VisionVersion, models.CASCADE, related_name="evidence")
    question = models.CharField(max_length=6, choices=QUESTIONS.items())
    attempt = models.ForeignKey(
        Attempt, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=gettext_lazy("appointment")
    )
    note = models.ForeignKey(
        Note, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=gettext_lazy("note")
    )
    file = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=gettext_lazy("file")
    )
    message = models.TextField(gettext_lazy("what somebody said or wrote"), blank=True)
    confidence = models.PositiveSmallIntegerField(gettext_lazy("how sure does it make us"), choices=Confidence.choices)
    on = models.DateField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = OfVisions.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> str:
        """Return what it is, in a line."""
        if self.attempt is not None:
            return str(self.attempt.step.name)
        if self.note is not None:
            return self.note.text[:200]
        return str(self.file) if self.file is not None else self.message[:200]

    @classmethod
    @transaction.atomic
    def add(cls, vision: Vision, *, by: Person | None, question: str, confidence: int, **values: Any) -> Evidence:
        """Say what speaks for the answer that stands now."""
        version = vision.now
        if not version.is_answered(question):
            raise ValueError(_("There is no answer yet. Give it first, then what speaks for it."))
        if not any(values.values()):
            raise ValueError(_("Say what it is: an appointment, a note, a file, or what somebody said or wrote."))
        row = cls.objects.create(
            vision=vision,
            version=version,
            question=question,
            confidence=confidence,
            by=by,
            on=Company.the().today(),
            **values,
        )
        record(vision.opportunity, "evidence added", by=by, part=str(QUESTIONS[question]), reason=row.said)
        vision.opportunity.weigh()
        return row

    @transaction.atomic
    def withdraw(self, *, by: Person) -> None:
        """Count on it no longer; it stays to be read."""
        if self.withdrawn_at is None:
            self.withdrawn_at, self.withdrawn_by = timezone.now(), by
            self.save(update_fields=["withdrawn_at", "withdrawn_by"])
            part = str(QUESTIONS[self.question])
            record(self.vision.opportunity, "evidence withdrawn", by=by, part=part, reason=self.said)
            self.vision.opportunity.weigh()
