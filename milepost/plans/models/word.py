"""What a client says on the plan: each is a proposal of theirs, and ours to take up or to answer."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.opportunities.models import Opportunity
from milepost.opportunities.models.opportunity import seen_by
from milepost.plans.models.invitation import Invitation
from milepost.plans.models.plan import PlanPart, SharedPlan
from milepost.team.models import Person
from milepost.web.history import record
from milepost.web.jobs import ask

OF = "plan__opportunity__"
A_MOMENT = datetime.timedelta(minutes=1)
MOST_AN_HOUR = 60
"""By one link: more than anybody types, and few enough that nobody drowns in what a machine sends."""
SOON = datetime.timedelta(minutes=2)
"""What is said within it goes out as one letter."""


class ChangedMeanwhile(ValueError):
    """The plan, or the same part of it, is not as it was when the client opened the form."""


class ClientWords(models.QuerySet["ClientWord"]):
    """Questions about many words."""

    def visible_to(self, person: Any) -> ClientWords:
        return self.filter(seen_by(person, "plan__opportunity__"), plan__opportunity__merged_into=None)

    def open(self) -> ClientWords:
        """Keep what nobody has answered yet."""
        return self.filter(answered_at=None)

    def by_plan(self, person: Any) -> Any:
        """Group what waits by opportunity, where the person coordinates it or stands in for whoever does."""
        own: dict[str, Any] = {f"{OF}standing__coordinator_id__in": person.sight.people}
        rows = self.visible_to(person).open().filter(**own).order_by()
        return rows.values(f"{OF}id").annotate(since=Min("at"), n=Count("id"))


class ClientWord(models.Model):
    """One thing that one of the client's people said, of a part or of the plan as a whole.

    Nothing of ours changes by it. Taking it up does (`plans/taking.py`), once, by whoever answers first.
    """

    class Kind(models.TextChoices):
        DONE = "done", gettext_lazy("Says it is done")
        ASK = "ask", gettext_lazy("Asks")
        DATE = "date", gettext_lazy("Proposes another date")
        COLLEAGUE = "colleague", gettext_lazy("Hands it to a colleague")
        CANNOT = "cannot", gettext_lazy("Cannot do this")
        FILE = "file", gettext_lazy("Sends a file")
        MISSING = "missing", gettext_lazy("Misses something in the plan")
        TIME = "time", gettext_lazy("Picked one of the times offered")

    WAITED_ON = (Kind.DATE, Kind.TIME)
    """Kinds that people wait on: mailed soon, not with the next morning's digest."""

    plan = models.ForeignKey(SharedPlan, models.CASCADE, related_name="words")
    link = models.ForeignKey(Invitation, models.CASCADE, related_name="words")
    part = models.ForeignKey(PlanPart, models.CASCADE, null=True, related_name="words")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    about = models.CharField(max_length=300, blank=True)  # the part's name as the client read it
    text = models.TextField(max_length=2000, blank=True)
    on = models.DateField(null=True)
    time = models.TimeField(null=True)  # with the zone, where a time of day was offered
    zone = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    path = models.CharField(max_length=120, blank=True)  # of the file, in our store
    size = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    accepted = models.BooleanField(null=True)
    answer = models.TextField(gettext_lazy("your answer"), max_length=2000, blank=True)
    mailed_at = models.DateTimeField(null=True)

    objects = ClientWords.as_manager()

    class Meta:
        ordering = ["pk"]
        # Nearly all were mailed: the clock asks for the others every few seconds.
        indexes = [models.Index(fields=["at"], condition=Q(mailed_at=None), name="plan_word_unmailed")]
        constraints = [
            models.UniqueConstraint(
                fields=["part"], condition=Q(kind="done", answered_at=None), name="plan_part_said_done_once"
            )
        ]

    def __str__(self) -> str:
        return self.about or str(self.get_kind_display())

    @property
    def who(self) -> str:
        return str(self.link.contact)

    @classmethod
    @transaction.atomic
    def say(
        cls, link: Invitation, *, kind: str, seen: int | None, part: PlanPart | None = None, **said: Any
    ) -> ClientWord:
        """Keep what a client says; raises ChangedMeanwhile when a newer version than `seen` was published."""
        Opportunity.objects.get(pk=link.plan.opportunity_id).hold_still()
        newest = link.plan.versions.values_list("number", flat=True).first()
        if seen != newest:
            raise ChangedMeanwhile(_("The plan was changed while you were reading. What you typed is still here."))
        same = cls._sent_twice(link, kind, part, said)
        if same is not None:
            return same
        must_not_be_said(part, kind)
        return cls.keep(link, kind=kind, part=part, **said)

    @classmethod
    def _sent_twice(cls, link: Invitation, kind: str, part: PlanPart | None, said: dict[str, Any]) -> ClientWord | None:
        """Return the same word of theirs from a moment ago: a button that was pressed twice says a thing once."""
        told = {name: value for name, value in said.items() if name != "path"}
        mine = link.words.open().filter(kind=kind, part=part, at__gte=timezone.now() - A_MOMENT, **told)
        return mine.order_by("-pk").first()

    @classmethod
    @transaction.atomic
    def keep(cls, link: Invitation, *, kind: str, part: PlanPart | None, **said: Any) -> ClientWord:
        """Keep a word of theirs, whichever version they read; raises ValueError after many in an hour."""
        since = timezone.now() - datetime.timedelta(hours=1)
        if link.words.filter(at__gte=since).count() >= MOST_AN_HOUR:
            raise ValueError(_("This is more than we can take in at once. Please go on in an hour."))
        word = cls.objects.create(plan=link.plan, link=link, part=part, kind=kind, **said)
        record(link.plan.opportunity, f"client said {kind}", by=None, part=f"{word.who}: {word.about}"[:200])
        if kind in cls.WAITED_ON:
            ask("plan_news", run_after=timezone.now() + SOON, plan=link.plan_id)
        return word

    @transaction.atomic
    def reply(self, *, by: Person, accepted: bool, answer: str = "") -> None:
        """Answer it, once; raises ValueError when somebody else has."""
        now = timezone.now()
        mine = type(self).objects.filter(pk=self.pk, answered_at=None)
        if not mine.update(answered_at=now, answered_by=by, accepted=accepted, answer=answer):
            first = type(self).objects.select_related("answered_by").get(pk=self.pk)
            raise ValueError(_("%s has answered this already.") % first.answered_by)
        verb = "client taken up" if accepted else "client answered"
        record(self.plan.opportunity, verb, by=by, part=f"{self.who}: {self.about}"[:200])


def must_not_be_said(part: PlanPart | None, kind: str) -> None:
    """Raise ChangedMeanwhile when somebody has said already that a part is done."""
    if part is None or kind != ClientWord.Kind.DONE:
        return
    first = part.words.open().filter(kind=kind).select_related("link__contact").first()
    if first is not None:
        raise ChangedMeanwhile(_("%s has said so already.") % first.who)
