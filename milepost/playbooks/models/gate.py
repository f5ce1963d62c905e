"""Gates of a playbook: where more is spent only after a decision, and the rules that the decision looks at."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.playbooks.models.playbook import PlaybookStep, PlaybookVersion
from milepost.team.models import Person, Role
from milepost.web.history import plain, record
from milepost.web.models import Editable

COPIED = ("key", "name", "roles", "taken_by", "enough", "hours", "money_minor")
COPIED_OF_RULES = ("key", "position", "group", "subject", "compare", "threshold", "words", "weight", "veto")


class PlaybookGate(Editable):
    """A decision before a step: what it releases, who takes it, and what must speak for it.

    `hours` is what it releases by role, in hours; `money_minor` in minor units of the company's currency.
    `key` stays the same from version to version, as a step's does.
    """

    class Taken(models.TextChoices):
        ANY = "any", gettext_lazy("any one of them")
        EACH = "each", gettext_lazy("each role in turn")

    version_of = models.ForeignKey(PlaybookVersion, models.CASCADE, related_name="gates")
    key = models.CharField(max_length=40)
    step = models.OneToOneField(
        PlaybookStep, models.CASCADE, related_name="gate", verbose_name=gettext_lazy("stands before")
    )
    name = models.CharField(gettext_lazy("name"), max_length=120)
    roles = models.JSONField(gettext_lazy("decided by"), default=list)
    taken_by = models.CharField(gettext_lazy("taken by"), max_length=4, choices=Taken.choices, default=Taken.ANY)
    enough = models.PositiveSmallIntegerField(gettext_lazy("enough points, of 100"), default=100)
    hours = models.JSONField(default=dict, blank=True)
    money_minor = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["version_of", "step__position"]
        constraints = [
            models.UniqueConstraint(fields=["version_of", "key"], name="playbook_gate_key"),
            models.CheckConstraint(condition=Q(enough__lte=100), name="gate_points_of_a_hundred"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    @transaction.atomic
    def add(cls, step: PlaybookStep, *, by: Person | None, name: str, **values: Any) -> PlaybookGate:
        """Put a gate before a step of a draft; raises ValueError where one stands already."""
        version = step.version_of
        version.must_be_draft()
        if cls.objects.filter(step=step).exists():
            raise ValueError(_("A gate stands before “%s” already.") % step.name)
        values.setdefault("roles", [Role.SALES_MANAGER.value])
        key = values.pop("key", "") or secrets.token_hex(6)
        gate = cls.objects.create(version_of=version, step=step, key=key, name=name, **values)
        record(version.playbook, "gate added", by=by, part=name, what={"before": [None, step.name]})
        return gate

    @transaction.atomic
    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Change the gate of a draft; raises StaleEdit when somebody was first."""
        self.version_of.must_be_draft()
        was = {name: plain(getattr(self, name)) for name in values}
        changed = self.edit(by=by, version=version, **values)
        if changed:
            what = {name: [was[name], plain(value)] for name, value in values.items() if was[name] != plain(value)}
            record(self.version_of.playbook, "gate changed", by=by, part=self.name, what=what)
        return changed

    @transaction.atomic
    def remove(self, *, by: Person) -> None:
        """Take the gate out of a draft; published versions keep theirs."""
        self.version_of.must_be_draft()
        record(self.version_of.playbook, "gate removed", by=by, part=self.name)
        self.delete()

    def asks_like(self, other: PlaybookGate) -> bool:
        """Tell whether a gate of another version is decided by the same people, by the same rules, for as much."""
        mine, theirs = ([rule.told() for rule in gate.rules.all()] for gate in (self, other))
        return mine == theirs and all(getattr(self, name) == getattr(other, name) for name in COPIED)

    def copy_to(self, step: PlaybookStep) -> PlaybookGate:
        """Copy the gate with its rules before a step of another version."""
        values = {name: getattr(self, name) for name in COPIED}
        gate = PlaybookGate.objects.create(version_of=step.version_of, step=step, **values)
        GateRule.objects.bulk_create(rule.copy_for(gate) for rule in self.rules.all())
        return gate


class GateRule(Editable):
    """One thing a gate asks: a fact that Milepost knows, compared with a threshold, or an item people answer.

    `subject` names the fact; it is empty for an item of the company's own, which `words` then asks. `weight` is what
    a yes adds to the points; a rule with a veto must be met whatever the points.
    """

    class Group(models.TextChoices):
        OPPORTUNITY = "opportunity", gettext_lazy("Is there an opportunity?")
        COMPETE = "compete", gettext_lazy("Can we compete?")
        WIN = "win", gettext_lazy("Can we win?")
        WORTH = "worth", gettext_lazy("Is it worth winning?")

    class Compare(models.TextChoices):
        YES = "yes", gettext_lazy("is so")
        AT_LEAST = "at_least", gettext_lazy("is at least")
        AT_MOST = "at_most", gettext_lazy("is at most")

    gate = models.ForeignKey(PlaybookGate, models.CASCADE, related_name="rules")
    key = models.CharField(max_length=40)
    position = models.PositiveIntegerField()
    group = models.CharField(gettext_lazy("question"), max_length=12, choices=Group.choices)
    subject = models.CharField(gettext_lazy("fact"), max_length=60, blank=True)
    compare = models.CharField(gettext_lazy("must be"), max_length=8, choices=Compare.choices, default=Compare.YES)
    threshold = models.FloatField(gettext_lazy("how much"), null=True, blank=True)
    words = models.CharField(gettext_lazy("in your words"), max_length=200, blank=True)
    weight = models.PositiveSmallIntegerField(gettext_lazy("points"), default=1)
    veto = models.BooleanField(gettext_lazy("must be met"), default=False)

    class Meta:
        ordering = ["gate", "position"]
        constraints = [
            models.UniqueConstraint(fields=["gate", "key"], name="gate_rule_key"),
            models.CheckConstraint(condition=~Q(subject="") | ~Q(words=""), name="gate_rule_asks_something"),
            models.CheckConstraint(
                condition=Q(compare="yes") | Q(threshold__isnull=False), name="gate_rule_has_its_threshold"
            ),
        ]

    def __str__(self) -> str:
        return self.words or self.subject

    @classmethod
    @transaction.atomic
    def add(
        cls, gate: PlaybookGate, *, by: Person | None, in_words: Callable[[GateRule], str] = str, **values: Any
    ) -> GateRule:
        """Add a rule to the gate of a draft, at the end; `in_words` puts a rule into words for the history."""
        gate.version_of.must_be_draft()
        last = gate.rules.aggregate(last=models.Max("position"))["last"] or 0
        key = values.pop("key", "") or secrets.token_hex(6)
        rule = cls.objects.create(gate=gate, key=key, position=last + 1, **values)
        record(
            gate.version_of.playbook, "gate rule added", by=by, part=gate.name, what={"rule": [None, in_words(rule)]}
        )
        return rule

    @transaction.atomic
    def revise(
        self, *, by: Person, version: int | None = None, in_words: Callable[[GateRule], str] = str, **values: Any
    ) -> bool:
        """Change the rule of a draft; decisions taken keep the rule as it was."""
        self.gate.version_of.must_be_draft()
        was = in_words(self)
        changed = self.edit(by=by, version=version, **values)
        if changed:
            book = self.gate.version_of.playbook
            record(book, "gate rule changed", by=by, part=self.gate.name, what={"rule": [was, in_words(self)]})
        return changed

    @transaction.atomic
    def remove(self, *, by: Person, in_words: Callable[[GateRule], str] = str) -> None:
        """Take the rule out of a draft's gate."""
        self.gate.version_of.must_be_draft()
        book = self.gate.version_of.playbook
        record(book, "gate rule removed", by=by, part=self.gate.name, what={"rule": [in_words(self), None]})
        self.delete()

    def told(self) -> dict[str, Any]:
        """Return all that the rule says."""
        return {name: getattr(self, name) for name in COPIED_OF_RULES}

    def copy_for(self, gate: PlaybookGate) -> GateRule:
        """Return the rule for a gate of another version, not yet saved; its key stays."""
        return GateRule(gate=gate, **self.told())
