"""A feasibility study: what the client commissions us to find out with them, and what they decide at its end."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.accounts.models import Contact
from milepost.buyers.models import Evidence
from milepost.buyers.models.vision import standing_vision
from milepost.opportunities.models import Attachment, Note, Opportunity, Step
from milepost.opportunities.models.opportunity import Parts
from milepost.opportunities.models.step import NotAllowed
from milepost.team.models import Person
from milepost.web.history import plain, record
from milepost.web.models import Editable

STEPS = "fs-"
"""With this the keys of a study's steps begin (`playbooks/shipped/study.py`)."""


class Study(Editable):
    """One study of an opportunity; `price_minor` is in the opportunity's currency, `ways` has one to a line.

    `decided` is empty until the client has said which way, or that they leave it.
    """

    class Decided(models.TextChoices):
        GO = "go", gettext_lazy("one of the ways")
        LEAVE = "leave", gettext_lazy("to leave it")

    opportunity = models.OneToOneField(Opportunity, models.CASCADE, related_name="study")
    question = models.TextField(
        gettext_lazy("question"),
        max_length=2000,
        help_text=gettext_lazy("The one question it answers, in their words."),
    )
    decides = models.TextField(gettext_lazy("what they decide at its end"), max_length=2000, blank=True)
    scope = models.TextField(gettext_lazy("scope"), max_length=4000, blank=True)
    left_out = models.TextField(gettext_lazy("what is left out"), max_length=4000, blank=True)
    people = models.TextField(gettext_lazy("who works on it, on both sides"), max_length=2000, blank=True)
    begins_on = models.DateField(gettext_lazy("from"), null=True, blank=True)
    ends_on = models.DateField(gettext_lazy("until"), null=True, blank=True)
    price_minor = models.BigIntegerField(gettext_lazy("price"), null=True, blank=True)
    findings = models.TextField(gettext_lazy("findings"), max_length=20_000, blank=True)
    ways = models.TextField(
        gettext_lazy("the ways there are"),
        max_length=8000,
        blank=True,
        help_text=gettext_lazy("One to a line, with what it costs and brings. To leave it is always one."),
    )
    decided = models.CharField(max_length=5, choices=Decided.choices, blank=True, editable=False)
    decided_on = models.DateField(null=True, editable=False)
    decided_by = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+", editable=False)
    decision = models.TextField(blank=True, editable=False)
    paper = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+", editable=False)

    objects = Parts.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided="") | models.Q(decided_on__isnull=False), name="study_decided_on_a_day"
            )
        ]

    def __str__(self) -> str:
        return self.question[:160]

    @classmethod
    @transaction.atomic
    def write(cls, opportunity: Opportunity, *, by: Person, **values: Any) -> Study:
        """Write down what the study is to answer; raises NotAllowed where there is one."""
        opportunity.hold_still()
        if cls.objects.filter(opportunity=opportunity).exists():
            raise NotAllowed(_("Somebody has begun the study meanwhile. Look at it, then add what is yours."))
        row = cls.objects.create(opportunity=opportunity, **values)
        record(opportunity, "study begun", by=by, part=str(row))
        return row

    @transaction.atomic
    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Change what stands in it; what has been decided stays as it was read."""
        if self.decided:
            raise NotAllowed(_("It is decided. Take the decision back first."))
        before = {name: plain(getattr(self, name)) for name in values}
        changed = self.edit(by=by, version=version, **values)
        if changed:
            what = {
                f"study_{name}": [before[name], plain(value)]
                for name, value in values.items()
                if before[name] != plain(value)
            }
            record(self.opportunity, "study changed", by=by, what=what)
        return changed

    @transaction.atomic
    def decide(
        self,
        *,
        by: Person,
        how: str,
        on: datetime.date,
        contact: Contact | None,
        words: str,
        paper: Attachment,
        speaks_for: tuple[str, ...] = (),
    ) -> None:
        """Keep what the client decided, with the paper they decided by, and let it speak for the vision.

        speaks_for  the vision's questions that it is evidence of; an answer without words yet is left alone
        """
        self.opportunity.hold_still()
        self.refresh_from_db(fields=["decided", "version"])
        if self.decided:
            raise NotAllowed(_("It is decided already."))
        told: dict[str, Any] = {"decided_on": on, "decided_by": contact, "decision": words.strip(), "paper": paper}
        self.edit(by=by, verb="decided", decided=how, **told)
        step = self.last_step
        text = _("The client has decided on the study: %(how)s. %(words)s") % {
            "how": self.get_decided_display(),
            "words": words.strip(),
        }
        Note.write(by=by, text=text.strip(), opportunity=self.opportunity, step=step, contact=contact)
        self._speak(speaks_for, by=by)
        record(self.opportunity, "study decided", by=by, what={"decided": [None, how]}, reason=words.strip())

    def _speak(self, questions: tuple[str, ...], *, by: Person) -> None:
        vision = standing_vision(self.opportunity)
        for question in questions:
            if vision is not None and vision.now.is_answered(question):
                Evidence.add(vision, by=by, question=question, confidence=3, file=self.paper)

    @transaction.atomic
    def undecide(self, *, by: Person, reason: str) -> None:
        """Take the decision back: it was not so. The paper and the note stay, as what was taken for decided then."""
        if not self.decided:
            raise NotAllowed(_("It is not decided."))
        was = self.decided
        nothing: dict[str, Any] = {"decided": "", "decided_on": None, "decided_by": None, "decision": "", "paper": None}
        self.edit(by=by, verb="taken back", **nothing)
        record(self.opportunity, "study decision taken back", by=by, what={"decided": [was, None]}, reason=reason)

    @property
    def last_step(self) -> Step | None:
        """Return the step at which it is decided, where the line has one."""
        steps = [step for step in self.opportunity.steps_in_order if step.key.startswith(STEPS)]
        return steps[-1] if steps else None


class StudyTemplate(Editable):
    """The company's own text for the document; without a row, the usual one (`study/text.py`)."""

    text = models.TextField(gettext_lazy("text"), max_length=20_000)

    def __str__(self) -> str:
        return _("Feasibility study")

    @classmethod
    def the(cls) -> StudyTemplate:
        """Return the text as the company has it, not yet stored where it is the usual one."""
        from milepost.plans.study.text import USUAL

        return cls.objects.first() or cls(text=str(USUAL))

    @transaction.atomic
    def revise(self, *, by: Person, version: int | None = None, text: str = "") -> bool:
        """Write it differently from now on; raises ValueError for a blank that nothing is known to fill."""
        from milepost.plans.study.text import must_be_fillable

        if not text:
            return False
        must_be_fillable(text)
        if self.pk is None:
            row = StudyTemplate.objects.first() or StudyTemplate.objects.create(text=self.text)
            self.pk, self.version, self.text = row.pk, row.version, row.text
            self._state.adding = False
        return self.edit(by=by, version=version, text=text.strip())
