"""Accounts and their contacts: the companies sold to, whose care has no end."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from milepost.team.models import Person, Territory
from milepost.team.sight import Sees
from milepost.web.history import record
from milepost.web.models import Editable
from milepost.web.search import forget, remember
from milepost.web.text import name_key


class WebAddress(models.URLField):
    """An address on the web; what is typed without a scheme is taken for https."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"assume_scheme": "https", **kwargs})

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.URLField", args, kwargs  # the database knows no difference


TITLES = ("dr", "prof", "dipl", "ing", "mr", "mrs", "ms", "herr", "frau")


def seen_by(person: Sees, of: str = "") -> Q:
    """Return the condition under which `person` sees an account: of their territories, of one above, or in their care.

    An account of a territory is sold to by all its parts. `of` leads from other rows to their account ("account__").
    """
    return within_sight(person, of) & Q((f"{of}merged_into", None))


def within_sight(person: Sees, of: str = "") -> Q:
    """Return the same condition without regard to whether the account was merged away since."""
    sight = person.sight
    return Q((f"{of}territory_id__in", sight.territories | sight.above)) | Q((f"{of}manager_id__in", sight.people))


class Accounts(models.QuerySet["Account"]):
    """Questions about many accounts."""

    def visible_to(self, person: Sees) -> Accounts:
        """Keep the accounts of the person's territories and of those above, and those they look after."""
        return self.filter(seen_by(person))

    def selected(self) -> Accounts:
        return self.filter(selected_on__isnull=False)


class Account(Editable):
    """A company sold to; accounts form a tree (a group and its companies)."""

    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200, editable=False, db_index=True)
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="accounts", verbose_name=_("territory"))
    manager = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="accounts",
        verbose_name=_("account manager"),
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    sector = models.CharField(_("sector"), max_length=120, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=120, blank=True)
    website = WebAddress(_("website"), max_length=300, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    description = models.TextField(_("description"), blank=True)
    selected_on = models.DateField(_("selected account since"), null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = Accounts.as_manager()

    class Meta:
        ordering = ["name_key", "id"]
        indexes = [models.Index(fields=["territory", "name_key", "id"], name="account_by_territory")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    @transaction.atomic
    def add(cls, *, by: Person | None, name: str, territory: Territory, **values: Any) -> Account:
        """Create an account."""
        account = cls.objects.create(name=name, name_key=name_key(name)[:200], territory=territory, **values)
        record(account, "added", by=by, what={"name": [None, name]})
        account.be_found()
        return account

    def revise(self, *, by: Person | None, version: int | None = None, **values: Any) -> bool:
        """Change the account's own fields; raises StaleEdit when somebody was first, ValueError for a circle."""
        if values.get("parent") is not None:
            self.may_belong_to(values["parent"])
        renamed = "name" in values and values["name"] != self.name
        with transaction.atomic():
            changed = self.edit(by=by, version=version, **values)
            if renamed:
                self.name_key = name_key(self.name)[:200]
                self.save(update_fields=["name_key"])
                self.opportunities.account_renamed()
            self.be_found()
        return changed

    def may_belong_to(self, parent: Account) -> None:
        """Raise ValueError when `parent` is this account or stands below it."""
        above: Account | None = parent
        seen: set[int] = set()
        while above is not None and above.pk not in seen:
            if above.pk == self.pk:
                raise ValueError(
                    _("“%(parent)s” belongs to “%(name)s” itself; that would make a circle.")
                    % {"parent": parent.name, "name": self.name}
                )
            seen.add(above.pk)
            above = above.parent

    @property
    def web_address(self) -> str:
        """Return the website if a browser may safely follow it; an import may have brought anything."""
        return self.website if self.website.startswith(("https://", "http://")) else ""

    def is_seen_by(self, person: Person) -> bool:
        """Tell of a row at hand what `visible_to` asks of many."""
        sight = person.sight
        mine = self.territory_id in sight.territories | sight.above or self.manager_id in sight.people
        return mine and self.merged_into_id is None

    def hold_still(self) -> None:
        """Let nobody merge the account away before this transaction ends; raises ValueError when somebody has."""
        rows = Account.objects.select_for_update(of=("self",)).order_by()
        into = rows.values_list("merged_into_id", flat=True).get(pk=self.pk)
        if into is not None:
            raise ValueError(_("“%s” was merged into another account a moment ago. Send this again.") % self.name)

    def people_ids(self) -> list[int]:
        return [self.manager_id] if self.manager_id else []

    def be_found(self) -> None:
        """Keep what search knows of the account and its contacts up to date."""
        if self.merged_into_id:
            forget(self)
        else:
            remember(self, text=f"{self.name} {self.city} {self.sector}", territory_id=self.territory_id)
        for contact in self.contacts.all():
            contact.be_found()


class Contacts(models.QuerySet["Contact"]):
    """Questions about many contacts."""

    def visible_to(self, person: Sees) -> Contacts:
        """Keep the contacts of accounts the person sees."""
        return self.filter(seen_by(person, "account__"))

    def here(self) -> Contacts:
        return self.filter(left_on=None)


class Contact(Editable):
    """A person at an account."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="contacts")
    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200, editable=False, db_index=True)
    job_title = models.CharField(_("job title"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    opted_out = models.BooleanField(_("wants no messages"), default=False)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = Contacts.as_manager()

    class Meta:
        ordering = ["name_key", "id"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    @transaction.atomic
    def add(cls, *, by: Person | None, account: Account, name: str, **values: Any) -> Contact:
        """Create a contact at an account; raises ValueError when that was merged away."""
        account.hold_still()
        contact = cls.objects.create(account=account, name=name, name_key=name_key(name)[:200], **values)
        record(account, "contact added", by=by, part=name, what={"contact": [None, name]})
        contact.be_found()
        return contact

    def revise(self, *, by: Person | None, version: int | None = None, **values: Any) -> bool:
        """Change the contact's own fields; raises StaleEdit when somebody was first."""
        with transaction.atomic():
            changed = self.edit(by=by, version=version, **values)
            if "name" in values:
                self.name_key = name_key(self.name)[:200]
                self.save(update_fields=["name_key"])
            self.be_found()
        return changed

    @property
    def initials(self) -> str:
        words = [word for word in self.name.split() if word.strip(".").casefold() not in TITLES] or [self.name]
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()

    def leave(self, *, by: Person, on: datetime.date) -> None:
        """Record that the person has left the account; what they did there stays."""
        self.edit(by=by, verb="left", left_on=on)

    def come_back(self, *, by: Person) -> None:
        """Take the leaving back."""
        self.edit(by=by, verb="came back", left_on=None)

    def be_found(self) -> None:
        """Keep what search knows of the contact up to date."""
        remember(
            self,
            text=f"{self.name} {self.job_title} {self.account.name}",
            territory_id=self.account.territory_id,
        )


class Merge(models.Model):
    """Two accounts were one company: `gone` went into `kept`; `merge.py` does it and takes it back.

    `moved` lists the ids of what was pointed at `kept`, by column; `learnt` are facts taken over, `was` those before.
    """

    kept = models.ForeignKey(Account, models.PROTECT, related_name="merges")
    gone = models.ForeignKey(Account, models.PROTECT, related_name="+")
    moved = models.JSONField(default=dict)
    learnt = models.JSONField(default=dict)
    was = models.JSONField(default=dict)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
