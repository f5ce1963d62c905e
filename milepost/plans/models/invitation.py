"""Personal links by which a client's people reach a plan without an account, and when they looked."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from milepost.accounts.models import Contact
from milepost.opportunities.models import Opportunity
from milepost.opportunities.models.opportunity import seen_by
from milepost.plans.languages import language_for
from milepost.plans.models.plan import PlanPart, SharedPlan
from milepost.team.models import Company, Person
from milepost.web.history import record

DAYS = 90
ONE_LOOK = datetime.timedelta(minutes=30)
"""Pages opened within this time of each other are one look."""
HINT = 16


class Invitations(models.QuerySet["Invitation"]):
    """Questions about many links."""

    def visible_to(self, person: Any) -> Invitations:
        return self.filter(seen_by(person, "plan__opportunity__"), plan__opportunity__merged_into=None)

    def standing(self) -> Invitations:
        """Keep those that nobody has ended; some may have run out."""
        return self.filter(ended_at=None)


class Invitation(models.Model):
    """One contact's link to a plan: only the SHA-256 of its token is kept.

    It is found by the first part of the hash (`hint`) and then compared whole, in constant time.
    """

    plan = models.ForeignKey(SharedPlan, models.CASCADE, related_name="invitations")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    hint = models.CharField(max_length=HINT, db_index=True)
    token_hash = models.CharField(max_length=64)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)

    up = ""
    """The way from the page that is asked for to the plan's own: the token stands in no address that is sent."""

    objects = Invitations.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "contact"], condition=Q(ended_at=None), name="plan_one_link_for_a_contact"
            )
        ]

    def __str__(self) -> str:
        return str(self.contact)

    @staticmethod
    def hash(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()

    @classmethod
    @transaction.atomic
    def make(cls, plan: SharedPlan, *, by: Person | None, contact: Contact, days: int = DAYS) -> tuple[Invitation, str]:
        """Return a fresh link for a contact, with its token; an earlier one of theirs stops working."""
        Opportunity.objects.get(pk=plan.opportunity_id).hold_still()
        now, token = timezone.now(), secrets.token_urlsafe(32)
        plan.invitations.filter(contact=contact, ended_at=None).update(ended_at=now, ended_by=by)
        digest = cls.hash(token)
        link = cls.objects.create(
            plan=plan,
            contact=contact,
            hint=digest[:HINT],
            token_hash=digest,
            by=by,
            expires_at=now + datetime.timedelta(days=days),
        )
        record(plan.opportunity, "client invited", by=by, part=contact.name)
        return link, token

    @classmethod
    def of(cls, token: str) -> Invitation | None:
        """Return the link of a token, whether it still works or not."""
        digest = cls.hash(token)
        rows = cls.objects.filter(hint=digest[:HINT]).select_related(
            "plan__opportunity__account", "plan__opportunity__standing", "contact"
        )
        # Most plans offer no times: then nobody need ask for them.
        offers = PlanPart.objects.filter(plan=OuterRef("plan"), time_offers__isnull=False)
        rows = rows.annotate(has_offers=Exists(offers))
        return next((row for row in rows if constant_time_compare(row.token_hash, digest)), None)

    def language(self, company: Company) -> str:
        """Return the language its page and its letters are in: the plan's, else the contact's, else the company's."""
        return language_for(self.plan.language, self.contact.language, company.clients_language)

    @property
    def has_run_out(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def works(self) -> bool:
        """Tell whether it lets in: not for whoever has left the client, nor once the plan is another client's."""
        opportunity = self.plan.opportunity
        is_theirs = self.contact.left_on is None and self.contact.account_id == opportunity.account_id
        return self.ended_at is None and not self.has_run_out and is_theirs and opportunity.merged_into_id is None

    @transaction.atomic
    def prolong(self, *, by: Person | None, days: int = DAYS) -> None:
        """Let the same link work for so many days from now; raises ValueError when it was ended."""
        until = timezone.now() + datetime.timedelta(days=days)
        if not type(self).objects.filter(pk=self.pk).standing().update(expires_at=until):
            raise ValueError(_("This link was ended meanwhile. Make a new one."))
        self.expires_at = until
        record(self.plan.opportunity, "client link prolonged", by=by, part=str(self.contact))

    @transaction.atomic
    def end(self, *, by: Person | None) -> bool:
        """Stop the link from working, for good; False when that was done already."""
        now = timezone.now()
        if not type(self).objects.filter(pk=self.pk).standing().update(ended_at=now, ended_by=by):
            return False
        record(self.plan.opportunity, "client link ended", by=by, part=str(self.contact))
        return True

    def look(self) -> None:
        """Note that the page was opened; what follows within half an hour is the same look."""
        now = timezone.now()
        if self.seen_at is not None and self.seen_at >= now - ONE_LOOK:
            return
        mine = type(self).objects.filter(pk=self.pk)
        # The condition is part of the change: two pages opened at once are one look.
        if mine.filter(Q(seen_at=None) | Q(seen_at__lt=now - ONE_LOOK)).update(seen_at=now):
            Look.objects.create(invitation=self, at=now)


class Look(models.Model):
    """One time at which somebody opened their page."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="looks")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return str(self.at)
