"""The client's vision: what they want to become, in their words, as hypotheses with versions, verdicts and evidence."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.buyers.models.alarm import VisionAlarm
from milepost.buyers.models.stakeholder import Stakeholder
from milepost.opportunities.models import Opportunity
from milepost.opportunities.models.opportunity import Parts
from milepost.team.models import Company, Person
from milepost.web.history import StaleEdit, record
from milepost.web.search import remember

WHOSE, HOW, WHERE = "whose", "how", "where"
QUESTIONS: dict[str, Any] = {
    WHOSE: gettext_lazy("Who wants this?"),
    HOW: gettext_lazy("How did it come about?"),
    WHERE: gettext_lazy("Where was it developed, and with whom?"),
}
ANSWERS = {
    WHOSE: ("whose", "whose_stakeholder_id"),
    HOW: ("origin", "how"),
    WHERE: ("where", "with_whom"),
}
"""The columns of a version that answer each of the three questions."""


class Vision(models.Model):
    """One hypothesis of what the client wants to become; several stand side by side until one is proven."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="visions")
    begun_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = Parts.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.now.words[:120]

    @property
    def now(self) -> VisionVersion:
        """Return the newest version."""
        return self.versions.order_by("-number")[0]

    @property
    def state(self) -> str:
        """Return whether it is open, proven or set aside."""
        newest = self.verdicts.order_by("-id").first()
        return newest.kind if newest else Verdict.Kind.OPEN

    @classmethod
    @transaction.atomic
    def begin(cls, opportunity: Opportunity, *, by: Person | None, **values: Any) -> Vision:
        """Put a hypothesis beside those there are."""
        vision = cls.objects.create(opportunity=opportunity, by=by)
        VisionVersion.objects.create(vision=vision, number=1, by=by, on=Company.the().today(), **values)
        vision.be_found()
        record(opportunity, "vision begun", by=by, reason=values["words"][:500])
        opportunity.weigh()
        return vision

    def be_found(self) -> None:
        """Keep what search knows of it up to date."""
        now = self.now
        remember(self, text=f"{now.words} {now.whose}", territory_id=self.opportunity.territory_id)

    @transaction.atomic
    def change(self, *, by: Person, number: int | None = None, why: str = "", **values: Any) -> VisionVersion | None:
        """Keep a new version; the team is alarmed when it is the one that stands. None when nothing differs.

        Raises StaleEdit when somebody has made a newer version than `number`.
        """
        self.opportunity.hold_still()
        before = self.now
        if number is not None and number != before.number:
            raise StaleEdit(before, number)
        kept = {name: getattr(before, name) for name in VisionVersion.SAID}
        now = {**kept, **values}
        if now == kept:
            return None
        stood = standing_vision(self.opportunity)
        version = VisionVersion.objects.create(
            vision=self, number=before.number + 1, by=by, on=Company.the().today(), why=why, **now
        )
        self.be_found()
        what = _differences(before, version)
        record(self.opportunity, "vision changed", by=by, what=what, reason=why)
        self.opportunity.weigh()
        if stood is not None and stood.pk == self.pk:
            VisionAlarm.tell(version, by=by, kind=VisionAlarm.Kind.CHANGED)
        return version

    @transaction.atomic
    def prove(self, *, by: Person, reason: str = "") -> None:
        """Let it be the one; raises ValueError unless each of the three questions has an answer with evidence.

        Another that was proven is set aside, and the team is alarmed.
        """
        self.opportunity.hold_still()
        lacking = self.lacking()
        if lacking:
            named = " ".join(str(QUESTIONS[name]) for name in lacking)
            raise ValueError(_("Not proven yet, an answer with evidence is missing: %(named)s") % {"named": named})
        if self.state == Verdict.Kind.PROVEN:
            raise ValueError(_("It is proven already."))
        former = proven_vision(self.opportunity)
        if former is not None:
            former.verdicts.create(kind=Verdict.Kind.DROPPED, by=by, on=Company.the().today(), reason=str(self))
        self._judge(Verdict.Kind.PROVEN, by=by, reason=reason)
        if former is not None:
            VisionAlarm.tell(self.now, by=by, kind=VisionAlarm.Kind.REPLACED)

    @transaction.atomic
    def drop(self, *, by: Person, reason: str) -> None:
        """Set it aside; doubt about one that was proven is an alarm."""
        self.opportunity.hold_still()
        state = self.state
        if state == Verdict.Kind.DROPPED:
            raise ValueError(_("It is set aside already."))
        self._judge(Verdict.Kind.DROPPED, by=by, reason=reason)
        if state == Verdict.Kind.PROVEN:
            VisionAlarm.tell(self.now, by=by, kind=VisionAlarm.Kind.DOUBTED)

    @transaction.atomic
    def reopen(self, *, by: Person) -> None:
        """Take a hypothesis up again."""
        self.opportunity.hold_still()
        if self.state == Verdict.Kind.DROPPED:
            self._judge(Verdict.Kind.OPEN, by=by, reason="")

    def _judge(self, kind: str, *, by: Person, reason: str) -> None:
        self.verdicts.create(kind=kind, by=by, on=Company.the().today(), reason=reason)
        record(self.opportunity, f"vision {kind}", by=by, part=str(self), reason=reason)
        self.opportunity.weigh()

    def lacking(self) -> list[str]:
        """Return the questions of the newest version without an answer, or whose answer has no evidence."""
        versions = {version.pk: version for version in self.versions.all()}
        now = max(versions.values(), key=lambda version: version.number)
        there = [one for one in self.evidence.all() if one.withdrawn_at is None]
        held = {
            one.question for one in there if now.answer(one.question) == versions[one.version_id].answer(one.question)
        }
        return [name for name in QUESTIONS if not now.is_answered(name) or name not in held]


def proven_vision(opportunity: Opportunity) -> Vision | None:
    """Return the vision that is proven, None while none is."""
    return next((one for one in opportunity.visions.all() if one.state == Verdict.Kind.PROVEN), None)


def standing_vision(opportunity: Opportunity) -> Vision | None:
    """Return the vision we work with: the proven one, or the only hypothesis; None while there are rivals."""
    proven = proven_vision(opportunity)
    if proven is not None:
        return proven
    open_ones = [one for one in opportunity.visions.all() if one.state == Verdict.Kind.OPEN]
    return open_ones[0] if len(open_ones) == 1 else None


class VisionVersion(models.Model):
    """What was held to be the vision from a day on; a change is a new version."""

    class Origin(models.TextChoices):
        EXECUTIVE = "executive", gettext_lazy("A new executive")
        COMPETITOR = "competitor", gettext_lazy("A competitor’s seed")
        IT = "it", gettext_lazy("Pushed by IT")
        MERGER = "merger", gettext_lazy("A merger or sale")
        MARKET = "market", gettext_lazy("Their market or their customers")
        RULES = "rules", gettext_lazy("A law or standard")
        TROUBLE = "trouble", gettext_lazy("Something that broke")
        OURS = "ours", gettext_lazy("We put it there")
        OTHER = "other", gettext_lazy("Something else")

    SAID = ("words", "whose", "whose_stakeholder_id", "origin", "how", "where", "with_whom")

    vision = models.ForeignKey(Vision, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    words = models.TextField(gettext_lazy("what they want to become, in their words"))
    whose = models.CharField(gettext_lazy("who wants this"), max_length=300, blank=True)
    whose_stakeholder = models.ForeignKey(
        Stakeholder,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("who wants this"),
    )
    origin = models.CharField(gettext_lazy("how it came about"), max_length=12, choices=Origin.choices, blank=True)
    how = models.TextField(gettext_lazy("how it came about, in words"), blank=True)
    where = models.CharField(gettext_lazy("where it was developed"), max_length=300, blank=True)
    with_whom = models.CharField(gettext_lazy("with whom"), max_length=300, blank=True)
    why = models.TextField(blank=True)
    on = models.DateField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["vision", "number"]
        constraints = [models.UniqueConstraint(fields=["vision", "number"], name="vision_version_once")]

    def __str__(self) -> str:
        return f"v{self.number}"

    def answer(self, question: str) -> tuple[Any, ...]:
        """Return the answer to one of the three questions, to be compared."""
        return tuple(getattr(self, column) for column in ANSWERS[question])

    def is_answered(self, question: str) -> bool:
        return any(self.answer(question))


def _differences(before: VisionVersion, now: VisionVersion) -> dict[str, list[str]]:
    """Return what differs between two versions, in words."""

    def said(version: VisionVersion, name: str) -> str:
        if name == "origin":
            return str(version.get_origin_display())
        return str(getattr(version, name.removesuffix("_id")) or "")

    pairs = {name.removesuffix("_id"): [said(before, name), said(now, name)] for name in VisionVersion.SAID}
    return {f"vision_{name}": pair for name, pair in pairs.items() if pair[0] != pair[1]}


class Verdict(models.Model):
    """What we hold of a hypothesis from a day on; the newest stands."""

    class Kind(models.TextChoices):
        OPEN = "open", gettext_lazy("hypothesis")
        PROVEN = "proven", gettext_lazy("proven")
        DROPPED = "dropped", gettext_lazy("set aside")

    vision = models.ForeignKey(Vision, models.CASCADE, related_name="verdicts")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reason = models.TextField(blank=True)
    on = models.DateField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_kind_display()
