"""Time and money that have gone into an opportunity, beside what its gates have released."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from milepost.buyers.models import ClientRequest
from milepost.buyers.triage import usual
from milepost.opportunities.models import Gate, Opportunity
from milepost.opportunities.models.opportunity import Parts
from milepost.opportunities.models.step import NotAllowed
from milepost.team.models import Person, Role
from milepost.web.history import record
from milepost.web.models import Editable


class Spent(Editable):
    """Hours of one person on one day; `role` is what they did it as, and decides what the hours cost.

    `request` is what the client had asked for; `override` says why it was worked on while it was held back.
    """

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="spent", verbose_name=_("opportunity"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("who"))
    role = models.CharField(_("as"), max_length=20, choices=Role.choices)
    hours = models.FloatField(_("hours"))
    on = models.DateField(_("on"))
    note = models.CharField(_("what for"), max_length=300, blank=True)
    request = models.ForeignKey(
        ClientRequest, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("for the request")
    )
    override = models.TextField(_("why all the same"), blank=True)

    objects = Parts.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [models.CheckConstraint(condition=Q(hours__gt=0, hours__lte=24), name="spent_within_a_day")]
        indexes = [models.Index(fields=["opportunity", "-on"], name="spent_on_opportunity")]

    def __str__(self) -> str:
        return f"{self.hours:g} h {self.person}"

    @classmethod
    @transaction.atomic
    def log(cls, opportunity: Opportunity, *, by: Person | None, person: Person, hours: float, **values: Any) -> Spent:
        """Log time that somebody has put in; what is held back needs a reason why it was worked on all the same."""
        why = _must_say_why(opportunity, values)
        row = cls.objects.create(opportunity=opportunity, person=person, hours=hours, **values)
        what = {"hours": [None, hours], "on": [None, row.on.isoformat()], **_for(row.request)}
        verb = "time logged all the same" if why else "time logged"
        record(opportunity, verb, by=by, part=str(person), what=what, reason=row.override or row.note)
        return row

    @transaction.atomic
    def take_out(self, *, by: Person) -> None:
        """Take an entry out that was wrong; the history keeps it."""
        what = {"hours": [self.hours, None], "on": [self.on.isoformat(), None]}
        record(self.opportunity, "time taken out", by=by, part=str(self.person), what=what, reason=self.note)
        self.delete()


def held_because(opportunity: Opportunity, request: ClientRequest | None) -> str:
    """Return in words why no effort goes in: the request is held back, or the gate refused; empty where it may."""
    if request is not None and request.verdict in (ClientRequest.Verdict.HOLD, ClientRequest.Verdict.DECLINE):
        told = {"request": request.title, "how": request.get_verdict_display()}
        return say("“%(request)s” is %(how)s.") % told
    if request is not None and not request.verdict:
        return usual(opportunity).why
    shut = opportunity.gates.filter(state=Gate.State.REFUSED).select_related("playbook_gate").first()
    return say("It was stopped at “%(gate)s”.") % {"gate": shut.name} if shut is not None else ""


def _must_say_why(opportunity: Opportunity, values: dict[str, Any]) -> str:
    """Return in words what stands against effort; raises NotAllowed where the reason for it all the same is missing."""
    why = held_because(opportunity, values.get("request"))
    if why and not values.get("override", "").strip():
        raise NotAllowed(say("%(why)s Say why it was worked on all the same.") % {"why": why})
    return why


def _for(request: ClientRequest | None) -> dict[str, Any]:
    return {"request": [None, request.title]} if request is not None else {}


class Expense(Editable):
    """Money that went into an opportunity on one day: a journey, a test rig, somebody from outside.

    `minor` is in minor units of the company's currency; `request` and `override` are as with time.
    """

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="expenses", verbose_name=_("opportunity"))
    minor = models.PositiveBigIntegerField(_("amount"))
    on = models.DateField(_("on"))
    note = models.CharField(_("what for"), max_length=300)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("who"))
    request = models.ForeignKey(
        ClientRequest, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("for the request")
    )
    override = models.TextField(_("why all the same"), blank=True)

    objects = Parts.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [models.CheckConstraint(condition=Q(minor__gt=0), name="expense_is_something")]
        indexes = [models.Index(fields=["opportunity", "-on"], name="expense_on_opportunity")]

    def __str__(self) -> str:
        return self.note

    @classmethod
    @transaction.atomic
    def log(cls, opportunity: Opportunity, *, by: Person | None, **values: Any) -> Expense:
        """Log money that was spent; what is held back needs a reason why it was spent all the same."""
        why = _must_say_why(opportunity, values)
        row = cls.objects.create(opportunity=opportunity, **values)
        what = {"spent": [None, row.minor], "on": [None, row.on.isoformat()], **_for(row.request)}
        verb = "money logged all the same" if why else "money logged"
        record(opportunity, verb, by=by, part=row.note, what=what, reason=row.override)
        return row

    @transaction.atomic
    def take_out(self, *, by: Person) -> None:
        """Take an entry out that was wrong; the history keeps it."""
        what = {"spent": [self.minor, None], "on": [self.on.isoformat(), None]}
        record(self.opportunity, "money taken out", by=by, part=self.note, what=what)
        self.delete()
