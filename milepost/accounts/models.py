"""Accounts and their contacts: the companies sold to, whose care has no end."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from milepost.team.models import Person, Territory
from milepost.web.history import record
from milepost.web.models import Editable
from milepost.web.search import forget, remember
from milepost.web.text import name_key


class Accounts(models.QuerySet["Account"]):
    """Questions about many accounts."""

    def visible_to(self, person: Person) -> Accounts:
        """Keep the accounts of the person's territories and those they look after."""
        sight = person.sight
        return self.filter(Q(territory_id__in=sight.territories) | Q(manager_id__in=sight.people)).filter(
            merged_into=None
        )

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
    website = models.URLField(_("website"), max_length=300, blank=True)
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
        account = cls.objects.create(name=name, name_key=name_key(name), territory=territory, **values)
        record(account, "added", by=by, what={"name": [None, name]})
        account.be_found()
        return account

    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Change the account's own fields; raises StaleEdit when somebody was first."""
        if "name" in values:
            values["name_key"] = name_key(values["name"])
        with transaction.atomic():
            changed = self.edit(by=by, version=version, **values)
            self.be_found()
        return changed

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

    def visible_to(self, person: Person) -> Contacts:
        """Keep the contacts of accounts the person sees."""
        return self.filter(account__in=Account.objects.visible_to(person))

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
        """Create a contact at an account."""
        contact = cls.objects.create(account=account, name=name, name_key=name_key(name), **values)
        record(account, "contact added", by=by, part=name, what={"contact": [None, name]})
        contact.be_found()
        return contact

    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Change the contact's own fields; raises StaleEdit when somebody was first."""
        if "name" in values:
            values["name_key"] = name_key(values["name"])
        with transaction.atomic():
            changed = self.edit(by=by, version=version, **values)
            self.be_found()
        return changed

    def be_found(self) -> None:
        """Keep what search knows of the contact up to date."""
        remember(
            self,
            text=f"{self.name} {self.job_title} {self.account.name}",
            territory_id=self.account.territory_id,
        )
