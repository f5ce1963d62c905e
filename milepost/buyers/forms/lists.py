"""Forms for the company's own lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.buyers.models import ListedAnswer, ReplyTemplate, WarningRule
from milepost.buyers.models.lists import capital
from milepost.buyers.traits import TRAITS
from milepost.team.models import Person
from milepost.web.forms import EditForm


class AnswerForm(forms.Form):
    """One answer of the company's own, or other words for one."""

    trait = forms.ChoiceField(choices=[(key, trait.label) for key, trait in TRAITS.items()], widget=forms.HiddenInput)
    key = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    text = forms.CharField(label=gettext_lazy("In your words"), max_length=80)
    means = forms.ChoiceField(
        label=gettext_lazy("Counts as"),
        help_text=gettext_lazy("Warnings, the map and the forecast reckon with this one."),
    )

    def __init__(self, *args: Any, trait: str, key: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {"trait": trait, "key": key, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        choices = [(name, capital(str(text))) for name, text in TRAITS[trait].answers.items()]
        means: Any = self.fields["means"]
        means.choices = [("", _("Choose one")), *choices]
        if key:
            del self.fields["means"]

    def keep(self, *, by: Person) -> None:
        """Add the answer, or reword the one that is named."""
        data = self.cleaned_data
        if data["key"]:
            ListedAnswer.of(data["trait"], data["key"]).reword(text=data["text"], by=by)
        else:
            ListedAnswer.add(data["trait"], text=data["text"], means=data["means"], by=by)


class ReplyForm(EditForm):
    """A reply to begin with."""

    class Meta:
        model = ReplyTemplate
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 9})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix=kwargs["instance"].verdict, **kwargs)


class RuleForm(EditForm):
    """When the company wants to be warned."""

    kind = forms.CharField(widget=forms.HiddenInput, max_length=20)

    class Meta:
        model = WarningRule
        fields = ("since", "days")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix=kwargs["instance"].kind, **kwargs)
        self.fields["kind"].initial = self.row.kind
        if self.row.days is None:
            del self.fields["days"]

    def clean_days(self) -> int:
        """Keep the days there were where the field was emptied: a rule of days needs some."""
        days: int | None = self.cleaned_data["days"]
        if days is None:
            raise forms.ValidationError(_("Say after how many days."))
        return days

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.changed_data}
