"""Small parts that several forms share."""

from __future__ import annotations

import datetime
import zoneinfo
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.team.models import Company
from milepost.web.plausible import plausible_day
from milepost.web.text import number

FAR = datetime.timedelta(days=2 * 365)


class DayInput(forms.DateInput):
    """A date as the browser's own picker has it."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """A time of day as the browser's own picker has it."""

    input_type = "time"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%H:%M")


def day_field(label: Any, *, required: bool = True, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=DayInput(), validators=[plausible_day], **more)


def must_be_to_come(on: datetime.date, *, was: datetime.date | None = None, zone: str = "") -> datetime.date:
    """Return the day of an appointment; one that is past, in the company and in the appointment's zone, is refused.

    `was` is the day it has so far: somebody who changes only its place need not move it.
    """
    here = Company.the().today()
    there = timezone.now().astimezone(zoneinfo.ZoneInfo(zone)).date() if zone else here
    if on < min(here, there) and on != was:
        raise forms.ValidationError(_("This day is past. For an appointment that took place, report its result."))
    return on


def ask_if_far(form: Any, name: str) -> None:
    """Ask once about an appointment more than two years away; the hidden `far` keeps which day was asked about."""
    on = form.cleaned_data.get(name)
    if on is None or on <= Company.the().today() + FAR or form.cleaned_data.get("far") == on.isoformat():
        return
    form.data = form.data.copy()
    form.data["far"] = on.isoformat()
    form.add_error(name, _("In the year %(year)d? If that is right, save again.") % {"year": on.year})


class ManyField(forms.ModelMultipleChoiceField):
    """Several rows chosen from a list; what no database has for an id is no choice."""

    def clean(self, value: Any) -> Any:
        for pk in value or ():
            if number(str(pk)) is None:
                raise forms.ValidationError(self.error_messages["invalid_choice"], params={"value": str(pk)[:20]})
        return super().clean(value)


def reason_field(label: Any = None, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    words = {"required": gettext_lazy("Say why; it is kept in the history.")}
    label = label or gettext_lazy("Why")
    return forms.CharField(
        label=label, required=required, widget=widget, help_text=help_text, error_messages=words, max_length=2000
    )


class ZoneField(forms.CharField):
    """A time zone by its IANA name."""

    widget = forms.TextInput(attrs={"list": "zones", "autocomplete": "off"})

    def clean(self, value: Any) -> str:
        zone = super().clean(value)
        if zone and zone not in zoneinfo.available_timezones():
            raise forms.ValidationError(_("“%(zone)s” is no time zone; write one like Europe/Berlin.") % {"zone": zone})
        return zone


class ReasonForm(forms.Form):
    """Ask why, and nothing else."""

    reason = reason_field()

    def __init__(self, *args: Any, label: Any = None, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required
        if label:
            self.fields["reason"].label = label


class CallOffForm(ReasonForm):
    """Ask who calls an appointment off; why may stay unsaid."""

    by_whom = forms.ChoiceField(
        label=gettext_lazy("Who calls it off?"),
        choices=[("by_them", gettext_lazy("The client")), ("by_us", gettext_lazy("We do"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say who calls it off.")},
    )
    field_order = ("by_whom", "reason")


class SureForm(forms.Form):
    """Ask nothing but to go on."""
