"""What is between people: who sways whom, who is at odds, and how near our own people are to theirs."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.buyers.models.stakeholder import Stakeholder
from milepost.opportunities.models.opportunity import seen_by
from milepost.team.models import Person
from milepost.web.history import record
from milepost.web.models import Editable


class OfStakeholders(models.QuerySet[Any]):
    """What hangs on stakeholders, seen by whoever sees their opportunity."""

    def visible_to(self, person: Person) -> OfStakeholders:
        """Keep what the person may see, of those who still have a part."""
        of = "stakeholder__opportunity__"
        rows = self.filter(seen_by(person, of), **{f"{of}merged_into": None})
        return rows.filter(stakeholder__removed_on=None)


class Tie(models.Model):
    """One person sways another, or two are at odds; `two` records that two with like names are different people."""

    class Kind(models.TextChoices):
        SWAYS = "sways", gettext_lazy("sways")
        CONFLICT = "conflict", gettext_lazy("is at odds with")
        TWO = "two", gettext_lazy("is not the same person as")

    stakeholder = models.ForeignKey(Stakeholder, models.CASCADE, related_name="ties")
    other = models.ForeignKey(Stakeholder, models.CASCADE, related_name="tied")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    words = models.CharField(gettext_lazy("about what"), max_length=120, blank=True)

    objects = OfStakeholders.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["stakeholder", "other", "kind"], name="tie_once"),
            models.CheckConstraint(condition=~Q(stakeholder=models.F("other")), name="tie_between_two"),
        ]

    def __str__(self) -> str:
        return f"{self.stakeholder} {self.get_kind_display()} {self.other}"

    @classmethod
    @transaction.atomic
    def add(cls, stakeholder: Stakeholder, *, by: Person, kind: str, other: Stakeholder, words: str = "") -> Tie:
        """Record what is between two people; what works both ways is kept once."""
        if other.opportunity_id != stakeholder.opportunity_id or other.pk == stakeholder.pk:
            raise ValueError(_("Choose another person of this opportunity."))
        first, second = stakeholder, other
        if kind != cls.Kind.SWAYS and first.pk > second.pk:
            first, second = second, first
        tie, new = cls.objects.get_or_create(
            stakeholder=first, other=second, kind=kind, defaults={"words": words.strip()}
        )
        if not new:
            raise ValueError(_("This is known already."))
        record(stakeholder.opportunity, f"tie {kind}", by=by, part=f"{first} – {second}", reason=tie.words)
        return tie

    @transaction.atomic
    def remove(self, *, by: Person) -> None:
        """Record that it is so no longer."""
        record(self.stakeholder.opportunity, "tie removed", by=by, part=str(self))
        self.delete()


class Nearness(models.TextChoices):
    """How somebody at the client sees one of us."""

    VENDOR = "vendor", gettext_lazy("Vendor")
    SOURCE = "source", gettext_lazy("Credible source")
    SOLVER = "solver", gettext_lazy("Problem solver")
    ADVISER = "adviser", gettext_lazy("Trusted adviser")


class Relationship(Editable):
    """How near one of us is to somebody at the client now, and how near we want to be."""

    stakeholder = models.ForeignKey(Stakeholder, models.CASCADE, related_name="relationships")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=gettext_lazy("who of us"))
    now = models.CharField(gettext_lazy("now"), max_length=10, choices=Nearness.choices, blank=True)
    wanted = models.CharField(gettext_lazy("wanted"), max_length=10, choices=Nearness.choices, blank=True)

    objects = OfStakeholders.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["stakeholder", "person"], name="relationship_once")]

    def __str__(self) -> str:
        return f"{self.person} – {self.stakeholder}"

    @classmethod
    @transaction.atomic
    def add(cls, stakeholder: Stakeholder, *, by: Person, person: Person, now: str, wanted: str) -> Relationship:
        """Record how near a colleague is to somebody."""
        row, new = cls.objects.get_or_create(
            stakeholder=stakeholder, person=person, defaults={"now": now, "wanted": wanted}
        )
        if not new:
            raise ValueError(_("%(name)s is named here already. Change that line instead.") % {"name": person})
        what = {name: [None, str(Nearness(value).label)] for name, value in (("now", now), ("wanted", wanted)) if value}
        record(stakeholder.opportunity, "relationship added", by=by, part=str(row), what=what)
        return row

    @transaction.atomic
    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Change how near they are, or how near we want to be."""
        before = {name: getattr(self, name) for name in values}
        changed = self.edit(by=by, version=version, **values)
        if changed:
            what = {name: [_near(before[name]), _near(value)] for name, value in values.items()}
            record(self.stakeholder.opportunity, "relationship changed", by=by, part=str(self), what=what)
        return changed

    @transaction.atomic
    def remove(self, *, by: Person) -> None:
        """Take the line out; history keeps it."""
        record(self.stakeholder.opportunity, "relationship removed", by=by, part=str(self))
        self.delete()


def _near(value: Any) -> str:
    return str(Nearness(value).label) if value in Nearness.values else str(value)


def move_ties(gone: Stakeholder, into: Stakeholder) -> None:
    """Let what hangs on `gone` hang on `into`; what would be there twice, or lead back to itself, goes."""
    for tie in Tie.objects.filter(Q(stakeholder=gone) | Q(other=gone)):
        first = into if tie.stakeholder_id == gone.pk else tie.stakeholder
        second = into if tie.other_id == gone.pk else tie.other
        if tie.kind != Tie.Kind.SWAYS and first.pk > second.pk:
            first, second = second, first
        twice = Tie.objects.filter(stakeholder=first, other=second, kind=tie.kind).exists()
        if first.pk == second.pk or twice:
            tie.delete()
        else:
            tie.stakeholder, tie.other = first, second
            tie.save(update_fields=["stakeholder", "other"])
    known = into.relationships.values("person")
    gone.relationships.exclude(person__in=known).update(stakeholder=into)
