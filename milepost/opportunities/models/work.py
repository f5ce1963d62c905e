"""Tasks, notes, calls and files: the work along the line."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from milepost.accounts.models import Account, Contact
from milepost.accounts.models import seen_by as account_seen_by
from milepost.opportunities.models.attempt import Attempt
from milepost.opportunities.models.condition import Condition
from milepost.opportunities.models.opportunity import Opportunity, seen_by
from milepost.opportunities.models.step import NotAllowed, Step
from milepost.team.models import Person
from milepost.team.sight import Sees
from milepost.web.history import plain, record, record_removal
from milepost.web.models import Editable


class Belonging(models.Model):
    """What belongs to an opportunity or an account, and is seen by whoever sees that."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, null=True, blank=True, related_name="%(class)ss")
    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="%(class)ss")
    step = models.ForeignKey(Step, models.CASCADE, null=True, blank=True, related_name="%(class)ss")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(opportunity__isnull=False) | Q(account__isnull=False),
                name="%(class)s_has_a_place",
            )
        ]

    @property
    def place(self) -> Opportunity | Account:
        place = self.opportunity or self.account
        assert place is not None  # the database's constraint
        return place


def hold_account_still(*, account: Account | None = None, **_values: Any) -> None:
    """Let the account that is to be given something not be merged away before it has it."""
    if account is not None:
        account.hold_still()


class Belongings(models.QuerySet[Any]):
    """Questions about what belongs to an opportunity or an account."""

    def visible_to(self, person: Sees) -> Belongings:
        """Keep what belongs to an opportunity the person sees, or to an account they see."""
        of_opportunity = Q(seen_by(person, "opportunity__"), opportunity__merged_into=None)
        of_account = Q(account_seen_by(person, "account__"), opportunity=None)
        return self.filter(of_opportunity | of_account)


class Task(Editable, Belonging):
    """Something a person on either side does by a date."""

    condition = models.ForeignKey(Condition, models.CASCADE, null=True, blank=True, related_name="tasks")
    title = models.CharField(_("task"), max_length=300)
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("who, ours")
    )
    owner_contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("who, theirs")
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = Belongings.as_manager()

    class Meta(Belonging.Meta):
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["owner", "done_at", "due_on"], name="task_of_person")]

    def __str__(self) -> str:
        return self.title

    @classmethod
    @transaction.atomic
    def add(cls, *, by: Person, title: str, **values: Any) -> Task:
        """Create a task for an opportunity or an account; raises ValueError when that was merged away."""
        hold_account_still(**values)
        task = cls.objects.create(title=title, **values)
        record(task.place, "task added", by=by, part=title)
        return task

    def people_ids(self) -> list[int]:
        return [self.owner_id] if self.owner_id else []

    @transaction.atomic
    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Change what is to be done, by whom, or by when."""
        before = {name: plain(getattr(self, name)) for name in values}
        changed = self.edit(by=by, version=version, **values)
        if changed:
            what = {name: [before[name], plain(value)] for name, value in values.items()}
            record(self.place, "task changed", by=by, part=self.title, what=what)
        return changed

    @transaction.atomic
    def finish(self, *, by: Person) -> None:
        """Tick the task off."""
        self._as_it_stands()
        if self.done_at is None:
            self.edit(by=by, verb="finished", done_at=timezone.now(), done_by=by)
            record(self.place, "task done", by=by, part=self.title)

    def _as_it_stands(self) -> None:
        """Read whether it is done, and let nobody else tick it before this transaction ends."""
        stored = Task.objects.select_for_update(of=("self",)).get(pk=self.pk)
        self.done_at, self.version = stored.done_at, stored.version

    @transaction.atomic
    def reopen(self, *, by: Person) -> None:
        """Take the tick back."""
        self._as_it_stands()
        if self.done_at is not None:
            self.edit(by=by, verb="reopened", done_at=None, done_by=None)
            record(self.place, "task reopened", by=by, part=self.title)


class Note(Editable, Belonging):
    """Something worth keeping: a note, a call, or what was said after an appointment."""

    class Kind(models.TextChoices):
        NOTE = "note", _("Note")
        CALL = "call", _("Call")
        DEBRIEF = "debrief", _("After the appointment")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.NOTE)
    text = models.TextField(_("text"))
    attempt = models.ForeignKey(Attempt, models.CASCADE, null=True, blank=True, related_name="notes")
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="notes", verbose_name=_("with")
    )
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)  # when it was: at noon of its day where that is not today
    edited_at = models.DateTimeField(null=True, editable=False)

    objects = Belongings.as_manager()

    class Meta(Belonging.Meta):
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return Truncator(self.text).chars(80)

    @classmethod
    @transaction.atomic
    def write(cls, *, by: Person, text: str, kind: str = Kind.NOTE, **values: Any) -> Note:
        """Keep a note; raises ValueError when its account was merged away."""
        hold_account_still(**values)
        note = cls.objects.create(by=by, text=text, kind=kind, **values)
        record(note.place, f"{kind} written", by=by, reason=text[:500])
        return note

    @property
    def on(self) -> datetime.date:
        """Return the day it was."""
        return timezone.localdate(self.at)

    @transaction.atomic
    def revise(self, *, by: Person, version: int | None = None, **values: Any) -> bool:
        """Change what it says, its kind, its day, or whom it was with; the history keeps what it said before."""
        before = self._told()
        changed = self.edit(by=by, version=version, **values)
        if changed:
            self.edited_at = timezone.now()
            self.save(update_fields=["edited_at"])
            what = {name: [was, now] for (name, was), now in zip(before.items(), self._told().values(), strict=True)}
            what = {name: pair for name, pair in what.items() if pair[0] != pair[1]}
            record(self.place, f"{self.kind} changed", by=by, what=what)
        return changed

    def _told(self) -> dict[str, Any]:
        values = {"note_kind": self.kind, "note_text": self.text, "on": self.on, "contact": self.contact}
        return {name: plain(value) for name, value in values.items()}

    @transaction.atomic
    def remove(self, *, by: Person) -> None:
        """Take it away; the history keeps what it said. Raises NotAllowed when something stands on it."""
        try:
            there, _kinds = Note.objects.filter(pk=self.pk).delete()
        except models.ProtectedError as error:
            words = gettext("It is evidence of the client’s vision, so it stays. What it says can be changed.")
            raise NotAllowed(words) from error
        if there:
            record_removal(self, of=self.place, by=by)
            record(self.place, f"{self.kind} removed", by=by, reason=self.text)


class Attachment(Belonging):
    """A file, stored once under the SHA-256 of what is in it."""

    name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=120)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)

    objects = Belongings.as_manager()

    class Meta(Belonging.Meta):
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        return f"{self.sha256[:2]}/{self.sha256}"

    @classmethod
    @transaction.atomic
    def keep(cls, upload: UploadedFile, *, by: Person, **values: Any) -> Attachment:
        """Store an uploaded file and attach it; a large one is never held in memory whole."""
        hashed = hashlib.sha256()
        for chunk in upload.chunks():
            hashed.update(chunk)
        digest = hashed.hexdigest()
        row = cls.objects.create(
            name=(upload.name or "file")[-255:],
            sha256=digest,
            size=upload.size or 0,
            content_type=(upload.content_type or "application/octet-stream")[:120],
            by=by,
            **values,
        )
        if not default_storage.exists(row.path):
            upload.seek(0)
            default_storage.save(row.path, upload)
        record(row.place, "file attached", by=by, part=row.name)
        return row

    @transaction.atomic
    def remove(self, *, by: Person, at: datetime.datetime) -> None:
        """Take the file off the page; its content stays, as history refers to it."""
        self.removed_at = at
        self.save(update_fields=["removed_at"])
        record(self.place, "file removed", by=by, part=self.name)
