"""The form that reports an appointment."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.opportunities.forms.fields import TimeInput, ask_if_far, day_field
from milepost.opportunities.forms.steps import own_people
from milepost.opportunities.models import Attempt, Step
from milepost.opportunities.report import TaskAsked
from milepost.team.models import Person
from milepost.web.words import day

TASKS = 3


def _next_needs_a_date(step: Step) -> str:
    """Say why no step after this one could be given a date, "" where one could."""
    others = [other for other in step.opportunity.steps_in_order if other.pk != step.pk]
    if any(other.is_open for other in others):
        return ""
    if names := [other.name for other in others if other.to_confirm]:
        said = _("Later steps need no date, they are to be confirmed: %(names)s. Give one only to meet again for this.")
        return said % {"names": ", ".join(names)}
    return _("No step is left after this one: only if you meet again for it.")


class ReportForm(forms.Form):
    """The debrief of one minute: result, who came, notes, tasks, and the next date if one was agreed."""

    result = forms.ChoiceField(label=gettext_lazy("Result"), choices=Attempt.Result.choices, widget=forms.RadioSelect)
    on = day_field(gettext_lazy("Day of the appointment"))
    came = forms.MultipleChoiceField(
        label=gettext_lazy("Who came"), required=False, widget=forms.CheckboxSelectMultiple
    )
    notes = forms.CharField(
        label=gettext_lazy("What happened"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    agreed = forms.TypedChoiceField(
        label=gettext_lazy("Next date agreed in the room?"),
        required=False,
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        coerce=lambda said: said == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
    )
    next_on = day_field(gettext_lazy("Next appointment"), required=False)
    next_time = forms.TimeField(label=gettext_lazy("At"), required=False, widget=TimeInput())
    far = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, step: Step, person: Person, today: datetime.date, **kwargs: Any) -> None:
        attempt = step.attempt
        self.attendances = list(attempt.attendances.select_related("person", "contact")) if attempt else []
        held = min(attempt.on, today) if attempt else today
        first = {"on": held, "came": [str(a.pk) for a in self.attendances]}
        kwargs["initial"] = {**first, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.today, self.began, self.attempt = today, step.opportunity.started_on, attempt
        if attempt and attempt.on > today:
            self.fields["on"].help_text = _(
                "The appointment is set for %(day)s. What you report took place earlier, on the day you give here."
            ) % {"day": day(attempt.on)}
        if self.attendances:
            came: Any = self.fields["came"]
            came.choices = [(str(a.pk), str(a)) for a in self.attendances]
        else:
            del self.fields["came"]
        self.fields["next_on"].help_text = _next_needs_a_date(step)
        self._ask_what_is_met(step)
        self._ask_for_tasks(step, person)

    def _ask_what_is_met(self, step: Step) -> None:
        """Ask which of the step's open conditions are met by now: it is not reached before they are."""
        self.unmet = list(step.conditions.unmet())
        if self.unmet:
            self.fields["met"] = forms.TypedMultipleChoiceField(
                label=_("Met by now"),
                required=False,
                help_text=_("The step is reached once each is met or waived."),
                coerce=int,
                choices=[(one.pk, f"{one.name}, {one.get_state_display()}") for one in self.unmet],
                widget=forms.CheckboxSelectMultiple,
            )

    def _ask_for_tasks(self, step: Step, person: Person) -> None:
        people = own_people(step.opportunity)
        # Whoever fills it in is "me", and is not offered by name as well.
        offered = [("", _("me")), *((one.pk, str(one)) for one in people if one != person)]
        for n in range(1, TASKS + 1):
            self.fields[f"task_{n}"] = forms.CharField(label=_("Task"), required=False, max_length=300)
            owner: Any = forms.ModelChoiceField(people, label=_("Who"), required=False)
            owner.choices = offered
            self.fields[f"task_{n}_owner"] = owner
            self.fields[f"task_{n}_due"] = day_field(_("By"), required=False)

    def task_rows(self) -> list[tuple[Any, Any, Any]]:
        """Return the bound fields of each task, for the template."""
        return [(self[f"task_{n}"], self[f"task_{n}_owner"], self[f"task_{n}_due"]) for n in range(1, TASKS + 1)]

    def has_more_tasks(self) -> bool:
        """Tell whether anything stands in the rows after the first, or is wrong there."""
        return any(field.value() or field.errors for row in self.task_rows()[1:] for field in row)

    def clean_on(self) -> datetime.date:
        on: datetime.date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("An appointment that is still to come cannot be reported."))
        if self.began and on < self.began:
            raise forms.ValidationError(_("The opportunity began later, on %(day)s.") % {"day": day(self.began)})
        return on

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("next_time") and not data.get("next_on") and "next_on" not in self.errors:
            self.add_error("next_on", _("Say on which day."))
        goes_on = data.get("result") != Attempt.Result.LOST
        if goes_on and data.get("agreed") and not data.get("next_on") and "next_on" not in self.errors:
            self.add_error("next_on", _("Which date was agreed? If none was, say “No” above."))
        still = [one.name for one in self.unmet if one.pk not in (data.get("met") or ())]
        if data.get("result") == Attempt.Result.WON and still and "met" not in self.errors:
            self.add_error(
                "met", _("Still open: %(names)s. Tick what is met, or meet again.") % {"names": ", ".join(still)}
            )
        if data.get("result") == Attempt.Result.LOST and data.get("next_on"):
            self.add_error("next_on", _("The client said no: there is no next appointment. Clear the date."))
        self._ask_who_was_there(data)
        held, following = data.get("on"), data.get("next_on")
        if held and following and following < held:
            self.add_error("next_on", _("The next appointment cannot lie before this one, on %s.") % day(held))
        self._ask_what_is_to_be_done(data)
        ask_if_far(self, "next_on")
        return data

    def _ask_who_was_there(self, data: dict[str, Any]) -> None:
        """Tell a meeting to which nobody came from one that is held once more."""
        result = data.get("result")
        if result == Attempt.Result.MISSED and (self.attempt is None or self.attempt.on > self.today):
            why = _("It is still to come: call it off instead.") if self.attempt else _("No appointment was booked.")
            self.add_error("result", why)
        elif result == Attempt.Result.MISSED and self.attempt is not None:
            self.errors.pop("on", None)  # the day is not asked: it is the one it was booked for
            data["on"] = self.attempt.on
        if result == Attempt.Result.AGAIN and "came" in self.fields and not data.get("came"):
            self.add_error("came", _("Nobody? Then the result is “They did not come”."))

    def _ask_what_is_to_be_done(self, data: dict[str, Any]) -> None:
        """Refuse a task of which only somebody or a day was given, rather than drop it."""
        for n in range(1, TASKS + 1):
            if not data.get(f"task_{n}") and (data.get(f"task_{n}_owner") or data.get(f"task_{n}_due")):
                self.add_error(f"task_{n}", _("Say what is to be done; or nothing is: then leave “me” and no day."))

    def debrief(self) -> dict[str, Any]:
        """Return what `report` takes."""
        data = self.cleaned_data
        came = {a.pk: str(a.pk) in data["came"] for a in self.attendances} if self.attendances else None
        kept = {name: data[name] for name in ("result", "on", "notes", "next_on", "next_time")}
        met = [one for one in self.unmet if one.pk in (data.get("met") or ())]
        return {**kept, "came": came, "met": met, "tasks": self._tasks(), "agreed_in_room": data["agreed"]}

    def _tasks(self) -> list[TaskAsked]:
        data = self.cleaned_data
        rows = [(data[f"task_{n}"], data[f"task_{n}_owner"], data[f"task_{n}_due"]) for n in range(1, TASKS + 1)]
        return [TaskAsked(title.strip(), owner, due) for title, owner, due in rows if title.strip()]
