"""What was imported, by whom and from which files, and which row of which source became what here."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from milepost.exchange.before import Before as Before
from milepost.team.models import Person, Role
from milepost.web import jobs
from milepost.web.history import record
from milepost.web.models import Job

EVERYTHING = "milepost"
"""The source of a file of everything that another Milepost has written; it is brought in as a whole."""
MAY_IMPORT = (Role.COORDINATOR, Role.SALES_MANAGER, Role.ADMINISTRATOR)
KIND_WORDS = {
    "territory": _("Territories"),
    "person": _("People"),
    "account": _("Accounts"),
    "contact": _("Contacts"),
    "offer": _("Products and services"),
    "playbook": _("Playbooks"),
    "opportunity": _("Opportunities"),
    "stage_history": _("Stage history"),
    "stage_list": _("Names of stages"),
    "opportunity_account": _("Accounts of opportunities"),
    "activity": _("Tasks and events"),
    "contact_role": _("Contacts’ parts in opportunities"),
}


def may_import(person: Person) -> bool:
    """Tell whether a person may bring files in."""
    return person.sight.holds(*MAY_IMPORT)


class ImportBatches(models.QuerySet["ImportBatch"]):
    """Questions about many imports."""

    def visible_to(self, person: Person) -> ImportBatches:
        """Keep the person's own imports, and all of them for an administrator; none for who may not import."""
        if not may_import(person):
            return self.none()
        return self if person.sight.holds(Role.ADMINISTRATOR) else self.filter(by=person)

    def past(self) -> ImportBatches:
        """Keep what has been imported, newest first."""
        return self.exclude(state=ImportBatch.State.PREPARED).order_by("-id")


class ImportBatch(models.Model):
    """One import: its files by SHA-256, how they were read, and what came of them.

    `survey` holds what the first pass over the files found, for the page on which a person reviews it.
    `counts` holds, by kind, how many were created, changed, unchanged, left as people here have made them, and refused;
    `made` the numbers of what was created and has no link to a row; `kept` what was left as people here have made it,
    where the source says otherwise; `noted` what `notes` will say of rows, with their numbers, so that an interrupted
    import goes on counting.
    `board` holds the Board's totals before it and after (`board_moved.py`); `let_go` tells that what stood before it is
    kept no longer (`letting_go.py`).
    """

    class State(models.TextChoices):
        PREPARED = "prepared", _("not imported yet")
        RUNNING = "running", _("running")
        DONE = "done", _("imported")
        FAILED = "failed", _("stopped")
        UNDOING = "undoing", _("being taken back")
        UNDONE = "undone", _("taken back")

    source = models.CharField(_("source"), max_length=40, blank=True)
    files = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    as_of = models.DateField(_("data as of"), null=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PREPARED)
    survey = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    notes = models.JSONField(default=list)
    noted = models.JSONField(default=dict)
    made = models.JSONField(default=dict)
    kept = models.JSONField(default=list)
    board = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    begun_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    let_go = models.BooleanField(default=False)

    objects = ImportBatches.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return ", ".join(file["name"] for file in self.files) or self.source

    @property
    def is_prepared(self) -> bool:
        return self.state == self.State.PREPARED

    @property
    def is_everything(self) -> bool:
        return self.source == EVERYTHING

    @property
    def is_here(self) -> bool:
        """Tell whether what it made is still here."""
        return self.state in (self.State.DONE, self.State.FAILED)

    @property
    def created(self) -> int:
        return self._total("created")

    @property
    def changed(self) -> int:
        return self._total("changed")

    @property
    def refused(self) -> int:
        return self._total("refused")

    def _total(self, what: str) -> int:
        return sum(counts.get(what, 0) for counts in self.counts.values())

    @property
    def made_people(self) -> bool:
        """Tell whether people were added who cannot sign in yet."""
        return bool(self.counts.get("person", {}).get("created"))

    @property
    def made_opportunities(self) -> bool:
        return bool(self.counts.get("opportunity", {}).get("created"))

    @property
    def kept_counts(self) -> dict[str, Any]:
        """Read what the last transaction that was kept has counted: what was rolled back after it is not here."""
        counts: dict[str, Any] = ImportBatch.objects.values_list("counts", flat=True).get(pk=self.pk)
        return counts

    def by_kind(self) -> list[tuple[Any, dict[str, int]]]:
        """List the counts with the kinds in words."""
        return [(KIND_WORDS.get(kind, kind), counts) for kind, counts in self.counts.items()]

    def begin(self) -> None:
        """Mark the import as running, with everything it runs by."""
        self.state, self.error, self.finished_at = self.State.RUNNING, "", None
        self.begun_at = self.begun_at or timezone.now()
        self.save()

    @transaction.atomic
    def run_later(self) -> None:
        """Hand the import to the job process; it goes on when the page is closed."""
        self.begin()
        jobs.ask("import", by=self.by, unique_key=self.job_key, batch=self.pk)

    @property
    def job_key(self) -> str:
        return f"import:{self.pk}"

    @property
    def job(self) -> Job | None:
        return Job.objects.filter(unique_key=self.job_key).first()

    @property
    def rows(self) -> int:
        """Give the number of rows in the files, as the first pass counted them."""
        counts = self.survey.get("counts", {})
        return sum(number for kind, number in counts.items() if kind not in ("open", "already"))

    def stop(self) -> None:
        """Stop a running import; what it has written stays."""
        job = self.job
        if job is not None:
            jobs.cancel(job)
            if job.state == Job.State.CANCELLED:
                self.fail(gettext("Somebody stopped it."), counts=self.counts)

    @transaction.atomic
    def finish(self, *, counts: dict[str, Any], notes: list[str], kept: list[dict[str, str]]) -> None:
        """Keep what came of the import; one history row stands for all that it created."""
        self.state, self.finished_at = self.State.DONE, timezone.now()
        self.counts, self.notes, self.kept = counts, notes, kept
        self.save(update_fields=["state", "finished_at", "counts", "notes", "kept"])
        what = {kind: [None, _in_words(told)] for kind, told in counts.items()}
        record(self, "imported", by=self.by, what=what, reason=str(self)[:200])

    def undo_later(self) -> None:
        """Hand the undoing of a large import to the job process."""
        self.is_being_undone()
        jobs.ask("undo_import", by=self.by, unique_key=f"undo-import:{self.pk}", batch=self.pk)

    def is_being_undone(self) -> None:
        """Keep that it is being taken back: whoever is interrupted may go on."""
        self.state = self.State.UNDOING
        self.save(update_fields=["state"])

    @transaction.atomic
    def is_undone(self, *, by: Person | None) -> None:
        """Keep that what the import made is gone; its files, counts and refused rows stay to be looked at."""
        self.state = self.State.UNDONE
        self.save(update_fields=["state"])
        record(self, "undone", by=by, reason=str(self)[:200])

    def fail(self, error: str, *, counts: dict[str, Any]) -> None:
        """Keep why the import stopped; what was written until then stays and is not written twice."""
        self.state, self.finished_at = self.State.FAILED, timezone.now()
        self.error, self.counts = error, counts
        self.save(update_fields=["state", "finished_at", "error", "counts"])


def _in_words(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {what}" for what, number in counts.items() if number)


class RefusedRow(models.Model):
    """One cell that could not be taken over; the rest of its row was, unless it cost the `whole_row`.

    `kept` tells that the row was here already, with a value there that it kept.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="refused_rows")
    table = models.CharField(_("file"), max_length=200)
    line = models.PositiveIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=200, blank=True)
    value = models.CharField(_("value"), max_length=200, blank=True)
    reason = models.TextField(_("reason"))
    whole_row = models.BooleanField(default=True)
    kept = models.BooleanField(default=False)

    class Meta:
        ordering = ["batch", "id"]

    @property
    def told(self) -> str:
        """Say what came of it: the row was refused, kept the value it had, or arrived without this one."""
        if self.whole_row or not self.column:
            return self.reason
        if self.kept:
            return gettext("Kept %(column)s as it was: %(reason)s") % {"column": self.column, "reason": self.reason}
        return gettext("Arrived without %(column)s: %(reason)s") % {"column": self.column, "reason": self.reason}


BY_ITS_BEGINNING = ["varchar_pattern_ops", "varchar_ops"]


class SourceLink(models.Model):
    """Which row of a source became what here; `given` is what the source said last, field by field."""

    source = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    external_id = models.CharField(max_length=250)
    object_id = models.BigIntegerField()
    given = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=40, blank=True)
    seen = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+")
    # Which import made it; none where it was here already.
    made_by = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="links_made")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "external_id"], name="source_link_once"),
        ]
        indexes = [
            models.Index(fields=["kind", "object_id"], name="source_link_of_object"),
            # By its beginning, which PostgreSQL reads from an index of this class alone; see `found.py`.
            models.Index(
                fields=["external_id", "kind"],
                opclasses=["varchar_pattern_ops", "varchar_ops"],
                name="source_link_by_id",
            ),
        ]


class SavedMapping(models.Model):
    """A mapping under a name, for next week's files of the same form."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    mapping = models.JSONField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    @transaction.atomic
    def keep(cls, *, by: Person | None, name: str, mapping: dict[str, Any]) -> SavedMapping:
        """Save a mapping under a name, in the place of an earlier one."""
        saved, new = cls.objects.update_or_create(name=name, defaults={"mapping": mapping, "by": by})
        record(saved, "saved" if new else "replaced", by=by, what={"name": [None, name]})
        return saved
