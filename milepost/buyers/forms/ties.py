"""Forms for what is between people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.buyers.models import Nearness, Relationship, Stakeholder, Tie
from milepost.team.models import Person
from milepost.web.forms import EditForm

BETWEEN = (
    ("sways", gettext_lazy("sways")),
    ("swayed", gettext_lazy("is swayed by")),
    ("conflict", gettext_lazy("is at odds with")),
)


class TieForm(forms.Form):
    """Say what is between somebody and another person of the opportunity."""

    kind = forms.ChoiceField(label=gettext_lazy("What is between them"), choices=BETWEEN)
    other = forms.ModelChoiceField(Stakeholder.objects.none(), label=gettext_lazy("Whom"))
    words = forms.CharField(label=gettext_lazy("About what"), required=False, max_length=120)

    def __init__(self, *args: Any, stakeholder: Stakeholder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stakeholder = stakeholder
        other: Any = self.fields["other"]
        other.queryset = (
            Stakeholder.objects.filter(opportunity=stakeholder.opportunity_id)
            .exclude(pk=stakeholder.pk)
            .select_related("contact")
        )
        other.empty_label = _("Choose one")

    def add(self, *, by: Person) -> Tie:
        """Record it; who is swayed by another is recorded with the other first."""
        first, other, kind = self.stakeholder, self.cleaned_data["other"], self.cleaned_data["kind"]
        if kind == "swayed":
            first, other, kind = other, first, "sways"
        return Tie.add(first, by=by, kind=kind, other=other, words=self.cleaned_data["words"])


class RelationshipForm(EditForm):
    """How near one of us is to somebody, and how near we want to be."""

    class Meta:
        model = Relationship
        fields = ("person", "now", "wanted")

    def __init__(self, *args: Any, stakeholder: Stakeholder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stakeholder = stakeholder
        fields: Any = self.fields
        fields["person"].queryset = Person.objects.working()
        for name in ("now", "wanted"):
            fields[name].choices = [("", _("not known") if name == "now" else _("no aim")), *Nearness.choices]
        if self.row.pk:
            del fields["person"]

    def add(self, *, by: Person) -> Relationship:
        return Relationship.add(self.stakeholder, by=by, **self._values())

    def _values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
