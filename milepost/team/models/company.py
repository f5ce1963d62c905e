"""The company, and what foreign amounts are worth in its currency."""

from __future__ import annotations

import datetime
import uuid
import zoneinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from milepost.engine.fiscal import Calendar
from milepost.web.history import record
from milepost.web.models import Editable

if TYPE_CHECKING:
    from milepost.team.models.person import Person


LAG = datetime.timedelta(hours=1)


def new_stamp() -> str:
    """Return a text that was never a stamp before."""
    return uuid.uuid4().hex


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
    # Renewed by triggers when a membership, cover, territory or name changes: what is remembered by it is never stale.
    team_stamp = models.CharField(max_length=32, default=new_stamp, editable=False)

    delay_percent = models.PositiveSmallIntegerField(
        _("a year's delay costs, in %"), default=10, validators=[MaxValueValidator(100)]
    )

    accuracy_by_name = models.BooleanField(_("show by name how good people’s calls were"), default=False)

    # How clients see us on shared plans, where a plan says nothing else.
    brand_name = models.CharField(_("our name to clients"), max_length=120, blank=True)
    brand_logo = models.CharField(max_length=120, blank=True, editable=False)
    brand_colour = models.CharField(_("colour"), max_length=7, blank=True)
    brand_language = models.CharField(_("language of clients’ pages"), max_length=12, blank=True)

    # While amounts are being brought to a new currency, some still are in this one; blank when all are done.
    former_currency = models.CharField(max_length=3, blank=True, editable=False)
    # Since when an import writes opportunities whose figures are not all reckoned; None when all are.
    figures_behind_since = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def the(cls) -> Company:
        """Return the company; raises DoesNotExist before the first-run page has made it."""
        return cls.objects.get(pk=1)

    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Change what the company has settled; raises StaleEdit when somebody was first.

        After another currency every amount must be brought to it: see `opportunities/reprice.py`.
        """
        before = self.currency
        with transaction.atomic():
            changed = self.edit(by=by, version=version, **values)
            if self.currency != before:
                former = self.former_currency or before
                self._amounts_are_in(before if former == self.currency else former)
        return changed

    @property
    def clients_language(self) -> str:
        """Return the language in which clients are spoken to, where nothing else is said."""
        return self.brand_language or self.language

    def all_is_priced(self) -> None:
        """Record that every amount has been brought to the company's currency."""
        self._amounts_are_in("")

    def _amounts_are_in(self, former: str) -> None:
        self.former_currency = former
        Company.objects.filter(pk=self.pk).update(former_currency=self.former_currency)

    @staticmethod
    def let_figures_lag() -> None:
        """Record that opportunities are being written whose figures follow later."""
        Company.objects.filter(pk=1).update(figures_behind_since=timezone.now())

    @staticmethod
    def figures_are_back() -> None:
        """Record that every figure is reckoned again."""
        Company.objects.filter(pk=1).update(figures_behind_since=None)

    @property
    def figures_are_behind(self) -> bool:
        """Tell whether some figures are still to be reckoned; a process that died says so for an hour, not for ever."""
        since = self.figures_behind_since
        return since is not None and timezone.now() - since < LAG

    @property
    def fiscal(self) -> Calendar:
        """Return its fiscal calendar."""
        return Calendar(self.fiscal_year_starts, self.fiscal_calendar, self.week_starts)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def today(self) -> datetime.date:
        """Return the date it is in the company's own time zone."""
        return timezone.now().astimezone(self.zone).date()


class Rate(models.Model):
    """What one unit of a currency was worth in another, `base`, from a day on.

    The base is the company's currency of that time: should it change, rates given before are not misread.
    """

    currency = models.CharField(_("currency"), max_length=3)
    base = models.CharField(max_length=3)
    valid_from = models.DateField(_("valid from"))
    value = models.DecimalField(_("worth"), max_digits=20, decimal_places=10)

    class Meta:
        ordering = ["currency", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "base", "valid_from"], name="rate_once_a_day"),
            models.CheckConstraint(condition=Q(value__gt=0), name="rate_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.worth} {self.base} ({self.valid_from})"

    @property
    def worth(self) -> str:
        """Return the figure without its idle noughts; `normalize` alone would make 1E+2 of a hundred."""
        return f"{Decimal(self.value).normalize():f}"

    @classmethod
    @transaction.atomic
    def keep(cls, *, by: Person | None, currency: str, valid_from: datetime.date, value: Decimal) -> Rate:
        """Store what a currency is worth in the company's, in place of a rate of the same day."""
        company = Company.the()
        rate, _new = cls.objects.update_or_create(
            currency=currency, base=company.currency, valid_from=valid_from, defaults={"value": value}
        )
        record(company, "rate kept", by=by, part=currency, what={"rate": [None, str(rate)]})
        return rate


class PlanRate(models.Model):
    """What one unit of a currency counts in another, `base`, for comparing the days of one fiscal year.

    Nothing is priced with it: it takes changing rates out of a comparison.
    """

    year = models.PositiveSmallIntegerField(_("fiscal year"))
    currency = models.CharField(_("currency"), max_length=3)
    base = models.CharField(max_length=3)
    value = models.DecimalField(_("worth"), max_digits=20, decimal_places=10)

    class Meta:
        ordering = ["-year", "currency"]
        constraints = [
            models.UniqueConstraint(fields=["year", "currency", "base"], name="plan_rate_once_a_year"),
            models.CheckConstraint(condition=Q(value__gt=0), name="plan_rate_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.currency} {self.worth} {self.base}"

    @property
    def worth(self) -> str:
        """Return the figure without its idle noughts."""
        return f"{Decimal(self.value).normalize():f}"

    @classmethod
    @transaction.atomic
    def keep(cls, *, by: Person | None, year: int, currency: str, value: Decimal) -> PlanRate:
        """Store what a currency counts in a year's plan, in place of what it counted before."""
        company = Company.the()
        before = cls.objects.filter(year=year, currency=currency, base=company.currency).first()
        rate, _new = cls.objects.update_or_create(
            year=year, currency=currency, base=company.currency, defaults={"value": value}
        )
        record(company, "plan rate kept", by=by, part=currency, what={"rate": [before and str(before), str(rate)]})
        return rate
