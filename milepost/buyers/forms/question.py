"""Forms for what we must find out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from milepost.buyers.models import Question, QuestionAnswer, QuestionTemplate
from milepost.opportunities.forms.fields import DayInput
from milepost.opportunities.models import Opportunity
from milepost.team.models import Person
from milepost.web.forms import EditForm
from milepost.web.plausible import Plausible


class QuestionForm(EditForm):
    """What to find out, who does, how, and by when."""

    class Meta:
        model = Question
        fields = ("text", "how", "stakeholder", "owner", "due_on")
        widgets = {"due_on": DayInput()}

    def __init__(self, *args: Any, opportunity: Opportunity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["stakeholder"].queryset = opportunity.stakeholders.select_related("contact")
        fields["stakeholder"].empty_label = _("nobody in particular")
        fields["owner"].queryset = Person.objects.working()
        fields["owner"].empty_label = _("nobody yet")

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class AnswerQuestionForm(forms.ModelForm):
    """What came of asking."""

    class Meta:
        model = QuestionAnswer
        fields = ("text", "unknown", "source", "confidence")
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["unknown"].label = _("Nobody could tell: that is an answer too")
        fields["confidence"].choices = [("", _("not said")), *QuestionAnswer.Confidence.choices]


class TemplateForm(Plausible, forms.ModelForm):
    """A question that every opportunity of a playbook should have answered."""

    class Meta:
        model = QuestionTemplate
        fields = ("text", "how", "days")
