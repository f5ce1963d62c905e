"""Give the current step a date, right where its lack is shown."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.opportunities.forms.fields import must_be_to_come
from milepost.opportunities.models import Attempt, Opportunity, Step
from milepost.team.models import Company, Person
from milepost.web.plausible import Plausible
from milepost.web.words import day


class BookForm(Plausible, forms.Form):
    """A date and a time for the appointment of a step, in the company's time zone.

    It carries the step it was opened for, and the appointment there was: another one's date is not set by mistake.
    """

    on = forms.DateField(label=gettext_lazy("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label=gettext_lazy("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    place = forms.CharField(label=gettext_lazy("Place or link"), required=False, max_length=300)
    step = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)
    attempt = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)

    data: Any
    is_stale = False

    def clean_on(self) -> datetime.date:
        return must_be_to_come(self.cleaned_data["on"])

    def book(self, opportunity: Opportunity, *, by: Person) -> bool:
        """Book the current step's appointment; False when a rule or somebody's newer deed stands against it."""
        try:
            with transaction.atomic():
                opportunity.hold_still()
                step = opportunity.current_step
                if step is not None and self._is_as_seen(step):
                    self._schedule(step, by=by)
        except ValueError as error:
            self.add_error(None, str(error))
        return not self.errors

    def _is_as_seen(self, step: Step) -> bool:
        """Tell whether the step is the one the date was meant for, and still without one; else say what happened."""
        attempt = step.attempt
        now = {"step": str(step.pk), "attempt": f"{attempt.pk}.{attempt.version}" if attempt else ""}
        seen = {name: str(self.cleaned_data[name] or "") for name in now}
        if seen == now:
            return True
        if attempt is not None and seen["step"] == now["step"]:
            why = _("“%(step)s” has been given a date meanwhile: %(day)s. Send yours again to move it.")
            self.add_error(None, why % {"step": step.name, "day": day(attempt.on)})
        else:
            why = _("It has moved on to “%s” since you opened this. Send again to give that step the date.")
            self.add_error(None, why % step.name)
        self.data, self.is_stale = self.data.copy(), True
        for name, value in now.items():
            self.data[self.add_prefix(name)] = value
        return False

    def _schedule(self, step: Step, *, by: Person) -> None:
        """Book it for the salesperson; the people of an appointment that is moved stay."""
        values: dict[str, Any] = {name: self.cleaned_data[name] for name in ("on", "time", "place")}
        attempt, seller = step.attempt, step.opportunity.salesperson
        if attempt is not None:
            who = list(attempt.attendances.select_related("person", "contact"))
            values |= {"zone": attempt.zone, "minutes": attempt.minutes, "place": values["place"] or attempt.place}
            values |= {"ours": [a.person for a in who if a.person], "theirs": [a.contact for a in who if a.contact]}
        else:
            zone = (seller.time_zone if seller else "") or Company.the().time_zone
            values |= {"zone": zone, "ours": [seller] if seller else []}
        Attempt.schedule(step, by=by, **values)
