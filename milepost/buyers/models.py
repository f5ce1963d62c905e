"""Stakeholders: a contact's part in one opportunity."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from milepost.accounts.models import Contact
from milepost.opportunities.models import Opportunity
from milepost.opportunities.models.opportunity import Parts
from milepost.team.models import Person
from milepost.web.history import plain, record, record_removal
from milepost.web.models import Editable


class Stakeholder(Editable):
    """A contact, or a placeholder for one not yet known, with buying role, stance and our access."""

    class Role(models.TextChoices):
        ECONOMIC = "economic_buyer", _("Economic buyer")
        TECHNICAL = "technical_buyer", _("Technical buyer")
        USER = "user_buyer", _("User buyer")
        CHAMPION = "champion", _("Champion")
        APPROVER = "approver", _("Approver")
        EVALUATOR = "evaluator", _("Evaluator")
        LEGAL = "legal", _("Legal")
        PROCUREMENT = "procurement", _("Procurement")
        INFLUENCER = "influencer", _("Influencer")
        BLOCKER = "blocker", _("Blocker")

    class Stance(models.TextChoices):
        ENEMY = "enemy", _("Against")
        NON_SUPPORTER = "non_supporter", _("Rather against")
        NEUTRAL = "neutral", _("Neutral")
        SUPPORTER = "supporter", _("For")
        MENTOR = "mentor", _("For, and helps us")

    class Access(models.TextChoices):
        NONE = "none", _("none")
        BRIEF = "brief", _("brief")
        SEVERAL = "several", _("several contacts")
        DEEP = "in_depth", _("in depth")

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="stakeholders")
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("contact")
    )
    placeholder = models.CharField(_("not yet known"), max_length=200, blank=True)
    role = models.CharField(_("buying role"), max_length=20, choices=Role.choices, blank=True)
    stance = models.CharField(_("stance"), max_length=20, choices=Stance.choices, blank=True)
    access = models.CharField(_("access"), max_length=10, choices=Access.choices, blank=True)
    since = models.DateField(auto_now_add=True)

    objects = Parts.as_manager()

    class Meta:
        ordering = ["opportunity", "id"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "contact"], name="stakeholder_once"),
            models.CheckConstraint(
                condition=models.Q(contact__isnull=False) | ~models.Q(placeholder=""),
                name="stakeholder_is_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.contact) if self.contact else self.placeholder

    @property
    def side(self) -> str:
        """Return where they stand, as it is drawn: for, neutral, against or unknown."""
        return SIDES.get(self.stance, "unknown")

    @property
    def initials(self) -> str:
        words = str(self).split()
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()

    @classmethod
    @transaction.atomic
    def add(cls, opportunity: Opportunity, *, by: Person | None, **values: Any) -> Stakeholder:
        """Give a contact, or somebody not yet known, a part in the opportunity."""
        stakeholder = cls.objects.create(opportunity=opportunity, **values)
        record(opportunity, "stakeholder added", by=by, part=str(stakeholder))
        return stakeholder

    @transaction.atomic
    def remove(self, *, by: Person) -> None:
        """Take the part away; the history keeps it, and the contact stays."""
        record_removal(self, of=self.opportunity, by=by)
        record(self.opportunity, "stakeholder removed", by=by, part=str(self))
        self.delete()

    @transaction.atomic
    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Change role, stance or access; the history keeps the old ones with their day."""
        before = {name: getattr(self, name) for name in values}
        changed = self.edit(by=by, version=version, **values)
        if changed:
            what = {n: [plain(before[n]), plain(v)] for n, v in values.items() if before[n] != v}
            record(self.opportunity, "stakeholder changed", by=by, part=str(self), what=what)
        return changed


SIDES: dict[str, str] = {
    Stakeholder.Stance.ENEMY: "against",
    Stakeholder.Stance.NON_SUPPORTER: "against",
    Stakeholder.Stance.NEUTRAL: "neutral",
    Stakeholder.Stance.SUPPORTER: "for",
    Stakeholder.Stance.MENTOR: "for",
}
