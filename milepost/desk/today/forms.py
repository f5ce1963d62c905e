"""Give the current step a date, right where its lack is shown."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milepost.opportunities.models import Attempt, Step
from milepost.team.models import Company, Person
from milepost.web.plausible import Plausible


class BookForm(Plausible, forms.Form):
    """A date and a time for a step's appointment, in the company's time zone."""

    on = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    place = forms.CharField(label=_("Place or link"), required=False, max_length=300)

    def clean_on(self) -> datetime.date:
        on: datetime.date = self.cleaned_data["on"]
        if on < Company.the().today():
            raise forms.ValidationError(_("This day is past. For an appointment that took place, report its result."))
        return on

    def book(self, step: Step, *, by: Person) -> bool:
        """Book the appointment; False when a rule stands against it, which the form then says."""
        values: dict[str, Any] = {name: self.cleaned_data[name] for name in ("on", "time", "place")}
        seller = step.opportunity.salesperson
        zone = (seller.time_zone if seller else "") or Company.the().time_zone
        try:
            Attempt.schedule(step, by=by, zone=zone, ours=[seller] if seller else [], **values)
        except ValueError as error:
            self.add_error(None, str(error))
        return not self.errors
