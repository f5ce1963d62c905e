"""Name a competitor: one of the company's list is offered, and any other may be typed."""

from __future__ import annotations

from typing import Any

from django import forms

from milepost.opportunities.models import Rival


class RivalField(forms.CharField):
    """A competitor's name; the page has the list with `opportunities/_rivals.html`."""

    widget = forms.TextInput(attrs={"list": "rivals", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, **kwargs)

    def get_bound_field(self, form: Any, field_name: str) -> Any:
        form.rivals = Rival.offered()
        return super().get_bound_field(form, field_name)
