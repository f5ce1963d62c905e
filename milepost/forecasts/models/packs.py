"""Packs by schedule: who gets which when, and those that were made."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.signing import BadSignature, Signer
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from milepost.forecasts.packs.when import Rhythm, next_due
from milepost.team.models import Company, Person, Territory
from milepost.web.history import record


class PackKind(models.TextChoices):
    """What a pack is for."""

    CALL = "call", _("Forecast call")
    REVIEW = "review", _("Quarterly review")


class Subscriptions(models.QuerySet["PackSubscription"]):
    """Questions about subscriptions."""

    def standing(self) -> Subscriptions:
        return self.filter(ended_at=None)

    def visible_to(self, person: Person) -> Subscriptions:
        """Keep those one gets, and those one has arranged."""
        people = person.sight.people
        return self.filter(Q(recipient_id__in=people) | Q(by_id__in=people))

    def due(self, now: datetime.datetime) -> Subscriptions:
        return self.standing().filter(next_at__lte=now)


class PackSubscription(models.Model):
    """One person gets one kind of pack, of a territory or of all they see, again and again until it is ended."""

    kind = models.CharField(max_length=6, choices=PackKind.choices)
    recipient = models.ForeignKey(Person, models.PROTECT, related_name="+")
    territory = models.ForeignKey(Territory, models.PROTECT, null=True, related_name="+")
    rhythm = models.CharField(max_length=9, choices=Rhythm.choices)
    day = models.PositiveSmallIntegerField()
    hour = models.PositiveSmallIntegerField()
    zone = models.CharField(max_length=60)
    next_at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    why_ended = models.CharField(max_length=200, blank=True)

    objects = Subscriptions.as_manager()

    class Meta:
        ordering = ["recipient__name_key", "kind", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.recipient}"

    def people_ids(self) -> list[int]:
        """Return whose it is: history says when somebody stood in."""
        return [self.recipient_id, self.by_id]

    @classmethod
    @transaction.atomic
    def begin(cls, *, by: Person, recipient: Person, company: Company, **values: Any) -> PackSubscription:
        """Let a person get a pack from now on; asked for again exactly so, it stands once."""
        same = cls.objects.standing().filter(recipient=recipient, **values).first()
        if same is not None:
            return same
        due = next_due(**_clock(values), calendar=company.fiscal, after=timezone.now())
        begun = cls.objects.create(by=by, recipient=recipient, next_at=due, **values)
        record(begun, "subscribed", by=by, what={"recipient": [None, str(recipient)]}, part=str(begun)[:200])
        return begun

    @transaction.atomic
    def end(self, *, by: Person | None, why: str = "") -> None:
        """Send no more; what was made stays."""
        ended = {"ended_at": timezone.now(), "ended_by": by, "why_ended": why[:200]}
        if PackSubscription.objects.standing().filter(pk=self.pk).update(**ended):
            record(self, "unsubscribed", by=by, reason=why, part=str(self)[:200])

    def move_on(self, company: Company, *, now: datetime.datetime) -> None:
        """Set when the next one is due; what was missed while nothing ran is not made up for."""
        clock = _clock({name: getattr(self, name) for name in ("rhythm", "day", "hour", "zone")})
        self.next_at = next_due(**clock, calendar=company.fiscal, after=now)
        self.save(update_fields=["next_at"])

    @property
    def token(self) -> str:
        """Return what the link to end it carries: whoever has it may, and nothing else."""
        return Signer(salt="pack").sign(str(self.pk))

    @classmethod
    def of_token(cls, token: str) -> PackSubscription | None:
        """Return the subscription that a link names."""
        try:
            pk = int(Signer(salt="pack").unsign(token))
        except (BadSignature, ValueError):
            return None
        return cls.objects.filter(pk=pk).select_related("recipient", "territory").first()


def _clock(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in ("rhythm", "day", "hour", "zone")}


class KeptPacks(models.QuerySet["KeptPack"]):
    """Questions about kept packs."""

    def visible_to(self, person: Person) -> KeptPacks:
        """Keep one's own, as long as one still sees every territory that is in them."""
        sight = person.sight
        held = set().union(sight.territories, *sight.roles.values())
        lost = KeptPack.territories.through.objects.exclude(territory_id__in=held)
        return self.filter(recipient_id__in=sight.people).exclude(pk__in=lost.values("keptpack_id"))


class KeptPack(models.Model):
    """A pack as it was made for one person; its files are stored once under the sum of what is in them.

    `error` says in words why it could not be made or mailed; `mailed_at` is empty where no mail is sent.
    """

    subscription = models.ForeignKey(PackSubscription, models.PROTECT, related_name="kept")
    recipient = models.ForeignKey(Person, models.PROTECT, related_name="+")
    territories = models.ManyToManyField(Territory, related_name="+")
    due_at = models.DateTimeField()
    on = models.DateField()
    made_at = models.DateTimeField(null=True)
    title = models.CharField(max_length=200, blank=True)
    file_name = models.CharField(max_length=80, blank=True)
    pdf = models.CharField(max_length=64, blank=True)
    xlsx = models.CharField(max_length=64, blank=True)
    lacks_fonts = models.BooleanField(default=False)
    mailed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    objects = KeptPacks.as_manager()

    class Meta:
        ordering = ["-due_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["subscription", "due_at"], name="pack_made_once")]

    def __str__(self) -> str:
        return self.title

    def open(self, kind: str) -> Any:
        """Open one of its files, "pdf" or "xlsx"."""
        return default_storage.open(path_of(getattr(self, kind)))

    def read(self, kind: str) -> bytes:
        with self.open(kind) as file:
            content: bytes = file.read()
        return content


def path_of(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def store(content: bytes) -> str:
    """Keep a file under the sum of what is in it, and return that."""
    digest = hashlib.sha256(content).hexdigest()
    if not default_storage.exists(path_of(digest)):
        default_storage.save(path_of(digest), ContentFile(content))
    return digest
