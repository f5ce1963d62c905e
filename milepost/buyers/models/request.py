"""Requests: what the client asks of us outside the agreed line, and what we say to it."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.accounts.models import Contact
from milepost.opportunities.models import Attachment, Opportunity
from milepost.opportunities.models.opportunity import seen_by
from milepost.opportunities.models.step import NotAllowed
from milepost.team.models import Company, Person
from milepost.team.sight import Sees
from milepost.web.history import plain, record
from milepost.web.models import Editable
from milepost.web.search import remember


class Requests(models.QuerySet[Any]):
    """Questions about many requests."""

    def visible_to(self, person: Sees) -> Requests:
        return self.filter(seen_by(person, "opportunity__"), opportunity__merged_into=None)

    def to_triage(self) -> Requests:
        """Keep those to which nobody has said anything yet."""
        return self.filter(verdict="", done_on=None)

    def waiting_for(self, person: Sees) -> Requests:
        """Keep what the person, or somebody they stand in for, is to triage or to answer; the most urgent first.

        Only what is open has a standing. Each of the two is found by its own index: with "or" between them every
        opportunity would be read.
        """
        people = person.sight.people
        undone = ClientRequest.objects.filter(done_on=None).order_by().values("pk")
        triage = undone.filter(verdict="", opportunity__standing__coordinator_id__in=people)
        answer = undone.filter(verdict=ClientRequest.Verdict.ANSWER, owner_id__in=people)
        mine = self.visible_to(person).filter(
            pk__in=triage.union(answer.filter(opportunity__standing__isnull=False)), done_on=None
        )
        return mine.order_by(models.F("due_on").asc(nulls_last=True), "asked_on", "pk")

    def open(self) -> Requests:
        """Keep those that are not answered and not declined."""
        return self.filter(done_on=None).exclude(verdict=ClientRequest.Verdict.DECLINE)


class ClientRequest(Editable):
    """One thing the client asks for: by whom, who is behind it, whether it is approved and funded, what it would take.

    `verdict` is empty until the coordinator has said what we do with it; each verdict stands in the history.
    """

    class Verdict(models.TextChoices):
        ANSWER = "answer", gettext_lazy("answer")
        HOLD = "hold", gettext_lazy("on hold")
        DECLINE = "decline", gettext_lazy("declined")

    class Known(models.TextChoices):
        UNKNOWN = "", gettext_lazy("not known")
        YES = "yes", gettext_lazy("yes")
        NO = "no", gettext_lazy("no")

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="requests")
    title = models.CharField(gettext_lazy("what they ask"), max_length=200)
    text = models.TextField(gettext_lazy("in their words"), blank=True)
    asked_by = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=gettext_lazy("who asks")
    )
    asked_by_name = models.CharField(gettext_lazy("or somebody not listed"), max_length=200, blank=True)
    behind = models.CharField(
        gettext_lazy("who is behind it"), max_length=200, blank=True, help_text=gettext_lazy("Empty: not known.")
    )
    approved = models.CharField(gettext_lazy("approved"), max_length=3, choices=Known.choices, blank=True)
    funded = models.CharField(gettext_lazy("funded"), max_length=3, choices=Known.choices, blank=True)
    hours = models.FloatField(gettext_lazy("hours to answer"), null=True, blank=True)
    asked_on = models.DateField(gettext_lazy("asked on"))
    due_on = models.DateField(gettext_lazy("wanted by"), null=True, blank=True)
    letter = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True, editable=False)
    because = models.TextField(blank=True, editable=False)
    said_on = models.DateField(null=True, editable=False)
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=gettext_lazy("who answers")
    )
    done_on = models.DateField(null=True, editable=False)

    objects = Requests.as_manager()

    class Meta:
        ordering = ["-asked_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(hours=None) | Q(hours__gte=0), name="request_takes_no_less_than_nothing")
        ]
        indexes = [
            models.Index(fields=["verdict", "done_on", "opportunity"], name="request_by_verdict"),
            models.Index(fields=["opportunity", "-asked_on"], name="request_of_opportunity"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def who(self) -> str:
        """Return who asks, in words; empty where it is not known."""
        return str(self.asked_by) if self.asked_by_id else self.asked_by_name

    def be_found(self) -> None:
        """Keep what search knows of it up to date."""
        remember(self, text=f"{self.title} {self.text[:500]}", territory_id=self.opportunity.territory_id)

    @classmethod
    @transaction.atomic
    def take(cls, opportunity: Opportunity, *, by: Person | None, title: str, **values: Any) -> ClientRequest:
        """Take a request in; what becomes of it is said by the coordinator."""
        values.setdefault("asked_on", Company.the().today())
        row = cls.objects.create(opportunity=opportunity, title=title, **values)
        row.be_found()
        record(opportunity, "request taken in", by=by, part=title, what={"asker": [None, row.who]} if row.who else {})
        return row

    @transaction.atomic
    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Change what is known of it."""
        before = {name: plain(getattr(self, name)) for name in values}
        changed = self.edit(by=by, version=version, **values)
        if changed:
            self.be_found()
            what = {
                name: [before[name], plain(value)] for name, value in values.items() if before[name] != plain(value)
            }
            record(self.opportunity, "request changed", by=by, part=self.title, what=what)
        return changed

    @transaction.atomic
    def say(
        self, *, by: Person, verdict: str, because: str = "", owner: Person | None = None, version: int | None = None
    ) -> None:
        """Say what we do with it: answer, by whom, or hold or decline, with the reason."""
        if verdict != self.Verdict.ANSWER and not because.strip():
            raise NotAllowed(_("Say why; it is kept in the history."))
        if verdict == self.Verdict.ANSWER and owner is None:
            raise NotAllowed(_("Say who answers it."))
        was, today = self.verdict, Company.the().today()
        told: dict[str, Any] = {"verdict": verdict, "because": because.strip(), "said_on": today, "owner": owner}
        if self.edit(by=by, version=version, verb="said", **told):
            what = {"verdict": [was, verdict], "owner": [None, str(owner)] if owner else [None, None]}
            record(self.opportunity, "request decided", by=by, part=self.title, what=what, reason=because)
            self.opportunity.weigh()

    @transaction.atomic
    def finish(self, *, by: Person, on: datetime.date) -> None:
        """Record that it has been answered."""
        if self.verdict != self.Verdict.ANSWER:
            raise NotAllowed(_("Say first that it is to be answered, and by whom."))
        if self.edit(by=by, verb="answered", done_on=on):
            record(self.opportunity, "request answered", by=by, part=self.title, what={"on": [None, on.isoformat()]})
