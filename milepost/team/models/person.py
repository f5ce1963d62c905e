"""People: who works here, and how they come in."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from milepost.team.models.company import Company
from milepost.team.models.membership import Membership, Role
from milepost.team.sight import Sight
from milepost.web.history import record
from milepost.web.models import Editable
from milepost.web.text import NO_ADDRESS, name_key

person_renamed = Signal()
"""Sent within the transaction, with `person`: folders above keep names where they are read often."""


class People(BaseUserManager["Person"]):
    """Find people."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").casefold())

    def working(self) -> models.QuerySet[Person]:
        """Return who has not left, by name; those whom an import named and who cannot sign in yet come last."""
        unreached = models.ExpressionWrapper(Q(email__endswith=NO_ADDRESS), models.BooleanField())
        return self.filter(is_active=True).order_by(unreached, "name_key", "id")

    def signing_in(self) -> models.QuerySet[Person]:
        """Return of those who work here the ones who can sign in, or could with the link they were given, by name."""
        return self.working().exclude(email__endswith=NO_ADDRESS).order_by("name_key", "id")


class Person(AbstractBaseUser, Editable):
    """Somebody who works here. Signs in with the address; what they see follows from their memberships."""

    name = models.CharField(_("name"), max_length=120)
    name_key = models.CharField(max_length=120, editable=False, db_index=True)
    email = models.EmailField(_("e-mail address"), unique=True)
    is_active = models.BooleanField(default=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    plan_mail = models.BooleanField(
        _("mail me what clients do on their shared plans"),
        default=True,
        help_text=_(
            "Of what you coordinate or sell: once a day, and within minutes a date they propose, a time they pick, "
            "and their yes to a plan."
        ),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    company: Company | None = None  # set by the middleware

    objects = People()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name_key", "id"]
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name

    @classmethod
    @transaction.atomic
    def join(cls, *, by: Person | None, name: str, email: str, password: str | None = None) -> Person:
        """Add a person; without a password they cannot sign in until they have used an invitation."""
        person = cls(name=name, name_key=name_key(name)[:120], email=email.casefold())
        person.set_password(password)
        person.save()
        record(person, "joined", by=by, what={"name": [None, name]})
        return person

    @transaction.atomic
    def revise(self, *, by: Person | None, version: int | None = None, verb: str = "", **values: Any) -> bool:
        """Change name, address or time zone; raises StaleEdit when somebody was first."""
        renamed = "name" in values and values["name"] != self.name
        if "name" in values:
            values["name_key"] = name_key(values["name"])[:120]
        changed = self.edit(by=by, version=version, verb=verb, **values)
        if renamed:
            person_renamed.send(Person, person=self)
        return changed

    @transaction.atomic
    def leave(self, *, by: Person) -> None:
        """Let the person sign in no longer; what they did stays under their name."""
        Membership.hold_administrators_still()
        if self.is_last_administrator:
            raise ValueError(_("Somebody must be able to administer the company: name another administrator first."))
        self.edit(by=by, verb="left", is_active=False)

    def come_back(self, *, by: Person) -> None:
        """Let the person sign in again."""
        self.edit(by=by, verb="came back", is_active=True)

    @property
    def is_from_import(self) -> bool:
        """Tell whether an import named this person, and nobody has given them a real address yet."""
        return self.email.endswith(NO_ADDRESS)

    @property
    def is_awaited(self) -> bool:
        """Tell whether the person is known here and has never been in: named by an import, or invited at most."""
        return self.is_from_import or (self.is_active and not self.has_usable_password())

    def admit(self, *, by: Person) -> str:
        """Return the token of a link with which the person sets a password; raises ValueError without an address."""
        if self.is_from_import:
            raise ValueError(_("Give this person their e-mail address first: they came with an import."))
        if not self.is_active:
            self.come_back(by=by)
        known = self.has_usable_password()
        purpose = AccessLink.Purpose.RESET if known else AccessLink.Purpose.INVITATION
        return AccessLink.make(by=by, person=self, purpose=purpose)

    @property
    def is_last_administrator(self) -> bool:
        """Tell whether nobody else who is here administers the company."""
        admins = Membership.objects.filter(role=Role.ADMINISTRATOR, person__is_active=True)
        return admins.filter(person=self).exists() and not admins.exclude(person=self).exists()

    @property
    def initials(self) -> str:
        words = self.name.split()
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()

    @cached_property
    def sight(self) -> Sight:
        """What this person may see and do today; resolved once per request."""
        return Sight.of(self)

    def acting_for(self, subject: Any) -> int | None:
        """Return the id of the absent person for whom this one acts on `subject`, if there is one."""
        owners = set(subject.people_ids()) if hasattr(subject, "people_ids") else set()
        if self.pk in owners:
            return None
        return min(owners & self.sight.covered, default=None)


class AccessLink(models.Model):
    """A one-time link with which a person sets a password; only its hash is kept."""

    class Purpose(models.TextChoices):
        INVITATION = "invitation"
        RESET = "reset"

    DAYS = {Purpose.INVITATION: 14, Purpose.RESET: 2}

    person = models.ForeignKey(Person, models.CASCADE, related_name="access_links")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    @staticmethod
    def hash(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()

    @classmethod
    @transaction.atomic
    def make(cls, *, by: Person | None, person: Person, purpose: str) -> str:
        """Return a fresh token for the person; earlier unused links stop working."""
        token = secrets.token_urlsafe(32)
        cls.objects.filter(person=person, used_at=None).update(used_at=timezone.now())
        days = datetime.timedelta(days=cls.DAYS[cls.Purpose(purpose)])
        cls.objects.create(person=person, purpose=purpose, token_hash=cls.hash(token), expires_at=timezone.now() + days)
        record(person, f"{purpose} link made", by=by)
        return token

    @classmethod
    def usable(cls, token: str) -> AccessLink | None:
        """Return the link of a token that has neither been used nor run out."""
        links = cls.objects.filter(token_hash=cls.hash(token), used_at=None, expires_at__gt=timezone.now())
        return links.select_related("person").first()

    @transaction.atomic
    def use(self, *, password: str) -> Person:
        """Set the person's password and spend the link."""
        self.used_at = timezone.now()
        self.save(update_fields=["used_at"])
        self.person.set_password(password)
        self.person.save(update_fields=["password"])
        record(self.person, "password set", by=self.person)
        return self.person
