"""Forms of conditions: the work that runs alongside a step."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from milepost.opportunities.forms.fields import DayInput
from milepost.opportunities.forms.steps import contacts_of
from milepost.opportunities.models import Condition, Opportunity
from milepost.team.models import Company, Person
from milepost.web.forms import EditForm


class ConditionForm(EditForm):
    """What must be met before its step can be reached, and who sees to it."""

    class Meta:
        model = Condition
        fields = ("name", "owner_person", "owner_contact", "due_on", "usual_days")
        widgets = {"due_on": DayInput()}

    def __init__(self, *args: Any, opportunity: Opportunity, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["owner_person"].queryset = Person.objects.working()
        fields["owner_contact"].queryset = contacts_of(opportunity, person)

    def clean_due_on(self) -> datetime.date | None:
        due: datetime.date | None = self.cleaned_data["due_on"]
        if due is not None and due < Company.the().today() and due != self.row.due_on:
            raise forms.ValidationError(_("This day is past. Write by when it is due, or leave it empty."))
        return due

    def values(self) -> dict[str, Any]:
        """Return what `Condition.add` takes."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
