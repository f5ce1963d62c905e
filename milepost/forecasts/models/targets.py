"""Targets: what is to be won in a period, by a territory, a person or an offer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from milepost.forecasts.models.restated import Restated
from milepost.opportunities.models import Offer
from milepost.team.models import Company, Person, Role, Territory
from milepost.web import words
from milepost.web.history import record
from milepost.web.models import Editable

if TYPE_CHECKING:
    from milepost.engine.fiscal import Calendar, Period


class Targets(models.QuerySet["Target"]):
    """Questions about many targets."""

    def visible_to(self, person: Person) -> Targets:
        """Keep those of territories where the person holds a role."""
        held = set().union(person.sight.territories, *person.sight.roles.values())
        return self.filter(territory_id__in=held)


class Target(Restated, Editable):
    """What one territory, or a person in it, is to win in a fiscal period, in the company's currency of that day.

    `period` is the key of a fiscal period ("2027-Q1"), whose days follow from the company's calendar. With an
    `offer` it counts what is won of that alone.
    """

    period = models.CharField(_("period"), max_length=24)
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="+", verbose_name=_("territory"))
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    offer = models.ForeignKey(Offer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("offer"))
    amount_minor = models.BigIntegerField(_("target"))
    # Null is never equal to null: without this text two targets for the same whole territory could stand.
    whose = models.CharField(max_length=80, editable=False)

    objects = Targets.as_manager()

    class Meta:
        ordering = ["period", "territory", "id"]
        constraints = [
            models.UniqueConstraint(fields=["period", "whose"], name="target_once"),
            models.CheckConstraint(condition=models.Q(amount_minor__gte=0), name="target_is_not_below_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.period}, {self.person or self.territory}"

    @staticmethod
    def name_of(territory: int, person: int | None, offer: int | None) -> str:
        """Return the text that tells one whose from another."""
        return f"{territory}/{person or 0}/{offer or 0}"

    @classmethod
    @transaction.atomic
    def set(
        cls,
        *,
        by: Person | None,
        period: str,
        territory: Territory,
        amount_minor: int,
        currency: str = "",
        person: Person | None = None,
        offer: Offer | None = None,
    ) -> Target:
        """Set what is to be won; an earlier target for the same is changed, and its history keeps what it was."""
        whose = cls.name_of(territory.pk, person.pk if person else None, offer.pk if offer else None)
        money: dict[str, Any] = {"amount_minor": amount_minor, "currency": currency or Company.the().currency}
        target = cls.objects.filter(period=period, whose=whose).first()
        if target is not None:
            target.edit(by=by, **money, rate=None, rate_currency="", rate_on=None)
            return target
        values = {"territory": territory, "person": person, "offer": offer}
        target = cls.objects.create(period=period, whose=whose, **values, **money)
        record(target, "set", by=by, what={"amount_minor": [None, amount_minor]})
        return target

    @transaction.atomic
    def drop(self, *, by: Person) -> None:
        """Take the target away; its history stays."""
        # The row goes: its territory tells that it was there.
        was = words.money(self.amount_minor, self.currency)
        record(self.territory, "target taken away", by=by, what={"target": [was, None]}, part=str(self))
        self.delete()


def managed(person: Person) -> frozenset[int]:
    """Return the territories in which a person sets targets: as their sales manager or an administrator."""
    roles = person.sight.roles
    return roles.get(Role.SALES_MANAGER, frozenset()) | roles.get(Role.ADMINISTRATOR, frozenset())


def target_of(calendar: Calendar, period: Period, amounts: Mapping[str, int]) -> int | None:
    """Return what is to be won in a period: the target set for it, or the sum of those of its quarters or months.

    A target for a longer period is never shared out: nobody said that each quarter is a fourth of the year.
    """
    if period.key in amounts:
        return amounts[period.key]
    for kind in ("quarter", "month"):
        parts = [part.key for part in calendar.within(kind, period)] if kind != period.kind else []
        if len(parts) > 1 and all(key in amounts for key in parts):
            return sum(amounts[key] for key in parts)
    return None
