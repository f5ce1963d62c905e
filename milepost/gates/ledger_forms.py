"""Forms of the ledger: what freed hours are given to, and what the client did after we stopped."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.accounts.models import Account
from milepost.gates.models import Afterwards, FreedUse
from milepost.gates.overview import targets
from milepost.opportunities.forms.fields import DayInput
from milepost.opportunities.forms.rival import RivalField
from milepost.team.models import Person
from milepost.web.forms import EditForm
from milepost.web.plausible import Plausible


class UseForm(Plausible, forms.ModelForm):
    """Give freed hours to an account's relationship or to another opportunity, and say when to look at it again."""

    class Meta:
        model = FreedUse
        fields = ("person", "hours", "account", "opportunity", "purpose", "look_on")
        widgets = {"look_on": DayInput()}

    def __init__(self, *args: Any, person: Person, today: datetime.date, left: float, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"look_on": today + datetime.timedelta(days=90), "hours": round(left, 1)})
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["person"].queryset = Person.objects.working()
        fields["account"].queryset = Account.objects.visible_to(person).order_by("name_key")
        fields["opportunity"].queryset = targets(person)
        fields["hours"].min_value = 0.1

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(data.get("account")) == bool(data.get("opportunity")):
            self.add_error("account", _("Choose one: an account or an opportunity."))
        if data.get("hours") is not None and data["hours"] <= 0:
            self.add_error("hours", _("At least a few minutes."))
        return data


class LookForm(EditForm):
    """Say what came of hours that were given."""

    class Meta:
        model = FreedUse
        fields = ("came_of",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["came_of"].required = True


class AfterwardsForm(Plausible, forms.ModelForm):
    """Say what the client did after we stopped."""

    rival = RivalField(label=gettext_lazy("From whom"), required=False)

    class Meta:
        model = Afterwards
        fields = ("kind", "rival", "on", "note")
        widgets = {"kind": forms.RadioSelect, "on": DayInput()}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("kind") != Afterwards.Kind.RIVAL:
            data["rival"] = ""
        return data
