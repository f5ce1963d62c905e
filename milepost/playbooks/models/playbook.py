"""Playbooks: a sales process as one straight line of steps, in versions that never change once used."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.team.models import Person
from milepost.web.history import record, record_removal
from milepost.web.models import Editable

PUBLISHED = gettext_lazy("A published version is not edited; open the next version as a draft.")


class Playbook(Editable):
    """A template of a sales process."""

    name = models.CharField(gettext_lazy("name"), max_length=120, unique=True)
    description = models.TextField(gettext_lazy("when to use it"), blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    precedence = models.JSONField(default=dict, blank=True)
    """By a step's key, the keys of those it has to wait for; a step that is not in it waits for all before it."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    @transaction.atomic
    def add(cls, *, by: Person | None, name: str, description: str = "") -> Playbook:
        """Create a playbook with an empty first draft."""
        playbook = cls.objects.create(name=name, description=description)
        PlaybookVersion.objects.create(playbook=playbook, number=1)
        record(playbook, "added", by=by, what={"name": [None, name]})
        return playbook

    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Change the name, or when to use it; raises StaleEdit when somebody was first."""
        return self.edit(by=by, version=version, **values)

    def say_precedence(self, *, by: Person, precedence: dict[str, list[str]]) -> bool:
        """Say which steps have to wait for which; those left out wait for all before them."""
        return self.edit(by=by, verb="precedence said", precedence=precedence)

    @property
    def active(self) -> PlaybookVersion | None:
        """Return the newest published version: what new opportunities are given."""
        return self.versions.filter(published_at__isnull=False).order_by("-number").first()

    @property
    def draft(self) -> PlaybookVersion | None:
        return self.versions.filter(published_at=None).first()

    @transaction.atomic
    def new_draft(self, *, by: Person | None) -> PlaybookVersion:
        """Open the next version as a copy of the newest one; the draft there is, if there is one."""
        if self.draft is not None:
            return self.draft
        latest = self.versions.order_by("-number")[0]
        draft = PlaybookVersion.objects.create(playbook=self, number=latest.number + 1)
        for step in latest.steps.select_related("gate"):
            copied = step.copy_to(draft)
            if hasattr(step, "gate"):
                step.gate.copy_to(copied)
        record(self, "draft opened", by=by, what={"version": [latest.number, draft.number]})
        return draft

    def retire(self, *, by: Person) -> None:
        """Offer it no longer for new opportunities; those that run keep it."""
        self.edit(by=by, verb="retired", retired_at=timezone.now())

    def revive(self, *, by: Person) -> None:
        """Offer it again."""
        self.edit(by=by, verb="revived", retired_at=None)


class PlaybookVersion(Editable):
    """One numbered state of a playbook; a published version is never edited again."""

    playbook = models.ForeignKey(Playbook, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["playbook", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["playbook", "number"], name="playbook_version_once"),
            models.UniqueConstraint(fields=["playbook"], condition=Q(published_at=None), name="playbook_has_one_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.playbook.name} v{self.number}"

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    def must_be_draft(self) -> None:
        """Raise ValueError once the version is published; until the transaction ends nobody else changes it."""
        stored = PlaybookVersion.objects.select_for_update().get(pk=self.pk)
        if not stored.is_draft:
            raise ValueError(str(PUBLISHED))

    @transaction.atomic
    def publish(self, *, by: Person | None) -> None:
        """Make this the version new opportunities are given; raises ValueError without a required step."""
        self.must_be_draft()
        if not self.steps.filter(required=True).exists():
            raise ValueError(_("A playbook needs at least one required step."))
        self.edit(by=by, verb="published", published_at=timezone.now())
        record(self.playbook, "published", by=by, what={"version": [None, self.number]})

    @transaction.atomic
    def throw_away(self, *, by: Person) -> None:
        """Delete a draft that is not wanted; the first version stays, a playbook has at least one."""
        self.must_be_draft()
        if self.number == 1:
            raise ValueError(_("The first version cannot be thrown away. Retire the playbook instead."))
        for step in self.steps.all():
            record_removal(step, of=self, by=by)
        record_removal(self, of=self.playbook, by=by)
        record(self.playbook, "draft thrown away", by=by, what={"version": [self.number, None]})
        self.delete()

    @transaction.atomic
    def add_step(self, *, by: Person | None, name: str, at: int | None = None, **values: Any) -> PlaybookStep:
        """Insert a step; `at` is its place from 1, the end without it."""
        self.must_be_draft()
        steps = list(self.steps.all())
        place = len(steps) + 1 if at is None else max(1, min(at, len(steps) + 1))
        key = values.pop("key", "") or secrets.token_hex(6)
        step = PlaybookStep.objects.create(version_of=self, key=key, name=name, position=len(steps) + 1, **values)
        self.arrange([*steps[: place - 1], step, *steps[place - 1 :]])
        record(self.playbook, "step added", by=by, part=name, what={"step": [None, name]})
        return step

    @transaction.atomic
    def reorder(self, keys: Sequence[str], *, by: Person) -> None:
        """Put the steps of a draft into the order of their keys; steps not named stay at the end."""
        self.must_be_draft()
        place = {key: at for at, key in enumerate(keys)}
        steps = list(self.steps.all())
        ordered = sorted(steps, key=lambda step: place.get(step.key, len(keys)))
        if ordered == steps:
            return
        self.arrange(ordered)
        what = {"order": [", ".join(step.name for step in steps), ", ".join(step.name for step in ordered)]}
        record(self.playbook, "steps reordered", by=by, what=what)

    def arrange(self, steps: Sequence[PlaybookStep]) -> None:
        """Number the steps in the order given."""
        moved = [(place, step) for place, step in enumerate(steps, start=1) if step.position != place]
        # First out of the way, then into place: a place is unique within a version.
        for offset in (10_000, 0):
            for place, step in moved:
                step.position = place + offset
                step.save(update_fields=["position"])


class PlaybookStep(Editable):
    """One minor opportunity of the line: an activity whose objective is a milestone.

    `key` stays the same from version to version, so that what was learnt of the step is kept.
    `hours` is our usual effort by role, in hours; `theirs` says who of the client it takes, `their_hours` how many of
    theirs; `call_plan` is what to ask, bring and leave with.
    """

    version_of = models.ForeignKey(PlaybookVersion, models.CASCADE, related_name="steps")
    key = models.CharField(max_length=40)
    position = models.PositiveIntegerField()
    name = models.CharField(gettext_lazy("name"), max_length=120)
    activity = models.CharField(gettext_lazy("activity"), max_length=300, blank=True)
    milestone = models.CharField(gettext_lazy("milestone"), max_length=300, blank=True)
    evidence = models.CharField(gettext_lazy("evidence"), max_length=300, blank=True)
    call_plan = models.TextField(gettext_lazy("call plan"), blank=True, max_length=4000)
    required = models.BooleanField(gettext_lazy("required"), default=True)
    usual_days = models.PositiveIntegerField(gettext_lazy("usual days"), default=21)
    hours = models.JSONField(default=dict, blank=True)
    theirs = models.CharField(gettext_lazy("who from the client"), max_length=120, blank=True)
    their_hours = models.FloatField(
        gettext_lazy("the client’s hours"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(10_000)],
    )

    class Meta:
        ordering = ["version_of", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version_of", "position"], name="playbook_step_place"),
            models.UniqueConstraint(fields=["version_of", "key"], name="playbook_step_key"),
        ]

    def __str__(self) -> str:
        return self.name

    def copy_to(self, version: PlaybookVersion) -> PlaybookStep:
        """Copy the step, key and all, into another version."""
        kept = [
            "key",
            "position",
            "name",
            "activity",
            "milestone",
            "evidence",
            "call_plan",
            "required",
            "usual_days",
            "hours",
            "theirs",
            "their_hours",
        ]
        return PlaybookStep.objects.create(version_of=version, **{name: getattr(self, name) for name in kept})

    @transaction.atomic
    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Change the step of a draft; raises StaleEdit when somebody was first."""
        self.version_of.must_be_draft()
        was = {name: getattr(self, name) for name in values}
        changed = self.edit(by=by, version=version, **values)
        if changed:
            what = {name: [was[name], getattr(self, name)] for name in values if was[name] != getattr(self, name)}
            record(self.version_of.playbook, "step changed", by=by, part=self.name, what=what)
        return changed

    @transaction.atomic
    def move(self, *, by: Person, to: int) -> None:
        """Move the step of a draft to another place, counted from 1."""
        self.version_of.must_be_draft()
        self.refresh_from_db(fields=["position"])
        steps = [step for step in self.version_of.steps.all() if step.pk != self.pk]
        steps.insert(max(0, min(to - 1, len(steps))), self)
        was = self.position
        self.version_of.arrange(steps)
        if self.position == was:
            return
        record(
            self.version_of.playbook,
            "step moved",
            by=by,
            part=self.name,
            what={"place": [was, self.position]},
        )

    @transaction.atomic
    def remove(self, *, by: Person) -> None:
        """Take the step out of a draft; published versions keep theirs."""
        self.version_of.must_be_draft()
        version = self.version_of
        if hasattr(self, "gate"):
            self.gate.remove(by=by)
        record_removal(self, of=version, by=by)
        record(version.playbook, "step removed", by=by, part=self.name, what={"step": [self.name, None]})
        self.delete()
        version.arrange(list(version.steps.all()))
