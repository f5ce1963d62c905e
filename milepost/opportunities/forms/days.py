"""The form in which the days of a step are corrected."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.opportunities import line
from milepost.opportunities.days import BEGUN, HELD, Dated, Days
from milepost.opportunities.forms.fields import day_field, reason_field
from milepost.opportunities.models import Step

LABELS: dict[str, Promise] = {
    BEGUN: gettext_lazy("Work on it began on"),
    HELD: gettext_lazy("Its appointment was held on"),
    line.WON: gettext_lazy("Reached on"),
    line.LOST: gettext_lazy("The client said no on"),
    line.SKIPPED: gettext_lazy("Skipped on"),
}


class DaysForm(forms.Form):
    """One date for each day that is, or may be, known of a step; what was not known may stay so."""

    reason = reason_field(gettext_lazy("What was wrong?"), required=False)

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        self.own = Days(step)
        kwargs["initial"] = {**{one.name: one.on for one in self.own.all}, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        for one in self.own.all:
            words = {"required": _("Give the day on which it was.")}
            more = {"help_text": self._help_of(one), "error_messages": words}
            self.fields[one.name] = day_field(label_of(one), required=one.on is not None, **more)
        self.order_fields([*(one.name for one in self.own.all), "reason"])

    def _help_of(self, one: Dated) -> str:
        if one.kind in (BEGUN, HELD):
            return ""
        said = [_("The appointment was held that day too.")] if one.attempts else []
        said += [_("“%s” begins on it too.") % stay.step.name for stay in self.own.following()[-1:]]
        return " ".join(said)

    def clean(self) -> dict[str, Any]:
        """Refuse each day that cannot have been, at its field."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        readable = {name: value for name, value in data.items() if name not in self.errors}
        for name, why in self.own.faults(readable).items():
            self.add_error(name, why)
        return data

    def days(self) -> dict[str, datetime.date | None]:
        """Return what `correct_days` takes."""
        return {one.name: self.cleaned_data[one.name] or one.on for one in self.own.all}


def label_of(one: Dated) -> str:
    """Return what the day is of, in words."""
    if one.number:
        return _("Its appointment %(n)d was held on") % {"n": one.number}
    return str(LABELS[one.kind])
