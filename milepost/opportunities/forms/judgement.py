"""The form of a person's own judgement, beside the model's figure."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.opportunities.forms.fields import day_field
from milepost.opportunities.models import Category

WHOLE = gettext_lazy("Write a whole number from 0 to 100.")


class JudgementForm(forms.Form):
    """My own category, chance and closing date, and why; what is left empty I leave to the model."""

    category = forms.ChoiceField(
        label=gettext_lazy("Category"),
        required=False,
        choices=[("", gettext_lazy("as the model says")), *Category.choices],
    )
    chance = forms.IntegerField(
        label=gettext_lazy("My own chance, in %"),
        required=False,
        min_value=0,
        max_value=100,
        error_messages=dict.fromkeys(["invalid", "min_value", "max_value"], WHOLE),
    )
    close_on = day_field(gettext_lazy("My own closing date"), required=False)
    note = forms.CharField(label=gettext_lazy("Why"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_close_on(self) -> datetime.date | None:
        day: datetime.date | None = self.cleaned_data["close_on"]
        if day is not None and day < self.today:
            raise forms.ValidationError(_("This day is past, and it is still open."))
        return day

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not (data["category"] or data["chance"] is not None or data["close_on"]):
            raise forms.ValidationError(_("Say at least one thing: a category, a chance or a date."))
        return data

    def judgement(self, *, on: datetime.date) -> dict[str, Any]:
        """Return what `Judgement.give` takes."""
        data = self.cleaned_data
        chance = None if data["chance"] is None else data["chance"] / 100
        kept = {"category": data["category"], "close_on": data["close_on"], "note": data["note"].strip()}
        return {"on": on, "probability": chance, **kept}
