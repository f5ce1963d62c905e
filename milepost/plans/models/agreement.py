"""A client's yes to one published version; a row is never changed or deleted, which the database itself refuses."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from milepost.accounts.models import Contact
from milepost.opportunities.models import Opportunity
from milepost.opportunities.models.opportunity import seen_by
from milepost.plans.models.invitation import Invitation
from milepost.plans.models.plan import SharedPlan
from milepost.plans.models.version import PlanVersion
from milepost.plans.models.word import ChangedMeanwhile
from milepost.web.history import record


class AgreedAlready(ValueError):
    """The same person has confirmed this version before."""


class PlanIsOver(ValueError):
    """The opportunity has ended: there is nothing left to confirm."""


class Agreements(models.QuerySet["Agreement"]):
    """Questions about many agreements."""

    def visible_to(self, person: Any) -> Agreements:
        return self.filter(seen_by(person, "plan__opportunity__"), plan__opportunity__merged_into=None)


class Agreement(models.Model):
    """Who confirmed which version, when, in which words, and the hash of what they read."""

    plan = models.ForeignKey(SharedPlan, models.PROTECT, related_name="agreements")
    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="agreements")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)  # as they typed it
    email = models.EmailField()  # where the code went
    statement = models.TextField(max_length=1000)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    objects = Agreements.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["version", "contact"], name="plan_version_agreed_once")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    @transaction.atomic
    def make(cls, link: Invitation, version: PlanVersion, *, name: str, statement: str) -> Agreement:
        """Keep the yes of a link's contact; raises ChangedMeanwhile when the version is no longer the newest.

        AgreedAlready and PlanIsOver are raised where there is nothing to confirm.

        Whoever calls has seen that the person reads the mail of the contact's address.
        """
        opportunity = Opportunity.objects.get(pk=link.plan.opportunity_id)
        opportunity.hold_still()
        if opportunity.outcome is not None:
            raise PlanIsOver(_("This plan is closed: there is nothing left to confirm."))
        if version.number != link.plan.versions.values_list("number", flat=True).first():
            raise ChangedMeanwhile(_("A newer version was published meanwhile. Read it, then confirm that one."))
        if cls.objects.filter(version=version, contact=link.contact_id).exists():
            raise AgreedAlready(_("You have confirmed this version already."))
        agreement = cls.objects.create(
            plan=link.plan,
            version=version,
            contact=link.contact,
            name=name,
            email=link.contact.email,
            statement=statement,
            sha256=version.sha256,
        )
        link.plan.reseal()
        record(link.plan.opportunity, "client agreed", by=None, part=f"{name}, {version.number}"[:200])
        return agreement
