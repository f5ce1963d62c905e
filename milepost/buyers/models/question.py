"""What we must find out: the sales project plan of an opportunity, and the questions a playbook begins with."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.buyers.models.stakeholder import Stakeholder
from milepost.buyers.models.vision import QUESTIONS
from milepost.opportunities.models import Opportunity
from milepost.opportunities.models.opportunity import Parts, seen_by
from milepost.playbooks.models import Playbook
from milepost.team.models import Company, Person
from milepost.team.sight import Sees
from milepost.web.history import plain, record
from milepost.web.models import Editable
from milepost.web.prepared import Given
from milepost.web.search import remember

PLAN_DAYS = 14


class QuestionTemplate(Editable):
    """A question that every opportunity of a playbook should have answered."""

    playbook = models.ForeignKey(Playbook, models.CASCADE, related_name="questions")
    text = models.CharField(gettext_lazy("question"), max_length=300)
    how = models.CharField(gettext_lazy("how to find out"), max_length=300, blank=True)
    days = models.PositiveSmallIntegerField(gettext_lazy("due after days"), default=14)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["playbook", "text"], name="question_template_once")]

    def __str__(self) -> str:
        return self.text

    @classmethod
    @transaction.atomic
    def add(cls, playbook: Playbook, *, by: Person | None, text: str, **values: Any) -> QuestionTemplate:
        """Let opportunities of the playbook be asked this."""
        row, new = cls.objects.get_or_create(playbook=playbook, text=text.strip(), defaults=values)
        if not new:
            raise ValueError(_("This question is there already."))
        record(row, "added", by=by, part=text)
        return row

    def retire(self, *, by: Person) -> None:
        """Offer it no longer; where it was asked it stays."""
        self.edit(by=by, verb="retired", retired_at=timezone.now())

    def revive(self, *, by: Person) -> None:
        """Offer it again."""
        self.edit(by=by, verb="revived", retired_at=None)


class Questions(Parts):
    """Questions about many questions."""

    def open(self) -> Questions:
        return self.filter(answered_on=None)

    def overdue(self, today: datetime.date) -> Questions:
        return self.filter(answered_on=None, due_on__lt=today)

    def waiting_for(self, person: Sees, today: datetime.date | Given) -> Questions:
        """Keep what is overdue of what the person, or somebody they stand in for, finds out, in open opportunities."""
        mine = self.filter(owner_id__in=person.sight.people, answered_on=None, due_on__lt=today)
        return mine.filter(seen_by(person, "opportunity__"), opportunity__standing__isnull=False)


class Question(Editable):
    """Something we must find out, by whom and when; `answered_on` is the day of the newest answer."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="questions")
    template = models.ForeignKey(QuestionTemplate, models.SET_NULL, null=True, related_name="+")
    text = models.CharField(gettext_lazy("what must we find out"), max_length=300)
    how = models.CharField(gettext_lazy("how"), max_length=300, blank=True)
    stakeholder = models.ForeignKey(
        Stakeholder,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("whom to ask"),
    )
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=gettext_lazy("who finds out")
    )
    due_on = models.DateField(gettext_lazy("by when"), null=True, blank=True)
    answered_on = models.DateField(null=True, editable=False)
    since = models.DateField(default=timezone.localdate, editable=False)

    objects = Questions.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "template"], condition=~models.Q(template=None), name="question_of_template_once"
            )
        ]
        indexes = [models.Index(fields=["owner", "answered_on", "due_on"], name="question_of_owner")]

    def __str__(self) -> str:
        return self.text

    def be_found(self) -> None:
        """Keep what search knows of it up to date."""
        remember(self, text=self.text, territory_id=self.opportunity.territory_id)

    @classmethod
    @transaction.atomic
    def ask(cls, opportunity: Opportunity, *, by: Person | None, text: str, **values: Any) -> Question:
        """Put a question into the opportunity's plan."""
        row = cls.objects.create(opportunity=opportunity, text=text, since=Company.the().today(), **values)
        row.be_found()
        record(opportunity, "question asked", by=by, part=text)
        opportunity.weigh()
        return row

    @classmethod
    @transaction.atomic
    def take_over(cls, opportunity: Opportunity, *, by: Person) -> int:
        """Ask what the playbook asks and is not asked yet; return how many that were."""
        opportunity.hold_still()
        playbook, today = opportunity.playbook_version.playbook_id, Company.the().today()
        known = opportunity.questions.exclude(template=None).values("template")
        lacking = QuestionTemplate.objects.filter(playbook=playbook, retired_at=None).exclude(pk__in=known)
        owner = opportunity.salesperson_id or opportunity.coordinator_id
        for template in (found := list(lacking)):
            due = today + datetime.timedelta(days=template.days)
            more: dict[str, Any] = {"template": template, "how": template.how, "owner_id": owner, "due_on": due}
            cls.ask(opportunity, by=by, text=template.text, **more)
        return len(found)

    @classmethod
    @transaction.atomic
    def open_plan(cls, opportunity: Opportunity, *, by: Person) -> int:
        """Ask whose vision is behind it all, and what the playbook asks; return how many questions that were."""
        opportunity.hold_still()
        due = Company.the().today() + datetime.timedelta(days=PLAN_DAYS)
        owner = opportunity.salesperson_id or opportunity.coordinator_id
        known = set(opportunity.questions.filter(answered_on=None).values_list("text", flat=True))
        lacking = [str(text) for text in QUESTIONS.values() if str(text) not in known]
        for text in lacking:
            cls.ask(opportunity, by=by, text=text, owner_id=owner, due_on=due)
        return len(lacking) + cls.take_over(opportunity, by=by)

    @transaction.atomic
    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Change the question, who finds out, or by when."""
        before = {name: getattr(self, name) for name in values}
        changed = self.edit(by=by, version=version, **values)
        if changed:
            self.be_found()
            own = ("text", "how", "stakeholder")  # words that other things have too
            named = {name: f"question_{name}" if name in own else name for name in values}
            what = {named[n]: [plain(before[n]), plain(v)] for n, v in values.items() if before[n] != v}
            record(self.opportunity, "question changed", by=by, part=self.text, what=what)
            self.opportunity.weigh()
        return changed

    @transaction.atomic
    def answer(
        self,
        *,
        by: Person | None,
        text: str = "",
        unknown: bool = False,
        source: str = "",
        confidence: int | None = None,
    ) -> QuestionAnswer:
        """Keep an answer, the newest stands; that nobody could tell is one too, and ends the asking."""
        if not unknown and not text.strip():
            raise ValueError(_("Write the answer, or say that nobody could tell."))
        today = Company.the().today()
        row = self.answers.create(
            text=text.strip(), unknown=unknown, source=source, confidence=confidence, on=today, by=by
        )
        self.edit(by=by, verb="answered", answered_on=today)
        record(self.opportunity, "question answered", by=by, part=self.text, reason=row.said)
        self.opportunity.weigh()
        return row

    @transaction.atomic
    def reopen(self, *, by: Person) -> None:
        """Ask again; the answers there were stay."""
        if self.answered_on is not None:
            self.edit(by=by, verb="reopened", answered_on=None)
            record(self.opportunity, "question asked", by=by, part=self.text)
            self.opportunity.weigh()


class QuestionAnswer(models.Model):
    """What came of asking on a day: an answer with its source, or that nobody could tell. Never changed."""

    class Confidence(models.IntegerChoices):
        HINT = 1, gettext_lazy("a hint")
        LIKELY = 2, gettext_lazy("likely")
        SURE = 3, gettext_lazy("sure")

    question = models.ForeignKey(Question, models.CASCADE, related_name="answers")
    text = models.TextField(gettext_lazy("answer"), blank=True)
    unknown = models.BooleanField(gettext_lazy("nobody could tell"), default=False)
    source = models.CharField(gettext_lazy("from whom or where"), max_length=300, blank=True)
    confidence = models.PositiveSmallIntegerField(
        gettext_lazy("how sure"), choices=Confidence.choices, null=True, blank=True
    )
    on = models.DateField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> str:
        """Return the answer in words."""
        return self.text or (_("Nobody could tell.") if self.unknown else "")
