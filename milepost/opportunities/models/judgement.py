"""Judgements: what a person thinks of an opportunity, beside the model's figure and never mixed with it."""

from __future__ import annotations

import datetime

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.opportunities.models.opportunity import Opportunity, Parts
from milepost.opportunities.models.step import NotAllowed
from milepost.team.models import Person
from milepost.web.history import record


class Category(models.TextChoices):
    """The forecast categories, with the names every sales tool uses."""

    OMITTED = "omitted", gettext_lazy("Omitted")
    PIPELINE = "pipeline", gettext_lazy("Pipeline")
    BEST_CASE = "best_case", gettext_lazy("Best case")
    COMMIT = "commit", gettext_lazy("Commit")


class Judgement(models.Model):
    """A person's own category, probability or closing date, with its day and author; never overwritten."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="judgements")
    on = models.DateField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    category = models.CharField(gettext_lazy("category"), max_length=10, choices=Category.choices, blank=True)
    probability = models.FloatField(gettext_lazy("my own chance"), null=True, blank=True)
    close_on = models.DateField(gettext_lazy("my own closing date"), null=True, blank=True)
    note = models.TextField(gettext_lazy("why"), blank=True)

    objects = Parts.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(probability=None) | Q(probability__gte=0, probability__lte=1),
                name="judgement_is_a_probability",
            )
        ]

    @classmethod
    @transaction.atomic
    def give(
        cls,
        opportunity: Opportunity,
        *,
        by: Person,
        on: datetime.date,
        category: str = "",
        probability: float | None = None,
        close_on: datetime.date | None = None,
        note: str = "",
    ) -> Judgement:
        """Keep what a person thinks today; earlier judgements stay."""
        if opportunity.outcome is not None:
            raise NotAllowed(_("This opportunity has ended: there is nothing left to judge."))
        judgement = cls.objects.create(
            opportunity=opportunity, by=by, on=on, category=category, probability=probability, close_on=close_on,
            note=note,
        )  # fmt: skip
        said = {"category": category, "probability": probability, "close": close_on and close_on.isoformat()}
        what = {name: [None, value] for name, value in said.items() if value not in (None, "")}
        record(opportunity, "judged", by=by, what=what, reason=note)
        opportunity.restand()
        return judgement
