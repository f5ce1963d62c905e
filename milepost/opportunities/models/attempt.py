"""Attempts: one try at a step, an appointment with its date, place and people."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.accounts.models import Contact
from milepost.opportunities import line
from milepost.opportunities.models.stay import Stay
from milepost.opportunities.models.step import NotAllowed, Step
from milepost.team.models import Person
from milepost.web.history import StaleEdit, plain
from milepost.web.models import Editable


class Attempt(Editable):
    """An appointment: local date and time with their zone, and `starts_at`, the same instant in UTC."""

    class State(models.TextChoices):
        SCHEDULED = "scheduled", gettext_lazy("scheduled")
        HELD = "held", gettext_lazy("held, result missing")
        CLOSED = "closed", gettext_lazy("reported")
        CANCELLED = "cancelled", gettext_lazy("cancelled")

    class Result(models.TextChoices):
        WON = "won", gettext_lazy("Reached")
        LOST = "lost", gettext_lazy("Client said no")
        AGAIN = "again", gettext_lazy("Meet again")
        MISSED = "missed", gettext_lazy("They did not come")

    step = models.ForeignKey(Step, models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField(default=1)
    on = models.DateField(gettext_lazy("date"))
    time = models.TimeField(gettext_lazy("time"), null=True, blank=True)
    zone = models.CharField(gettext_lazy("time zone"), max_length=60)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(gettext_lazy("minutes"), default=60)
    place = models.CharField(gettext_lazy("place or link"), max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SCHEDULED)
    result = models.CharField(max_length=6, choices=Result.choices, blank=True)
    agreed_in_room = models.BooleanField(gettext_lazy("next date agreed in the room"), null=True, blank=True)
    reported_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reported_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["step", "number"]
        constraints = [
            models.UniqueConstraint(fields=["step", "number"], name="attempt_number"),
            models.UniqueConstraint(
                fields=["step"], condition=Q(state__in=["scheduled", "held"]), name="one_attempt_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["state", "on"], name="attempt_by_day")]

    def __str__(self) -> str:
        return f"{self.step.name}, {self.on}"

    @property
    def ends_at(self) -> datetime.datetime:
        return self.starts_at + datetime.timedelta(minutes=self.minutes)

    @classmethod
    @transaction.atomic
    def schedule(
        cls,
        step: Step,
        *,
        by: Person | None,
        on: datetime.date,
        time: datetime.time | None,
        zone: str,
        minutes: int = 60,
        place: str = "",
        ours: Iterable[Person] = (),
        theirs: Iterable[Contact] = (),
        version: int | None = None,
        by_whom: str = "",
        reason: str = "",
    ) -> Attempt:
        """Give the step its appointment, or move the one it has, `by_them` or `by_us`, for a reason."""
        step.must_be_alive()
        if step.state == line.HELD:
            raise NotAllowed(_("“%s” has been held. Report its result first.") % step.name)
        step.must_be_open()
        step.must_be_released()
        values: dict[str, Any] = {"on": on, "time": time, "zone": zone, "minutes": minutes, "place": place}
        values["starts_at"] = instant(on, time, zone)
        attempt, ours, theirs = step.attempt, list(ours), list(theirs)
        if attempt is None:
            number = (step.attempts.aggregate(last=models.Max("number"))["last"] or 0) + 1
            attempt = cls.objects.create(step=step, number=number, **values)
            what = {"on": [None, on.isoformat()], "time": [None, time and time.isoformat("minutes")]}
            what["who"] = [None, ", ".join(sorted(str(each) for each in (*ours, *theirs)))]
            what |= {"place": [None, place]} if place else {}
            step.tell("step scheduled", by=by, what=what)
            attempt.invite(ours=ours, theirs=theirs)
        else:
            attempt.must_be_current(version, ours=ours, theirs=theirs)
            before = {name: plain(getattr(attempt, name)) for name in ("on", "time", "zone", "minutes", "place")}
            if attempt.edit(by=by, version=version, verb="moved", **values):
                what = {name: [was, plain(values[name])] for name, was in before.items() if was != plain(values[name])}
                what |= {"moved_by": [None, by_whom]} if by_whom else {}
                step.tell("appointment moved", by=by, what=what, reason=reason)
            attempt.reinvite(by=by, ours=ours, theirs=theirs)
        step.state = line.SCHEDULED
        step.save(update_fields=["state"])
        step.opportunity.moved_by_a_person()
        step.opportunity.restand()
        return attempt

    def must_be_current(self, version: int | None, *, ours: list[Person], theirs: list[Contact]) -> None:
        """Raise StaleEdit when people would be changed who were invited after `version` was shown."""
        rows = self.attendances.values_list("person_id", "contact_id")
        wanted = [*((person.pk, None) for person in ours), *((None, contact.pk) for contact in theirs)]
        if version is not None and version != self.version and set(rows) != set(wanted):
            raise StaleEdit(self, version)

    def invite(self, *, ours: Iterable[Person], theirs: Iterable[Contact]) -> None:
        """Let these people attend too."""
        rows = [Attendance(attempt=self, person=person) for person in ours]
        rows += [Attendance(attempt=self, contact=contact) for contact in theirs]
        Attendance.objects.bulk_create(rows)

    def reinvite(self, *, by: Person | None, ours: list[Person], theirs: list[Contact]) -> None:
        """Let exactly these people attend; who was invited already keeps their row."""
        there = list(self.attendances.select_related("person", "contact"))
        people, contacts = {a.person for a in there} - {None}, {a.contact for a in there} - {None}
        if people == set(ours) and contacts == set(theirs):
            return
        gone = [a.pk for a in there if a.person not in ours and a.contact not in theirs]
        self.attendances.filter(pk__in=gone).delete()
        self.invite(ours=set(ours) - people, theirs=set(theirs) - contacts)
        Attempt.objects.filter(pk=self.pk).update(version=models.F("version") + 1)
        self.version += 1
        was, now = (", ".join(sorted(map(str, who))) for who in (there, [*ours, *theirs]))
        self.step.tell("people invited", by=by, what={"who": [was, now]})

    @transaction.atomic
    def cancel(self, *, by: Person, reason: str = "", by_whom: str = "") -> None:
        """Call the appointment off, `by_them` or `by_us`; the step is planned again, and its clock goes on."""
        self._as_it_stands()
        if self.state != self.State.SCHEDULED:
            raise NotAllowed(_("Only an appointment that is still to come can be called off."))
        self.state = self.State.CANCELLED
        self.save(update_fields=["state"])
        self.step.state = line.PLANNED
        self.step.save(update_fields=["state"])
        what = {"called_off_by": [None, by_whom]} if by_whom else {}
        self.step.tell("appointment called off", by=by, what=what, reason=reason)
        self.step.opportunity.restand()

    @transaction.atomic
    def hold(self, *, by: Person | None) -> None:
        """Record that the appointment took place; its result is still missing (rule 2)."""
        self._as_it_stands()
        if self.state != self.State.SCHEDULED:
            raise NotAllowed(_("This appointment has been held already."))
        self.step.may_be_held()
        self.state = self.State.HELD
        self.save(update_fields=["state"])
        self.step.state = line.HELD
        self.step.save(update_fields=["state"])
        self.step.tell("step held", by=by)
        self.step.opportunity.restand()

    def _as_it_stands(self) -> None:
        self.step.must_be_alive()
        self.refresh_from_db(fields=["state"])

    @transaction.atomic
    def close(self, *, by: Person | None, result: str, at: datetime.datetime, agreed: bool | None = None) -> None:
        """Close the attempt with its result; what it means for the step is `report.py`'s."""
        self.state, self.result, self.agreed_in_room = self.State.CLOSED, result, agreed
        self.reported_by, self.reported_at = by, at
        self.save(update_fields=["state", "result", "agreed_in_room", "reported_by", "reported_at"])

    @transaction.atomic
    def miss(self, *, by: Person, at: datetime.datetime, reason: str = "") -> None:
        """Record that the client did not come: nothing was held, so the step waits on and its clock with it."""
        self._as_it_stands()
        self.attendances.filter(contact__isnull=False).update(came=False)
        self.close(by=by, result=self.Result.MISSED, at=at)
        self.state = self.State.CANCELLED
        self.save(update_fields=["state"])
        self.step.state = line.PLANNED
        self.step.save(update_fields=["state"])
        what = {"on": [None, self.on.isoformat()]}
        self.step.tell("client did not come", by=by, what=what, reason=reason)
        self.step.opportunity.moved_by_a_person()
        self.step.opportunity.restand()

    def try_again(self, *, by: Person | None, on: datetime.date) -> None:
        """Let the step wait for another attempt: its clock restarts, it has not been lost."""
        step = self.step
        step.pass_over(by=by, on=on)
        step.state = line.PLANNED
        step.save(update_fields=["state"])
        if step.stays.filter(left_on=None, end="").update(left_on=on, end=Stay.End.AGAIN):
            Stay.begin(step, on=on)
        step.tell("to meet again", by=by)
        step.opportunity.moved_by_a_person()
        step.opportunity.restand()


class Attendance(models.Model):
    """Somebody of either side at an appointment; `came` is None until it is reported."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="attendances")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    came = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, contact=None) | Q(person=None, contact__isnull=False),
                name="attendance_of_one_side",
            )
        ]

    def __str__(self) -> str:
        return str(self.person or self.contact)


def instant(on: datetime.date, time: datetime.time | None, zone: str) -> datetime.datetime:
    """Return the instant in UTC of a local date and time; without a time, nine in the morning."""
    local = datetime.datetime.combine(on, time or datetime.time(9), zoneinfo.ZoneInfo(zone))
    return local.astimezone(datetime.UTC)
