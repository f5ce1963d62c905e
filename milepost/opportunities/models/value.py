"""What an opportunity is worth and to whom: offers, value lines, parties, programmes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from milepost.accounts.models import Account
from milepost.opportunities.models.opportunity import Opportunity, Parts
from milepost.opportunities.models.step import NotAllowed
from milepost.team.models import Person, Territory
from milepost.team.money import MOST_MINOR
from milepost.web.history import record, record_removal
from milepost.web.models import Editable


class Offer(Editable):
    """Something the company sells, with its list price in minor units."""

    name = models.CharField(_("offer"), max_length=200, unique=True)
    price_minor = models.BigIntegerField(_("list price"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ValueLine(Editable):
    """One line of an opportunity's value: quantity × price − discount, one-off or yearly for a term."""

    class Rhythm(models.TextChoices):
        ONCE = "once", _("one-off")
        YEARLY = "yearly", _("yearly")

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="value_lines")
    offer = models.ForeignKey(Offer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("offer"))
    name = models.CharField(_("what"), max_length=200)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3, default=Decimal(1))
    price_minor = models.BigIntegerField(_("price"))
    discount = models.DecimalField(_("discount %"), max_digits=5, decimal_places=2, default=Decimal(0))
    rhythm = models.CharField(_("how often"), max_length=6, choices=Rhythm.choices, default=Rhythm.ONCE)
    term_months = models.PositiveIntegerField(_("term in months"), null=True, blank=True)
    margin_share = models.DecimalField(_("margin %"), max_digits=5, decimal_places=2, null=True, blank=True)

    objects = Parts.as_manager()

    class Meta:
        ordering = ["opportunity", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(rhythm="yearly") | Q(term_months__gt=0), name="a_yearly_line_has_a_term"
            ),
            models.CheckConstraint(condition=Q(discount__gte=0, discount__lte=100), name="discount_is_a_share"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def total_minor(self) -> int:
        """Return the line's whole value over its term, in minor units."""
        years = Decimal(self.term_months or 0) / 12 if self.rhythm == self.Rhythm.YEARLY else Decimal(1)
        return int((self.price_minor * self.quantity * years * (100 - self.discount) / 100).to_integral_value())

    @property
    def in_a_year_minor(self) -> int:
        """Return what a yearly line is worth in one year."""
        return int((self.price_minor * self.quantity * (100 - self.discount) / 100).to_integral_value())

    @property
    def margin_minor(self) -> int | None:
        if self.margin_share is None:
            return None
        return int((self.total_minor * self.margin_share / 100).to_integral_value())

    @classmethod
    @transaction.atomic
    def add(cls, opportunity: Opportunity, *, by: Person | None, **values: Any) -> ValueLine:
        """Add a line; the opportunity's value becomes the sum of its lines."""
        value_line = cls.objects.create(opportunity=opportunity, **values)
        what = {"line": [None, value_line.total_minor]}
        record(opportunity, "value line added", by=by, part=value_line.name, what=what)
        cls.sum_up(opportunity, by=by)
        return value_line

    @transaction.atomic
    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Change the line; the opportunity's value follows."""
        was = self.total_minor
        changed = self.edit(by=by, version=version, **values)
        if changed:
            what = {"line": [was, self.total_minor]}
            record(self.opportunity, "value line changed", by=by, part=self.name, what=what)
            self.sum_up(self.opportunity, by=by)
        return changed

    @transaction.atomic
    def remove(self, *, by: Person) -> None:
        """Take the line out; the history keeps it."""
        opportunity, name = self.opportunity, self.name
        record_removal(self, of=opportunity, by=by)
        record(opportunity, "value line removed", by=by, part=name, what={"line": [self.total_minor, None]})
        self.delete()
        self.sum_up(opportunity, by=by)

    @classmethod
    def sum_up(cls, opportunity: Opportunity, *, by: Person | None) -> None:
        """Let the opportunity's value and margin be the sums of its lines, when there are any."""
        lines = list(opportunity.value_lines.all())
        if not lines:
            return
        total = sum(line.total_minor for line in lines)
        if not 0 <= total <= MOST_MINOR:
            raise NotAllowed(_("The lines add up to less than nothing.") if total < 0 else _("This is too much."))
        margins = [line.margin_minor for line in lines]
        margin = sum(m for m in margins if m is not None) if None not in margins else opportunity.margin_minor
        opportunity.revise(by=by, value_minor=total, margin_minor=margin)


class Party(models.Model):
    """Another company's part in an opportunity."""

    class Part(models.TextChoices):
        END_USER = "end_user", _("End user")
        BUYER = "buyer", _("Buyer")
        INTEGRATOR = "integrator", _("Integrator")
        RESELLER = "reseller", _("Reseller")
        ADVISER = "adviser", _("Adviser")

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="parties")
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("account")
    )
    name = models.CharField(_("company"), max_length=200)
    part = models.CharField(_("part"), max_length=12, choices=Part.choices)

    objects = Parts.as_manager()

    class Meta:
        ordering = ["opportunity", "id"]
        verbose_name_plural = "parties"

    def __str__(self) -> str:
        return f"{self.name}, {self.get_part_display()}"

    @classmethod
    @transaction.atomic
    def add(cls, opportunity: Opportunity, *, by: Person | None, **values: Any) -> Party:
        """Give another company a part."""
        party = cls.objects.create(opportunity=opportunity, **values)
        record(opportunity, "party added", by=by, part=str(party))
        opportunity.weigh()
        return party

    @transaction.atomic
    def remove(self, *, by: Person) -> None:
        """Take the company's part away; the history keeps it."""
        record(self.opportunity, "party removed", by=by, part=str(self))
        self.delete()
        self.opportunity.weigh()


class Programmes(models.QuerySet["Programme"]):
    """Questions about many programmes."""

    def visible_to(self, person: Person) -> Programmes:
        """Keep those of opportunities the person sees, and those of their territories that have none yet.

        One whose sites are all confidential is its teams' only, as they are.
        """
        mine = Opportunity.objects.visible_to(person).exclude(programme=None).values("programme")
        return self.filter(Q(pk__in=mine) | Q(sites=None, territory_id__in=person.sight.territories))


class Programme(Editable):
    """A frame and its sites or waves, each an opportunity of its own; value counts once, in the sites.

    Two may have the same name: that another's is taken would tell of what one does not see.
    """

    name = models.CharField(_("programme"), max_length=200)
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="programmes")
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="+")
    frame = models.ForeignKey(
        Opportunity,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("frame agreement"),
    )

    objects = Programmes.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    @transaction.atomic
    def add(cls, *, by: Person | None, name: str, territory: Territory, **values: Any) -> Programme:
        """Create a programme."""
        programme = cls.objects.create(name=name, territory=territory, **values)
        record(programme, "added", by=by, what={"name": [None, name]})
        return programme

    def frame_by(self, opportunity: Opportunity, *, by: Person) -> None:
        """Let this opportunity be the frame agreement of the programme."""
        self.edit(by=by, verb="framed", frame=opportunity)
