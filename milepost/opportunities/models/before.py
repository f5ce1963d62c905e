"""How an opportunity's line stood before its newest report or going back: what a mistaken one is taken back to."""

from __future__ import annotations

from typing import Any

from django.db import models

from milepost.opportunities.models.opportunity import Opportunity
from milepost.opportunities.models.step import Step
from milepost.team.models import Person


class BeforeReport(models.Model):
    """What stood before the newest report, or going back, of an opportunity; `unreport.py` keeps it and brings it back.

    `was` holds the rows of the line by kind and id, `wrote` the ids of the notes and tasks that the report made, or of
    why somebody went back. `last_change` is the newest line of the history once it was made: what is newer may stand
    on it.
    """

    opportunity = models.OneToOneField(Opportunity, models.CASCADE, primary_key=True, related_name="before_report")
    step = models.ForeignKey(Step, models.CASCADE, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    was: Any = models.JSONField()
    wrote: Any = models.JSONField()
    last_change = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.opportunity}, {self.step}"

    @property
    def is_of_going_back(self) -> bool:
        """Tell a going back, which says why, from a report."""
        return bool(self.wrote.get("tailoring"))
