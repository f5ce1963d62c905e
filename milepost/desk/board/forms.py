"""The forms in the lines of the Board."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.opportunities.forms.fields import TimeInput, ask_if_far, day_field, must_be_to_come
from milepost.opportunities.models import Attempt, Attendance, Category, Judgement, Standing, Step
from milepost.team.models import Company, Person
from milepost.web.history import StaleEdit
from milepost.web.words import day


class Stale(Exception):
    """Somebody was first; `now` is what the form must know to be sent again and count."""

    def __init__(self, why: str, **now: str) -> None:
        super().__init__(why)
        self.now = now


class RowForm(forms.Form):
    """A form in a line: `keep` does what it asks; False when it must be shown again, with the reason in it."""

    name = ""
    said: str = ""

    def __init__(self, data: Any, *, row: Standing, person: Person) -> None:
        self.row, self.person, self.is_stale = row, person, False
        super().__init__(data, initial=self.first_values(), auto_id=f"row-{row.pk}-%s")

    @property
    def status(self) -> int:
        if self.is_stale:
            return 409
        return 422 if self.is_bound and self.errors else 200

    def first_values(self) -> dict[str, Any]:
        raise NotImplementedError

    def keep(self) -> bool:
        """Do what was asked."""
        try:
            self.act()
        except Stale as stale:
            self.is_stale = True
            self.data = self.data.copy()
            for name, value in stale.now.items():
                self.data[name] = value
            self.add_error(None, str(stale))
        except ValueError as error:
            self.add_error(None, str(error))
        return not self.errors

    def act(self) -> None:
        raise NotImplementedError


class CategoryForm(RowForm):
    """The person's own category, beside the model's."""

    name = "category"
    category = forms.ChoiceField(label=gettext_lazy("My category"), choices=Category.choices)
    was = forms.CharField(required=False, widget=forms.HiddenInput)

    def first_values(self) -> dict[str, Any]:
        return {"category": self.row.category, "was": self.row.judged_category}

    def act(self) -> None:
        chosen, now = self.cleaned_data["category"], self.row.judged_category
        self.said = _("Kept as “%s”.") % Category(chosen).label
        if chosen == now:
            return
        if self.cleaned_data["was"] != now:
            theirs = Category(now).label if now else _("nothing")
            why = _("Somebody has said “%s” since you opened this. Your choice is still here; save again if it stands.")
            raise Stale(why % theirs, was=now)
        today = Company.the().today()
        Judgement.give(self.row.opportunity, by=self.person, on=today, category=chosen)


class NextForm(RowForm):
    """The date and time of the current step's appointment."""

    name = "next"
    on = day_field(gettext_lazy("Date"))
    time = forms.TimeField(label=gettext_lazy("Time"), required=False, widget=TimeInput())
    attempt = forms.IntegerField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    at = forms.IntegerField(required=False, widget=forms.HiddenInput)
    far = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def step(self) -> Step | None:
        return self.row.opportunity.current_step

    def first_values(self) -> dict[str, Any]:
        attempt = self.step.attempt if self.step else None
        if attempt is None:
            return {"at": self.row.step_id}
        known = {"on": attempt.on, "time": attempt.time, "attempt": attempt.pk, "version": attempt.version}
        return {**known, "at": self.row.step_id}

    def clean_on(self) -> Any:
        attempt = self.step.attempt if self.step else None
        return must_be_to_come(self.cleaned_data["on"], was=attempt.on if attempt else None)

    def clean(self) -> dict[str, Any]:
        ask_if_far(self, "on")
        return self.cleaned_data

    def act(self) -> None:
        step = self.step
        if step is None:
            raise ValueError(_("Every step is reached: there is nothing left to book."))
        if self.cleaned_data["at"] != step.pk:
            why = _("It has moved on to “%s” since you opened this. Save again to give that step the date.")
            raise Stale(why % step.name, at=str(step.pk), **_marks(step.attempt))
        attempt = step.attempt
        self.said = _("“%(step)s” is on %(day)s.") % {"step": step.name, "day": day(self.cleaned_data["on"])}
        if self.cleaned_data["attempt"] != (attempt.pk if attempt else None):
            raise _moved(attempt)
        try:
            Attempt.schedule(step, by=self.person, **self._appointment(step, attempt))
        except StaleEdit as error:
            raise _moved(step.attempt) from error

    def _appointment(self, step: Step, attempt: Attempt | None) -> dict[str, Any]:
        """Return what `Attempt.schedule` takes; place and people of an appointment that is moved stay."""
        asked = {"on": self.cleaned_data["on"], "time": self.cleaned_data["time"]}
        if attempt is None:
            ours = step.opportunity.salesperson or step.opportunity.coordinator
            zone = self.person.time_zone or Company.the().time_zone
            return {**asked, "zone": zone, "ours": [ours] if ours else []}
        who = list(Attendance.objects.filter(attempt=attempt).select_related("person", "contact"))
        return {
            **asked,
            "zone": attempt.zone,
            "minutes": attempt.minutes,
            "place": attempt.place,
            "ours": [a.person for a in who if a.person],
            "theirs": [a.contact for a in who if a.contact],
            "version": self.cleaned_data["version"],
        }


def _moved(attempt: Attempt | None) -> Stale:
    if attempt is None:
        why = _("Somebody has called this appointment off since you opened it. Save again to book yours.")
        return Stale(why, **_marks(None))
    why = _("Somebody has put this on %s since you opened it. Your date is still here; save again to move it.")
    return Stale(why % day(attempt.on), **_marks(attempt))


def _marks(attempt: Attempt | None) -> dict[str, str]:
    """Return by which the form knows the appointment it was opened for."""
    return {"attempt": str(attempt.pk), "version": str(attempt.version)} if attempt else {"attempt": "", "version": ""}
