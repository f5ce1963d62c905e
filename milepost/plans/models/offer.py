"""Times offered to the client for a step: up to three, of which one is picked and the others are released."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from milepost.opportunities import line
from milepost.opportunities.models import Attempt, Step
from milepost.opportunities.models.attempt import instant
from milepost.opportunities.models.opportunity import seen_by
from milepost.opportunities.models.step import NotAllowed
from milepost.plans.models.invitation import Invitation
from milepost.plans.models.plan import PlanPart
from milepost.team.models import Person
from milepost.web.history import record

MOST = 3
When = tuple[datetime.date, datetime.time]


class TimeOffer(models.Model):
    """What all times offered at once have in common; it stands until one is picked or all are withdrawn.

    `after` is the number of the step's last appointment at that time: once there is a later one, nothing of the offer
    can be picked any more, whoever made the appointment. Where the step had a date, `instead_of` is when: that date
    stands until another is picked, which moves it `by_them` or `by_us` (`by_whom`); moved otherwise, the offer lapses.
    """

    part = models.ForeignKey(PlanPart, models.CASCADE, related_name="time_offers")
    zone = models.CharField(max_length=60)
    minutes = models.PositiveSmallIntegerField(default=60)
    place = models.CharField(max_length=300, blank=True)
    ours = models.ManyToManyField(Person, related_name="+")
    after = models.PositiveSmallIntegerField(default=0)
    instead_of = models.DateTimeField(null=True)
    by_whom = models.CharField(max_length=7, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["part"], condition=Q(ended_at=None), name="plan_part_one_offer_of_times")
        ]

    def __str__(self) -> str:
        return str(self.part)

    @classmethod
    @transaction.atomic
    def make(
        cls, part: PlanPart, *, by: Person | None, times: Sequence[When], ours: Iterable[Person] = (), **more: Any
    ) -> TimeOffer:
        """Offer times for a step, in place of those offered before; a date that is set stands until one is picked.

        Raises NotAllowed behind a gate, and for a step that has been held.
        """
        step = step_of(part)
        step.must_be_alive()
        step.must_be_open()
        step.must_be_released()
        if step.state == line.HELD:
            raise NotAllowed(_("“%s” has been held. Report its result first.") % step.name)
        part.time_offers.filter(ended_at=None).update(ended_at=timezone.now())
        last = step.attempts.aggregate(last=Max("number"))["last"] or 0
        booked = step.attempt
        offer = cls.objects.create(part=part, by=by, after=last, instead_of=booked and booked.starts_at, **more)
        offer.ours.set(ours)
        OfferedTime.objects.bulk_create(
            OfferedTime(offer=offer, on=on, time=time, starts_at=instant(on, time, offer.zone)) for on, time in times
        )
        what = {"times": [None, "; ".join(said(on, time) for on, time in times)]}
        record(step.opportunity, "times offered", by=by, part=step.name, what=what)
        return offer

    @transaction.atomic
    def withdraw(self, *, by: Person) -> bool:
        """Take back all that is still offered; False when nothing was any more."""
        step = step_of(self.part)
        step.opportunity.hold_still()
        if not TimeOffer.objects.filter(pk=self.pk, ended_at=None).update(ended_at=timezone.now()):
            return False
        record(step.opportunity, "times withdrawn", by=by, part=step.name)
        return True


class OfferedTimes(models.QuerySet["OfferedTime"]):
    """Questions about many offered times."""

    def visible_to(self, person: Any) -> OfferedTimes:
        of = "offer__part__plan__opportunity__"
        return self.filter(seen_by(person, of), offer__part__plan__opportunity__merged_into=None)

    def standing(self) -> OfferedTimes:
        """Keep what is neither picked nor withdrawn, of a step whose date is as it was then; some have passed."""
        own = Attempt.objects.filter(step=OuterRef("offer__part__step"))
        later = own.filter(number__gt=OuterRef("offer__after"))
        same = own.filter(number=OuterRef("offer__after"), starts_at=OuterRef("offer__instead_of"), state="scheduled")
        has_none = Q(~Exists(later), offer__part__step__state=line.PLANNED)
        has_that = Q(Exists(same), offer__part__step__state=line.SCHEDULED)
        return self.filter(has_none | has_that, offer__ended_at=None, withdrawn_at=None)

    def open(self) -> OfferedTimes:
        """Keep what can be picked now."""
        return self.standing().filter(starts_at__gt=timezone.now())


class OfferedTime(models.Model):
    """One of the times: a day and a time of day in the offer's zone, and `starts_at`, the same instant."""

    offer = models.ForeignKey(TimeOffer, models.CASCADE, related_name="times")
    on = models.DateField()
    time = models.TimeField()
    starts_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    picked_at = models.DateTimeField(null=True)
    picked_by = models.ForeignKey(Invitation, models.PROTECT, null=True, related_name="+")

    objects = OfferedTimes.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["offer"], condition=Q(picked_at__isnull=False), name="plan_one_time_of_an_offer"
            )
        ]

    def __str__(self) -> str:
        return said(self.on, self.time)

    @property
    def is_past(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def local(self) -> datetime.datetime:
        """Return the moment in the offer's own zone."""
        return self.starts_at.astimezone(zoneinfo.ZoneInfo(self.offer.zone))

    @transaction.atomic
    def withdraw(self, *, by: Person) -> bool:
        """Take this one back; with the last of them the offer ends. False when it was not offered any more."""
        step = step_of(self.offer.part)
        step.opportunity.hold_still()
        mine = OfferedTime.objects.filter(pk=self.pk, withdrawn_at=None, offer__ended_at=None)
        if not mine.update(withdrawn_at=timezone.now()):
            return False
        if not OfferedTime.objects.filter(offer=self.offer_id, withdrawn_at=None).exists():
            TimeOffer.objects.filter(pk=self.offer_id).update(ended_at=timezone.now())
        what = {"times": [None, said(self.on, self.time)]}
        record(step.opportunity, "times withdrawn", by=by, part=step.name, what=what)
        return True


def said(on: datetime.date, time: datetime.time) -> str:
    """Return a day and a time as the history keeps them: "9 Mar 2027, 14:00"."""
    return f"{date_format(on, 'j M Y')}, {time:%H:%M}"


def step_of(part: PlanPart) -> Step:
    """Return the step that a part stands for, with its opportunity; raises NotAllowed for another kind of part."""
    step = part.step
    if step is None:
        raise NotAllowed(_("Times are offered for a step."))
    step.opportunity = part.plan.opportunity
    return step
