"""The company, its people and territories, and who holds which role where."""

from __future__ import annotations

import datetime
import hashlib
import secrets
import zoneinfo
from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from milepost.team.sight import Sight
from milepost.web.history import record
from milepost.web.models import Editable
from milepost.web.text import name_key


NO_ADDRESS = "@no-address.invalid"
"""The end of the address of people whom an import has named."""


class Role(models.TextChoices):
    """What a person does somewhere; the words are those of `domain.md`."""

    COORDINATOR = "coordinator", _("Sales coordinator")
    SALESPERSON = "salesperson", _("Salesperson")
    ACCOUNT_MANAGER = "account_manager", _("Account manager")
    SALES_MANAGER = "sales_manager", _("Sales manager")
    TEAM_MEMBER = "team_member", _("Team member")
    ADMINISTRATOR = "administrator", _("Administrator")


class Company(Editable):
    """The one company this deployment serves, and what it has settled for everybody."""

    class FiscalCalendar(models.TextChoices):
        MONTHS = "months", _("Calendar months")
        WEEKS_445 = "4-4-5", _("4-4-5 weeks")
        WEEKS_454 = "4-5-4", _("4-5-4 weeks")
        WEEKS_544 = "5-4-4", _("5-4-4 weeks")

    name = models.CharField(_("company name"), max_length=120)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Berlin")
    language = models.CharField(_("language"), max_length=12, default="en")
    fiscal_year_starts = models.PositiveSmallIntegerField(_("fiscal year starts in month"), default=1)
    fiscal_calendar = models.CharField(
        _("fiscal calendar"), max_length=8, choices=FiscalCalendar.choices, default=FiscalCalendar.MONTHS
    )
    week_starts = models.PositiveSmallIntegerField(_("week starts on"), default=0, help_text=_("0 is Monday."))

    def __str__(self) -> str:
        return self.name

    @classmethod
    def the(cls) -> Company:
        """Return the company; raises DoesNotExist before the first-run page has made it."""
        return cls.objects.get(pk=1)

    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Change what the company has settled; raises StaleEdit when somebody was first."""
        return self.edit(by=by, version=version, **values)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def today(self) -> datetime.date:
        """Return the date it is in the company's own time zone."""
        return timezone.now().astimezone(self.zone).date()


class Rate(models.Model):
    """What one unit of a currency was worth in the company's currency from a day on."""

    currency = models.CharField(_("currency"), max_length=3)
    valid_from = models.DateField(_("valid from"))
    value = models.DecimalField(_("worth"), max_digits=20, decimal_places=10)

    class Meta:
        ordering = ["currency", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "valid_from"], name="rate_once_a_day"),
            models.CheckConstraint(condition=Q(value__gt=0), name="rate_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.value.normalize()} ({self.valid_from})"


class Territory(Editable):
    """A part of the market; a tree. `path` holds the ids from the root down: "/1/4/"."""

    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=255, unique=True, editable=False)

    class Meta:
        ordering = ["path"]
        verbose_name_plural = "territories"

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        return self.path.count("/") - 2

    @classmethod
    @transaction.atomic
    def add(cls, *, by: Person | None, name: str, parent: Territory | None = None) -> Territory:
        """Create a territory under `parent`."""
        territory = cls.objects.create(name=name, parent=parent, path=f"new-{secrets.token_hex(8)}")
        territory.path = f"{parent.path if parent else '/'}{territory.pk}/"
        territory.save(update_fields=["path"])
        record(territory, "added", by=by, what={"name": [None, name]})
        return territory

    def revise(self, *, by: Person, name: str, parent: Territory | None, version: int | None = None) -> None:
        """Rename the territory and hang it under another parent."""
        with transaction.atomic():
            self.edit(by=by, version=version, name=name)
            self.move(by=by, parent=parent)

    @transaction.atomic
    def move(self, *, by: Person, parent: Territory | None) -> None:
        """Hang this territory and all below it under another parent."""
        if parent is not None and parent.path.startswith(self.path):
            raise ValueError(_("A territory cannot be moved below itself."))
        old, new = self.path, f"{parent.path if parent else '/'}{self.pk}/"
        if old == new:
            return
        self.edit(by=by, verb="moved", parent=parent)
        for below in Territory.objects.filter(path__startswith=old):
            below.path = new + below.path.removeprefix(old)
            below.save(update_fields=["path"])
        self.path = new


class People(BaseUserManager["Person"]):
    """Find people."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").casefold())

    def working(self) -> models.QuerySet[Person]:
        return self.filter(is_active=True).order_by("name_key", "id")


class Person(AbstractBaseUser, Editable):
    """Somebody who works here. Signs in with the address; what they see follows from their memberships."""

    name = models.CharField(_("name"), max_length=120)
    name_key = models.CharField(max_length=120, editable=False, db_index=True)
    email = models.EmailField(_("e-mail address"), unique=True)
    is_active = models.BooleanField(default=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
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
        person = cls(name=name, name_key=name_key(name), email=email.casefold())
        person.set_password(password)
        person.save()
        record(person, "joined", by=by, what={"name": [None, name]})
        return person

    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Change name, address or time zone; raises StaleEdit when somebody was first."""
        if "name" in values:
            values["name_key"] = name_key(values["name"])
        return self.edit(by=by, version=version, **values)

    @transaction.atomic
    def leave(self, *, by: Person) -> None:
        """Let the person sign in no longer; what they did stays under their name."""
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


class Membership(models.Model):
    """One role of one person in one territory and all below it; scope "own" sees only what they work on."""

    class Scope(models.TextChoices):
        ALL = "all", _("everything in it")
        OWN = "own", _("only their own")

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    scope = models.CharField(_("sees"), max_length=3, choices=Scope.choices, default=Scope.ALL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "territory", "role"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.territory}"

    @classmethod
    @transaction.atomic
    def give(
        cls, *, by: Person | None, person: Person, territory: Territory, role: str, scope: str = Scope.ALL
    ) -> Membership:
        """Give a person a role in a territory."""
        membership, _new = cls.objects.update_or_create(
            person=person, territory=territory, role=role, defaults={"scope": scope}
        )
        record(person, "role given", by=by, what={"role": [None, str(membership)]})
        return membership

    @transaction.atomic
    def take(self, *, by: Person) -> None:
        """Take the role away again; the last administrator keeps theirs."""
        if self.role == Role.ADMINISTRATOR and self.person.is_last_administrator:
            raise ValueError(_("Somebody must be able to administer the company: name another administrator first."))
        record(self.person, "role taken", by=by, what={"role": [str(self), None]})
        self.delete()


class Cover(models.Model):
    """Somebody stands in for an absent person from one day to another, both included."""

    absent = models.ForeignKey(Person, models.CASCADE, related_name="covered_by")
    stand_in = models.ForeignKey(Person, models.CASCADE, related_name="covers", verbose_name=_("stands in"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="cover_ends_after_start"),
            models.CheckConstraint(condition=~Q(absent=models.F("stand_in")), name="cover_by_another"),
        ]

    @classmethod
    @transaction.atomic
    def arrange(
        cls, *, by: Person, absent: Person, stand_in: Person, starts_on: datetime.date, ends_on: datetime.date
    ) -> Cover:
        """Let `stand_in` see and do what `absent` may, from one day to another."""
        cover = cls.objects.create(absent=absent, stand_in=stand_in, starts_on=starts_on, ends_on=ends_on)
        what = {
            "stands in": [None, stand_in.name],
            "from": [None, str(starts_on)],
            "to": [None, str(ends_on)],
        }
        record(absent, "cover arranged", by=by, what=what)
        return cover

    @transaction.atomic
    def cancel(self, *, by: Person) -> None:
        """End the cover at once."""
        self.cancelled_at = timezone.now()
        self.save(update_fields=["cancelled_at"])
        record(self.absent, "cover cancelled", by=by, what={"stands in": [self.stand_in.name, None]})


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
    def make(cls, *, by: Person, person: Person, purpose: str) -> str:
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
