"""What a client says once the opportunity has ended: three or four questions, answered in a minute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from milepost.opportunities.models import Opportunity, Outcome
from milepost.plans.models.invitation import Invitation
from milepost.web.history import record

EASY = (1, 5)
ASKED_OF = {
    Outcome.Kind.WON: _("What made you choose us?"),
    Outcome.Kind.LOST: _("What spoke against us in the end?"),
    Outcome.Kind.NO_DECISION: _("What kept it from being decided?"),
}
"""What is asked first, by how it ended; what we stopped ourselves is nothing to ask the client about."""


class Afterword(models.Model):
    """One contact's answers after one end. Each may be empty; answered again, the newer ones count."""

    link = models.ForeignKey(Invitation, models.CASCADE, related_name="afterwords")
    outcome = models.ForeignKey(Outcome, models.CASCADE, related_name="afterwords")
    decided = models.TextField(_("What decided it?"), max_length=2000, blank=True)
    better = models.TextField(_("What should we have done better?"), max_length=2000, blank=True)
    ease = models.PositiveSmallIntegerField(
        _("How easy was it to work with us?"),
        null=True,
        blank=True,
        validators=[MinValueValidator(EASY[0]), MaxValueValidator(EASY[1])],
    )
    more = models.TextField(_("Anything else?"), max_length=2000, blank=True)
    at = models.DateTimeField(auto_now=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["at"], condition=Q(mailed_at=None), name="plan_afterword_unmailed")]
        constraints = [models.UniqueConstraint(fields=["link", "outcome"], name="plan_afterword_once")]

    def __str__(self) -> str:
        return str(self.link.contact)

    @classmethod
    @transaction.atomic
    def say(cls, link: Invitation, outcome: Outcome, **answers: Any) -> Afterword:
        """Keep what a contact answers."""
        Opportunity.objects.get(pk=outcome.opportunity_id).hold_still()
        row, _new = cls.objects.update_or_create(link=link, outcome=outcome, defaults=answers)
        record(outcome.opportunity, "client looked back", by=None, part=str(link.contact))
        return row


def told_of(outcomes: Iterable[Outcome]) -> dict[int, list[Afterword]]:
    """Return what clients answered after these ends, by the outcome's id; one question."""
    found: dict[int, list[Afterword]] = defaultdict(list)
    for row in Afterword.objects.filter(outcome__in=list(outcomes)).select_related("link__contact"):
        found[row.outcome_id].append(row)
    return found


def end_of(link: Invitation) -> Outcome | None:
    """Return how the plan's opportunity ended; None while it is open. Only what is open has a standing."""
    opportunity = link.plan.opportunity
    return None if hasattr(opportunity, "standing") else opportunity.outcome
