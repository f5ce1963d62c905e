"""What a coordinator has chosen to share, in the plan's own words where they differ from ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import F, FilteredRelation, Q
from django.utils.translation import gettext_lazy as _

from milepost.accounts.models import Contact
from milepost.opportunities.models import Attachment, Condition, Opportunity, Standing, Step, Task
from milepost.opportunities.models.opportunity import Parts, seen_by
from milepost.plans.content import still_holds
from milepost.team.models import Company, Person
from milepost.web.history import record
from milepost.web.models import Editable

FOR_THE_CLIENT = "moved for the client"
"""The verb in a part's history by which its day was moved at the client's wish."""
BOOKED = ("on", "time", "zone", "starts_at", "minutes", "place")
KINDS = ("step", "condition", "task", "file")
Chosen = tuple[str, int]
"""A kind of thing that can be shared, and the id of the row."""


class SharedPlan(Editable):
    """The client's view of one opportunity; what is published of it stands in its versions."""

    opportunity = models.OneToOneField(Opportunity, models.CASCADE, related_name="shared_plan")
    title = models.CharField(_("title"), max_length=160)
    intro = models.TextField(_("a few words to begin with"), max_length=2000, blank=True)
    records_looks = models.BooleanField(
        _("note when the client opens the page"), default=True, help_text=_("Where you do, the page says so.")
    )
    tolerance_days = models.PositiveSmallIntegerField(
        _("days by which a date may move before the client is asked again"),
        default=3,
        validators=[MaxValueValidator(60)],
        help_text=_("The client reads this before they confirm the plan."),
    )
    seller = models.CharField(_("our name on the plan"), max_length=120, blank=True)
    logo = models.CharField(max_length=120, blank=True)  # where it lies in our store
    colour = models.CharField(_("colour"), max_length=7, blank=True)
    language = models.CharField(_("language of the page"), max_length=12, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = Parts.as_manager()

    def __str__(self) -> str:
        return self.title

    def seller_name(self, company: Company) -> str:
        """Return what we are called on the plan."""
        return self.seller or company.brand_name or company.name

    def logo_of(self, company: Company) -> str:
        """Return where the logo lies that stands on the plan: its own, else the company's."""
        return self.logo or company.brand_logo

    def colour_of(self, company: Company) -> str:
        """Return the colour it wears, "" for Milepost's."""
        return self.colour or company.brand_colour

    @classmethod
    @transaction.atomic
    def begin(cls, opportunity: Opportunity, *, by: Person | None, title: str, **words: Any) -> SharedPlan:
        """Begin the plan of an opportunity, with nothing on it yet."""
        plan = cls.objects.create(opportunity=opportunity, title=title, by=by, **words)
        record(opportunity, "plan begun", by=by, part=title)
        return plan

    @transaction.atomic
    def revise(self, *, by: Person | None, version: int | None = None, **values: Any) -> bool:
        """Change the plan's own words; raises StaleEdit when somebody was first."""
        return self.edit(by=by, version=version, **values)

    @transaction.atomic
    def share(self, rows: Iterable[Chosen], *, by: Person | None) -> int:
        """Put things of the opportunity on the plan; what belongs to another one is not taken."""
        return sum(self._put(kind, pk, True, by=by) for kind, pk in rows)

    @transaction.atomic
    def keep_back(self, rows: Iterable[Chosen], *, by: Person | None) -> int:
        """Take things off the plan; the words they had on it are kept."""
        return sum(self._put(kind, pk, False, by=by) for kind, pk in rows)

    def reseal(self) -> None:
        """Keep with the opportunity how the client's yes stands, for every list; the caller holds the opportunity."""
        agreement = self.agreements.select_related("version").order_by("-version__number").first()
        newest, agreed = self.versions.first(), agreement.version if agreement else None
        seal = "" if newest is None else "asked"
        if newest is not None and agreed is not None:
            seal = "agreed" if still_holds(agreed.content, newest.content) else "changed"
        kept = {"seal": seal, "seal_version": agreed.number if agreed else None}
        Opportunity.objects.filter(pk=self.opportunity_id).update(**kept)
        Standing.objects.filter(pk=self.opportunity_id).update(**kept)

    def _put(self, kind: str, pk: int, shared: bool, *, by: Person | None) -> bool:
        if not _of(kind, self.opportunity_id).filter(pk=pk).exists():
            return False
        which: dict[str, Any] = {f"{kind}_id": pk}
        begins = {"theirs": _usually(pk)} if kind == "step" else {}
        part, _new = PlanPart.objects.get_or_create(plan=self, **which, defaults=begins)
        if not part.edit(by=by, shared=shared):
            return False
        record(self.opportunity, "shared" if shared else "no longer shared", by=by, part=part.original)
        return True


def _usually(step_id: int) -> str:
    """Return who of the client a step usually takes, as its playbook says: a placeholder until there is a name."""
    return Step.objects.filter(pk=step_id).values_list("playbook_step__theirs", flat=True).first() or ""


def _of(kind: str, opportunity_id: int) -> Any:
    """Return the rows of a kind that belong to an opportunity."""
    if kind == "condition":
        return Condition.objects.filter(step__opportunity=opportunity_id)
    rows: Any = {"step": Step, "task": Task, "file": Attachment}[kind]
    return rows.objects.filter(opportunity=opportunity_id)


class PlanParts(models.QuerySet["PlanPart"]):
    """Questions about many parts."""

    def visible_to(self, person: Any) -> PlanParts:
        return self.filter(seen_by(person, "plan__opportunity__"), plan__opportunity__merged_into=None)

    def with_originals(self) -> PlanParts:
        """Read with each part what it stands for, in the same question."""
        of_tasks = ("task__owner", "task__owner_contact", "task__condition")
        return self.select_related(
            "step", "condition__owner_person", "condition__owner_contact", *of_tasks, "file", "contact"
        )

    def with_appointments(self) -> PlanParts:
        """Read with each step the appointment that is booked for it, of which there is one at most."""
        booked = FilteredRelation("step__attempts", condition=Q(step__attempts__state__in=["scheduled", "held"]))
        return self.annotate(booked=booked).annotate(**{f"booked_{name}": F(f"booked__{name}") for name in BOOKED})


class PlanPart(Editable):
    """One step, condition, task or file that is on the plan, or was.

    What is left empty is said as we say it; `ours` and `theirs` name who does it, in words ("your CFO").
    """

    plan = models.ForeignKey(SharedPlan, models.CASCADE, related_name="parts")
    step = models.ForeignKey(Step, models.CASCADE, null=True, related_name="+")
    condition = models.ForeignKey(Condition, models.CASCADE, null=True, related_name="+")
    task = models.ForeignKey(Task, models.CASCADE, null=True, related_name="+")
    file = models.ForeignKey(Attachment, models.CASCADE, null=True, related_name="+")
    shared = models.BooleanField(default=False)
    name = models.CharField(_("what the client reads"), max_length=300, blank=True)
    says = models.TextField(_("more about it, for the client"), max_length=2000, blank=True)
    ours = models.CharField(_("who, ours"), max_length=200, blank=True)
    theirs = models.CharField(_("who, theirs, in words"), max_length=200, blank=True)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who, theirs")
    )
    on = models.DateField(_("planned for"), null=True, blank=True)
    about = models.BooleanField(_("the day is only a rough idea"), default=False)

    objects = PlanParts.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(step__isnull=False, condition=None, task=None, file=None)
                | Q(step=None, condition__isnull=False, task=None, file=None)
                | Q(step=None, condition=None, task__isnull=False, file=None)
                | Q(step=None, condition=None, task=None, file__isnull=False),
                name="a_plan_part_is_one_thing",
            ),
            *(models.UniqueConstraint(fields=["plan", kind], name=f"plan_{kind}_once") for kind in KINDS),
        ]

    def __str__(self) -> str:
        return self.name or self.original

    @property
    def kind(self) -> str:
        return next(kind for kind in KINDS if getattr(self, f"{kind}_id") is not None)

    @property
    def original(self) -> str:
        """Return how we say it among ourselves."""
        return str(getattr(self, self.kind))

    def revise(self, *, by: Person | None, version: int | None = None, by_whom: str = "", **values: Any) -> bool:
        """Change its words, who does it, or its day, `by_them` or `by_us`; raises StaleEdit when somebody was first."""
        verb = FOR_THE_CLIENT if by_whom == "by_them" and "on" in values else ""
        return self.edit(by=by, version=version, verb=verb, **values)
