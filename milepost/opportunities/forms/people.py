"""Forms that say who works on an opportunity."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from milepost.opportunities.models import Opportunity
from milepost.team.models import Person, Role
from milepost.web.forms import EditForm


class AssignForm(EditForm):
    """Who coordinates and who sells."""

    class Meta:
        model = Opportunity
        fields = ("coordinator", "salesperson")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.Meta.fields:
            field: Any = self.fields[name]
            field.queryset = Person.objects.working()
            field.empty_label = gettext_lazy("nobody yet")


class TeamForm(forms.Form):
    """Somebody who works on it beside them."""

    person = forms.ModelChoiceField(Person.objects.none(), label=gettext_lazy("Person"))
    role = forms.ChoiceField(label=gettext_lazy("As"), choices=Role.choices, initial=Role.TEAM_MEMBER)

    def __init__(self, *args: Any, opportunity: Opportunity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = {*opportunity.people_ids(), *opportunity.members.values_list("person_id", flat=True)}
        field: Any = self.fields["person"]
        field.queryset = Person.objects.working().exclude(pk__in=there)
        taken = (Role.COORDINATOR, Role.SALESPERSON, Role.ADMINISTRATOR)
        role: Any = self.fields["role"]
        role.choices = [choice for choice in Role.choices if choice[0] not in taken]
