"""Forms that tailor a line: change, add and move a step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from milepost.opportunities.forms.fields import DayInput, reason_field
from milepost.opportunities.models import Step
from milepost.opportunities.tailor import first_place
from milepost.web.forms import EditForm
from milepost.web.plausible import Plausible

ASKED = ("name", "activity", "milestone", "evidence", "usual_days", "due_on")


class TailorForm(EditForm):
    """Change what a step asks for on this opportunity alone."""

    reason = reason_field(
        gettext_lazy("Why does it differ here?"),
        required=False,
        help_text=gettext_lazy("Not needed where you only write what was empty."),
    )

    class Meta:
        model = Step
        fields = ASKED
        widgets = {"due_on": DayInput()}

    def changes(self) -> dict[str, Any]:
        values = super().changes()
        values.pop("reason", None)
        return values

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not (data.get("reason") or "").strip() and not self.row.only_fills(self.changes()):
            self.add_error("reason", gettext_lazy("Say why; it is kept in the history."))
        return data


class AddStepForm(Plausible, forms.ModelForm):
    """A step of this opportunity alone."""

    reason = reason_field(gettext_lazy("Why is it needed here?"))

    class Meta:
        model = Step
        fields = ("name", "activity", "milestone", "evidence", "usual_days", "required")
        labels = {"required": gettext_lazy("It must be reached: the opportunity is not won without it")}
        help_texts = {
            "required": gettext_lazy(
                "A step at which the client can say no lowers the chance. Leave this open for a formality; what runs "
                "alongside, such as a contract’s review, is a condition of a step."
            )
        }


class MoveForm(forms.Form):
    """The place of a step: behind which other."""

    behind = forms.ModelChoiceField(Step.objects.none(), label=gettext_lazy("It comes after"), required=False)
    reason = reason_field()

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = [s for s in step.opportunity.steps_in_order if s.pk != step.pk]
        first = first_place(steps)
        places = steps[max(0, first - 1) :]
        field: Any = self.fields["behind"]
        field.queryset = Step.objects.filter(pk__in=[s.pk for s in places]).order_by("position")
        if first == 0:
            field.empty_label = gettext_lazy("nothing: it comes first")
        else:
            field.required, field.empty_label = True, None
