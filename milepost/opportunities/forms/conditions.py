"""Forms of conditions: the work that runs alongside a step."""

from __future__ import annotations

from typing import Any

from milepost.opportunities.forms.fields import DayInput
from milepost.opportunities.forms.steps import contacts_of
from milepost.opportunities.models import Condition, Opportunity
from milepost.team.models import Person
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

    def values(self) -> dict[str, Any]:
        """Return what `Condition.add` takes."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
