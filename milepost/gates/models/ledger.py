"""What stopping early has freed, what was made of it, and whether stopping was right."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.accounts.models import Account
from milepost.gates.models.decision import GateDecision
from milepost.opportunities.models import Opportunity, Rival
from milepost.opportunities.models.opportunity import seen_by
from milepost.opportunities.models.step import NotAllowed
from milepost.team.models import Person
from milepost.web.history import record
from milepost.web.models import Editable


class OfDecisions(models.QuerySet[Any]):
    """What belongs to a decision is seen by whoever sees its opportunity."""

    def visible_to(self, person: Person) -> OfDecisions:
        seen = seen_by(person, "decision__gate__opportunity__")
        return self.filter(seen, decision__gate__opportunity__merged_into=None)


class FreedUse(Editable):
    """Hours that stopping early has freed, given to something better: a relationship, or another opportunity."""

    decision = models.ForeignKey(GateDecision, models.CASCADE, related_name="uses")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=gettext_lazy("who"))
    hours = models.FloatField(gettext_lazy("hours"))
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=gettext_lazy("for the account")
    )
    opportunity = models.ForeignKey(
        Opportunity,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("or for the opportunity"),
    )
    purpose = models.CharField(gettext_lazy("what for"), max_length=300)
    look_on = models.DateField(gettext_lazy("look at it again on"))
    came_of = models.TextField(gettext_lazy("what came of it"), blank=True)
    looked_on = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = OfDecisions.as_manager()

    class Meta:
        ordering = ["decision", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, opportunity=None) | Q(account=None, opportunity__isnull=False),
                name="freed_hours_go_to_one_place",
            ),
            models.CheckConstraint(condition=Q(hours__gt=0), name="freed_hours_are_some"),
        ]

    @property
    def place(self) -> Account | Opportunity:
        place = self.account or self.opportunity
        assert place is not None  # the database's constraint
        return place

    @classmethod
    @transaction.atomic
    def give(cls, decision: GateDecision, *, by: Person, hours: float, **values: Any) -> FreedUse:
        """Give freed hours to an account or an opportunity; never more than there are."""
        decision.gate.opportunity.hold_still()
        left = decision.freed_hours - sum(decision.uses.values_list("hours", flat=True))
        if hours > left + 0.01:
            raise NotAllowed(_("Only %(left)s hours are left of what was freed.") % {"left": f"{max(left, 0):g}"})
        use = cls.objects.create(decision=decision, hours=hours, given_by=by, **values)
        what = {"hours": [None, hours], "place": [None, str(use.place)]}
        record(decision.gate.opportunity, "freed hours given", by=by, part=str(use.person), what=what)
        return use

    @transaction.atomic
    def look(self, *, by: Person, on: datetime.date, came_of: str, version: int | None = None) -> bool:
        """Say what came of the hours."""
        changed = self.edit(by=by, version=version, came_of=came_of, looked_on=on)
        if changed:
            record(self.decision.gate.opportunity, "freed hours looked at", by=by, part=str(self.place), reason=came_of)
        return changed

    revise = look


class Afterwards(Editable):
    """What the client did after we stopped: so that stopping is judged too."""

    class Kind(models.TextChoices):
        NOTHING = "nothing", gettext_lazy("they bought nothing")
        RIVAL = "rival", gettext_lazy("they bought from somebody else")
        US = "us", gettext_lazy("they bought from us later")

    decision = models.OneToOneField(GateDecision, models.CASCADE, primary_key=True, related_name="afterwards")
    kind = models.CharField(gettext_lazy("what they did"), max_length=8, choices=Kind.choices)
    rival = models.CharField(gettext_lazy("from whom"), max_length=200, blank=True)
    note = models.TextField(gettext_lazy("how we know"), blank=True)
    on = models.DateField(gettext_lazy("when"))

    objects = OfDecisions.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind="rival") | Q(rival=""), name="only_a_rival_has_a_name")]

    @classmethod
    @transaction.atomic
    def tell(cls, decision: GateDecision, *, by: Person, kind: str, rival: str, note: str, on: Any) -> Afterwards:
        """Say what the client did, or put right what was said before."""
        if rival:
            Rival.named(rival, by=by)
        was = cls.objects.filter(pk=decision.pk).values_list("kind", flat=True).first()
        told, _new = cls.objects.update_or_create(
            decision=decision, defaults={"kind": kind, "rival": rival, "note": note, "on": on}
        )
        what = {"afterwards": [was, kind], "rival": [None, rival or None]}
        record(decision.gate.opportunity, "told what they did afterwards", by=by, what=what, reason=note)
        return told
