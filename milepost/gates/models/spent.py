"""Time that people have put into an opportunity, beside what its gates have released."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from milepost.opportunities.models import Opportunity
from milepost.opportunities.models.opportunity import Parts
from milepost.team.models import Person, Role
from milepost.web.history import record
from milepost.web.models import Editable


class Spent(Editable):
    """Hours of one person on one day; `role` is what they did it as, and decides what the hours cost."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="spent", verbose_name=_("opportunity"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("who"))
    role = models.CharField(_("as"), max_length=20, choices=Role.choices)
    hours = models.FloatField(_("hours"))
    on = models.DateField(_("on"))
    note = models.CharField(_("what for"), max_length=300, blank=True)

    objects = Parts.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [models.CheckConstraint(condition=Q(hours__gt=0, hours__lte=24), name="spent_within_a_day")]
        indexes = [models.Index(fields=["opportunity", "-on"], name="spent_on_opportunity")]

    def __str__(self) -> str:
        return f"{self.hours:g} h {self.person}"

    @classmethod
    @transaction.atomic
    def log(cls, opportunity: Opportunity, *, by: Person, person: Person, hours: float, **values: Any) -> Spent:
        """Log time that somebody has put in."""
        row = cls.objects.create(opportunity=opportunity, person=person, hours=hours, **values)
        what = {"hours": [None, hours], "on": [None, row.on.isoformat()]}
        record(opportunity, "time logged", by=by, part=str(person), what=what, reason=row.note)
        return row

    @transaction.atomic
    def take_out(self, *, by: Person) -> None:
        """Take an entry out that was wrong; the history keeps it."""
        what = {"hours": [self.hours, None], "on": [self.on.isoformat(), None]}
        record(self.opportunity, "time taken out", by=by, part=str(self.person), what=what, reason=self.note)
        self.delete()
