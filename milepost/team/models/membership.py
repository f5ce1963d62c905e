"""Who holds which role where, and who stands in for whom."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from milepost.team.models.territory import Territory
from milepost.web.history import record

if TYPE_CHECKING:
    from milepost.team.models.person import Person


class Role(models.TextChoices):
    """What a person does somewhere; the words are those of `domain.md`."""

    COORDINATOR = "coordinator", _("Sales coordinator")
    SALESPERSON = "salesperson", _("Salesperson")
    ACCOUNT_MANAGER = "account_manager", _("Account manager")
    SALES_MANAGER = "sales_manager", _("Sales manager")
    TEAM_MEMBER = "team_member", _("Team member")
    ADMINISTRATOR = "administrator", _("Administrator")


class Membership(models.Model):
    """One role of one person in one territory and all below it; scope "own" sees only what they work on."""

    class Scope(models.TextChoices):
        ALL = "all", _("everything in it")
        OWN = "own", _("only their own")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
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

    @classmethod
    def hold_administrators_still(cls) -> None:
        """Let no two administrators send each other away at the same moment."""
        list(cls.objects.select_for_update().filter(role=Role.ADMINISTRATOR).order_by("pk").values_list("pk"))

    @transaction.atomic
    def take(self, *, by: Person) -> None:
        """Take the role away again; the last administrator keeps theirs."""
        self.hold_administrators_still()
        if self.role == Role.ADMINISTRATOR and self.person.is_last_administrator:
            raise ValueError(_("Somebody must be able to administer the company: name another administrator first."))
        record(self.person, "role taken", by=by, what={"role": [str(self), None]})
        self.delete()


class Cover(models.Model):
    """Somebody stands in for an absent person from one day to another, both included."""

    absent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="covered_by")
    stand_in = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="covers", verbose_name=_("stands in")
    )
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

    @classmethod
    def of_today(cls, person: Person, today: datetime.date) -> list[Cover]:
        """Return for whom a person stands in today; nothing is asked of those who stand in for nobody."""
        if not person.sight.covered:
            return []
        now = {"starts_on__lte": today, "ends_on__gte": today, "cancelled_at": None}
        return list(person.covers.filter(**now).select_related("absent").order_by("ends_on"))

    @transaction.atomic
    def cancel(self, *, by: Person) -> None:
        """End the cover at once."""
        self.cancelled_at = timezone.now()
        self.save(update_fields=["cancelled_at"])
        record(self.absent, "cover cancelled", by=by, what={"stands in": [self.stand_in.name, None]})
