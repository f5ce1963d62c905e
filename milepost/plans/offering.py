"""The form by which we offer times: up to three days with their hour, in one time zone."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from milepost.opportunities.forms.fields import ManyField, TimeInput, ZoneField, day_field, must_be_to_come
from milepost.opportunities.forms.steps import own_people
from milepost.opportunities.models.attempt import instant
from milepost.plans.models import PlanPart, TimeOffer
from milepost.plans.models.offer import MOST, When
from milepost.team.models import Person


class TimesForm(forms.Form):
    """Up to three times, and what they have in common."""

    zone = ZoneField(label=lazy("Time zone"))
    minutes = forms.IntegerField(label=lazy("Minutes"), min_value=5, max_value=1440, initial=60)
    place = forms.CharField(
        label=lazy("Place or link"), required=False, max_length=300, help_text=lazy("The client reads it.")
    )
    by_whom = forms.ChoiceField(
        label=lazy("Who wants it moved?"),
        required=False,
        choices=[("by_them", lazy("The client")), ("by_us", lazy("We do"))],
        widget=forms.RadioSelect,
        help_text=lazy("Days lost count for whoever wants it later."),
    )
    ours = ManyField(Person.objects.none(), label=lazy("From us"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, part: PlanPart, person: Person, **kwargs: Any) -> None:
        self.part, opportunity = part, part.plan.opportunity
        seller = opportunity.salesperson_id or opportunity.coordinator_id
        self.booked = part.step.attempt if part.step is not None else None
        kwargs["initial"] = {"ours": [seller] if seller else [], **kwargs.get("initial", {}), **self._as_booked()}
        super().__init__(*args, **kwargs)
        if self.booked is None:
            del self.fields["by_whom"]
        for n in range(1, MOST + 1):
            self.fields[f"on_{n}"] = day_field(_("Day %s") % n, required=n == 1)
            self.fields[f"time_{n}"] = forms.TimeField(label=_("Time %s") % n, required=n == 1, widget=TimeInput())
        ours: Any = self.fields["ours"]
        ours.queryset = own_people(opportunity, person.pk)

    def _as_booked(self) -> dict[str, Any]:
        """Begin with what the appointment has that other times are offered for."""
        if self.booked is None:
            return {}
        ours = [row.person_id for row in self.booked.attendances.exclude(person=None)]
        return {"ours": ours, "place": self.booked.place, "minutes": self.booked.minutes, "zone": self.booked.zone}

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """Return the fields of each time, for the page."""
        return [(self[f"on_{n}"], self[f"time_{n}"]) for n in range(1, MOST + 1)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self.times: list[When] = []
        for n in range(1, MOST + 1):
            on, time = data.get(f"on_{n}"), data.get(f"time_{n}")
            if on and time and data.get("zone"):
                self._take(n, on, time, data["zone"])
            elif on and f"time_{n}" not in self.errors and not time:
                self.add_error(f"time_{n}", _("At what time?"))
            elif time and f"on_{n}" not in self.errors and not on:
                self.add_error(f"on_{n}", _("On which day?"))
        return data

    def _take(self, n: int, on: datetime.date, time: datetime.time, zone: str) -> None:
        """Count a time in; one that is past, or written twice, is refused at its field."""
        try:
            must_be_to_come(on, zone=zone)
        except forms.ValidationError as error:
            self.add_error(f"on_{n}", error)
            return
        if instant(on, time, zone) <= timezone.now():
            self.add_error(f"time_{n}", _("This time is past."))
        elif (on, time) in self.times:
            self.add_error(f"on_{n}", _("This is one of the others."))
        else:
            self.times.append((on, time))

    def offer(self, *, by: Person) -> TimeOffer:
        common = {name: self.cleaned_data[name] for name in ("zone", "minutes", "place", "ours")}
        common["by_whom"] = self.cleaned_data.get("by_whom", "")
        return TimeOffer.make(self.part, by=by, times=self.times, **common)
