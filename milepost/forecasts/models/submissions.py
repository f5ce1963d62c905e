"""Submissions: the number somebody stands by for a period, never edited; and locks, after which none come in."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from milepost.forecasts.models.restated import Restated
from milepost.forecasts.models.snapshots import SnapshotDay
from milepost.team.models import Person, Role, Territory
from milepost.web.history import record


@dataclass(frozen=True)
class Basis:
    """What stood beside a number when it was submitted, in minor units; the model's limits where it reached so far."""

    closed_minor: int = 0
    commit_minor: int = 0
    best_case_minor: int = 0
    model_low_minor: int | None = None
    model_middle_minor: int | None = None
    model_high_minor: int | None = None
    opportunities: int = 0


class Outrun(ValueError):
    """Somebody has submitted a newer number since the form was opened."""

    def __init__(self, newer: Submission | None) -> None:
        super().__init__(_("Somebody has submitted another number meanwhile."))
        self.newer = newer


class Locked(ValueError):
    """The period is locked for those below."""


class Submissions(models.QuerySet["Submission"]):
    """Questions about submitted numbers."""

    def visible_to(self, person: Person) -> Submissions:
        """Keep those of territories the person sees whole, and the person's own."""
        sight = person.sight
        return self.filter(Q(territory_id__in=sight.territories) | Q(person_id__in=sight.people))

    def newest(self) -> Submissions:
        """Keep those that no newer one has superseded."""
        return self.filter(followed_by=None)


class Submission(Restated):
    """What one person says a territory, or a person in it, will bring in a period.

    A newer one names the one it supersedes as `previous`; nothing is edited. With `adjusts` it is a manager's number
    beside somebody else's: both stand.
    """

    period = models.CharField(max_length=24)
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    is_adjustment = models.BooleanField(default=False)
    adjusts = models.ForeignKey("self", models.PROTECT, null=True, related_name="adjusted_by")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    on = models.DateField()
    amount_minor = models.BigIntegerField()
    note = models.TextField(blank=True)
    previous = models.OneToOneField("self", models.PROTECT, null=True, related_name="followed_by")
    # Whose number it is, in one text that is never null: only one can be the first.
    whose = models.CharField(max_length=60, editable=False)
    snapshot = models.ForeignKey(SnapshotDay, models.SET_NULL, null=True, related_name="+")
    closed_minor = models.BigIntegerField(default=0)
    commit_minor = models.BigIntegerField(default=0)
    best_case_minor = models.BigIntegerField(default=0)
    model_low_minor = models.BigIntegerField(null=True)
    model_middle_minor = models.BigIntegerField(null=True)
    model_high_minor = models.BigIntegerField(null=True)
    opportunities = models.PositiveIntegerField(default=0)

    MONEY = (
        "amount_minor",
        "closed_minor",
        "commit_minor",
        "best_case_minor",
        "model_low_minor",
        "model_middle_minor",
        "model_high_minor",
    )
    objects = Submissions.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "whose"], condition=Q(previous=None), name="submission_first_once"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="submission_is_not_below_zero"),
        ]
        indexes = [models.Index(fields=["period", "territory", "-id"], name="submission_of_period")]

    def __str__(self) -> str:
        return f"{self.period}, {self.person or self.territory}"

    def people_ids(self) -> list[int | None]:
        """Return for whom it may be submitted: history says when somebody stood in."""
        return [self.person_id]

    @staticmethod
    def name_of(territory: int, person: int | None, is_adjustment: bool) -> str:
        """Return the text that tells one whose from another."""
        return f"{territory}/{person or 0}/{'adjusted' if is_adjustment else 'own'}"

    @classmethod
    def standing(cls, period: str, territory: int, person: int | None, is_adjustment: bool) -> Submission | None:
        """Return the newest of one whose, if there is any."""
        whose = cls.name_of(territory, person, is_adjustment)
        return cls.objects.newest().filter(period=period, whose=whose).select_related("by").first()

    @classmethod
    @transaction.atomic
    def give(
        cls,
        *,
        by: Person,
        on: datetime.date,
        period: str,
        territory: Territory,
        person: Person | None,
        amount_minor: int,
        currency: str,
        note: str = "",
        is_adjustment: bool = False,
        previous: int | None = None,
        basis: Basis | None = None,
        snapshot: SnapshotDay | None = None,
    ) -> Submission:
        """Submit a number in place of `previous`, which stays; sent twice, it counts once.

        Raises Outrun when another one is the newest by now, and Locked when the period is locked for `by`.
        """
        PeriodLock.hold_still(territory)
        PeriodLock.refuse(period, territory, by=by)
        now = cls.standing(period, territory.pk, person.pk if person else None, is_adjustment)
        if (now.pk if now else None) != previous:
            if now is not None and (now.by_id, now.amount_minor, now.note) == (by.pk, amount_minor, note):
                return now
            raise Outrun(now)
        own = cls.standing(period, territory.pk, person.pk if person else None, False) if is_adjustment else None
        values: dict[str, Any] = asdict(basis or Basis())
        values |= {"on": on, "period": period, "territory": territory, "person": person, "note": note, "by": by}
        values |= {"amount_minor": amount_minor, "currency": currency, "snapshot": snapshot, "previous": now}
        whose = cls.name_of(territory.pk, person.pk if person else None, is_adjustment)
        try:
            with transaction.atomic():
                given = cls.objects.create(whose=whose, is_adjustment=is_adjustment, adjusts=own, **values)
        except IntegrityError as error:
            raise Outrun(None) from error
        before = now.restated(currency).amount_minor if now and now.counts_in(currency) else None
        what = {"amount_minor": [before, amount_minor], "period": [None, period]}
        record(given, "adjusted" if is_adjustment else "submitted", by=by, what=what, reason=note)
        return given


class Locks(models.QuerySet["PeriodLock"]):
    """Questions about locks."""

    def standing(self) -> Locks:
        return self.filter(unlocked_at=None)

    def over(self, territory: Territory) -> Locks:
        """Keep those of a territory and of all above it."""
        return self.filter(territory_id__in=above(territory))


class PeriodLock(models.Model):
    """A sales manager takes no more numbers for a period from those below; a row with who, when and, undone, why."""

    period = models.CharField(max_length=24)
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    unlocked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    unlocked_at = models.DateTimeField(null=True)
    unlock_reason = models.TextField(blank=True)

    objects = Locks.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "territory"], condition=Q(unlocked_at=None), name="period_locked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.period}, {self.territory}"

    @staticmethod
    def hold_still(territory: Territory) -> None:
        """Let nobody lock while somebody submits, nor the other way round: one waits for the other."""
        rows = Territory.objects.select_for_update(no_key=True).filter(pk__in=above(territory))
        list(rows.order_by("path").values_list("pk"))

    @classmethod
    def refuse(cls, period: str, territory: Territory, *, by: Person) -> None:
        """Raise Locked when a lock stands that `by` has no say over."""
        for lock in cls.objects.standing().over(territory).filter(period=period).select_related("territory", "by"):
            if lock.binds(by):
                who = lock.by.name if lock.by else "Milepost"
                said = {"who": who, "territory": lock.territory.name}
                raise Locked(_("%(who)s has locked this period for %(territory)s. Ask them to unlock it.") % said)

    def binds(self, person: Person) -> bool:
        """Tell whether the lock stops a person: it does not stop the sales managers of its territory."""
        return not person.sight.holds(Role.SALES_MANAGER, territory=self.territory_id)

    @classmethod
    @transaction.atomic
    def set(cls, *, by: Person | None, period: str, territory: Territory) -> PeriodLock:
        """Lock a period for a territory and all below; one that is locked stays as it is."""
        cls.hold_still(territory)
        lock = cls.objects.standing().filter(period=period, territory=territory).first()
        if lock is None:
            lock = cls.objects.create(period=period, territory=territory, by=by)
            record(lock, "locked", by=by, what={"period": [None, period]})
        return lock

    @transaction.atomic
    def unlock(self, *, by: Person, reason: str) -> None:
        """Take numbers again; the lock stays on record. One that somebody else has undone stays undone by them."""
        undone = {"unlocked_by": by, "unlocked_at": timezone.now(), "unlock_reason": reason}
        if PeriodLock.objects.standing().filter(pk=self.pk).update(**undone):
            record(self, "unlocked", by=by, what={"period": [self.period, None]}, reason=reason)


def above(territory: Territory) -> list[int]:
    """Return the ids of a territory and of all above it.

    >>> above(Territory(path="/1/4/"))
    [1, 4]
    """
    return [int(part) for part in territory.path.strip("/").split("/")]
