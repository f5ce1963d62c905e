"""The plumbing every folder stands on: edits that cannot overwrite each other, and the history of all changes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from milepost.web.history import StaleEdit, plain, record
from milepost.web.setup import keep_password


class Change(models.Model):
    """One line of history: who changed what, when, from what to what. Triggers refuse UPDATE and DELETE."""

    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    part = models.CharField(max_length=200, blank=True)
    what = models.JSONField(default=dict)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="change_of_subject"),
            models.Index(fields=["by", "at"], name="change_by_person"),
        ]


class Editable(models.Model):
    """A stored fact that two people may edit at once; `version` tells the second that the first was there."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def edit(self, *, by: Any, version: int | None = None, reason: str = "", verb: str = "", **values: Any) -> bool:
        """Save what differs from the stored row and record it; True when anything did.

        Raises StaleEdit when `version` is given and somebody has edited the row since.
        """
        before = {name: getattr(self, name) for name in values}
        changed = {name: value for name, value in values.items() if before[name] != value}
        if version is not None and version != self.version and changed:
            raise StaleEdit(self, version)
        if not changed:
            return False
        with transaction.atomic():
            # The condition is on the version this change was computed from, so a rival's edit is never overwritten.
            rows = type(self)._default_manager.filter(pk=self.pk, version=self.version)
            if not rows.update(version=F("version") + 1, **changed):
                raise StaleEdit(self, self.version)
            for name, value in changed.items():
                setattr(self, name, value)
            self.version += 1
            what = {name: [plain(before[name]), plain(value)] for name, value in changed.items()}
            record(self, verb or "edited", by=by, what=what, reason=reason)
        return True


class SearchEntry(models.Model):
    """What search finds: one row per thing with a name, with what decides who may find it."""

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    territory = models.ForeignKey("team.Territory", models.PROTECT, null=True, related_name="+")
    is_open = models.BooleanField(default=True)
    changed_at = models.DateTimeField(auto_now=True)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once")]


class Job(models.Model):
    """Work done later or on a clock, leased by the process that does it; a lease that runs out is taken up again."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    unique_key = models.CharField(max_length=120, null=True, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    run_after = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # How far it had got when it was last taken, and how often it has been taken since it got any further.
    furthest = models.PositiveBigIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    leased_by = models.CharField(max_length=80, blank=True)
    leased_until = models.DateTimeField(null=True)
    done = models.PositiveBigIntegerField(default=0)
    of = models.PositiveBigIntegerField(null=True)
    cancel_asked = models.BooleanField(default=False)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "run_after", "id"], name="job_next")]


class Letter(models.Model):
    """A letter by mail: to whom and why, what it says, and how sending it went.

    Enclosed files are kept until it is sent, what is confidential too; of each file its name and size stay.
    """

    key = models.CharField(max_length=120, unique=True)
    purpose = models.CharField(max_length=40)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    address = models.EmailField()
    name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    enclosed = models.JSONField(default=list)
    headers = models.JSONField(default=dict)
    confidential = models.BooleanField(default=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]
        # Nearly all are sent: those that are not are found without reading the rest.
        indexes = [models.Index(fields=["-id"], condition=Q(sent_at=None), name="letter_unsent")]

    @property
    def state(self) -> str:
        """Name what became of it: "sent", "failed" or "waiting"."""
        return "sent" if self.sent_at else "failed" if self.error else "waiting"


class MailServer(Editable):
    """The mail server an administrator named; its password is kept apart, in a file beside the secret key."""

    class Encryption(models.TextChoices):
        STARTTLS = "starttls", _("STARTTLS (usual at port 587)")
        TLS = "tls", _("TLS from the start (usual at port 465)")
        NONE = "none", _("none (only inside your own network)")

    host = models.CharField(_("server"), max_length=253, blank=True)
    port = models.PositiveIntegerField(_("port"), default=587)
    encryption = models.CharField(
        _("encryption"), max_length=8, choices=Encryption.choices, default=Encryption.STARTTLS
    )
    username = models.CharField(_("user"), max_length=254, blank=True)
    sender_address = models.EmailField(_("sender’s address"), blank=True)
    sender_name = models.CharField(_("sender’s name"), max_length=120, blank=True)
    reply_to = models.EmailField(_("answers go to"), blank=True)

    def __str__(self) -> str:
        return self.host

    @classmethod
    def the(cls) -> MailServer:
        """Return the one there is, empty before anybody named any."""
        return cls.objects.get_or_create(pk=1)[0]

    def revise(self, *, by: Any, version: int | None = None, password: str = "", **values: Any) -> bool:
        """Change it, and its password where one is given; without a user there is none."""
        with transaction.atomic():
            changed = self.edit(by=by, version=version, **values)
            if password:
                record(self, "mail password set", by=by)
        if password or not self.username:
            keep_password(password)
        return changed


class MailedCode(models.Model):
    """A code mailed to an address for one matter, as a keyed hash; see `codes.py`."""

    matter = models.CharField(max_length=120)
    address = models.EmailField()
    hash = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["matter", "address", "-id"], name="mailed_code_of")]
