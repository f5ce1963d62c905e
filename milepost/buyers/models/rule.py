"""When the company wants to be warned about what is not known of an opportunity's people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from milepost.team.models import Person
from milepost.web.models import Editable
from milepost.web.prepared import Prepared

ECONOMIC, OPPONENT, UNREACHED, ONE_CONTACT, QUIET = "economic", "opponent", "unreached", "one_contact", "quiet"


class Phase(models.IntegerChoices):
    """From which part of an opportunity's steps a rule holds."""

    FIRST = 0, _("from the first step")
    SECOND = 1, _("from the second third of the steps")
    LAST = 2, _("from the last third of the steps")
    NEVER = 9, _("never")


@dataclass(frozen=True)
class Usual:
    """A rule as it is until the company changes it."""

    label: Any
    since: Phase
    days: int | None = None


RULES: dict[str, Usual] = {
    ECONOMIC: Usual(_("The economic buyer is not known"), Phase.SECOND),
    OPPONENT: Usual(_("Nobody against us is known"), Phase.SECOND),
    UNREACHED: Usual(_("Somebody who decides has not been reached"), Phase.SECOND),
    ONE_CONTACT: Usual(_("We know one person only"), Phase.SECOND),
    QUIET: Usual(_("It has gone quiet with somebody"), Phase.FIRST, days=45),
}


class WarningRule(Editable):
    """A company's change to a rule; without a row, the usual."""

    kind = models.CharField(max_length=20, unique=True)
    since = models.PositiveSmallIntegerField(_("warn"), choices=Phase.choices)
    days = models.PositiveSmallIntegerField(
        _("after how many days"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(999)]
    )

    def __str__(self) -> str:
        return str(RULES[self.kind].label)

    @classmethod
    def of(cls, kind: str) -> WarningRule:
        """Return the rule as the company has it, not yet stored where it is the usual."""
        usual = RULES[kind]
        row = cls.objects.filter(kind=kind).first()
        return row or cls(kind=kind, since=usual.since, days=usual.days)

    @classmethod
    def all_as_kept(cls) -> dict[str, WarningRule]:
        """Return every rule as the company has it; one question."""
        kept = {row.kind: row for row in KEPT.ask()}
        return {kind: kept.get(kind) or cls(kind=kind, since=u.since, days=u.days) for kind, u in RULES.items()}

    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Change when the company is warned."""
        if self.pk is None:
            usual = RULES[self.kind]
            defaults = {"since": usual.since, "days": usual.days}
            row = WarningRule.objects.get_or_create(kind=self.kind, defaults=defaults)[0]
            self.pk, self.version, self.since, self.days = row.pk, row.version, row.since, row.days
            self._state.adding = False
        return self.edit(by=by, version=version, **values)


KEPT = Prepared[WarningRule](lambda: WarningRule.objects.filter(kind__in=RULES))
