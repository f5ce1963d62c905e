"""Edit what stands at an opportunity's head."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.accounts.fields import AccountField
from milepost.accounts.models import Account
from milepost.opportunities.amounts import AmountField, WithAmounts
from milepost.opportunities.forms.begin import offer_field, offer_what_is_sold, territories_of
from milepost.opportunities.forms.fields import DayInput
from milepost.opportunities.forms.unusual import ask_if_unusual
from milepost.opportunities.models import Opportunity, Standing
from milepost.team.models import Company, Person, Territory
from milepost.team.money import known_currencies
from milepost.web.forms import EditForm
from milepost.web.words import day, money


class OpportunityForm(WithAmounts, EditForm):
    """What stands at the head of an opportunity; with value lines, their sum is its value."""

    account = AccountField(
        label=gettext_lazy("Account"),
        required=False,
        help_text=gettext_lazy("Leave it empty if it is unknown."),
        error_messages={
            "unknown": gettext_lazy(
                "There is no account “%(name)s” that you can see. Choose an offered one, or add it under Accounts."
            )
        },
    )
    value_minor = AmountField(label=gettext_lazy("Value"), help_text=gettext_lazy("Leave it empty if it is unknown."))
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=known_currencies)
    margin_minor = AmountField(label=gettext_lazy("Margin"), below_zero=True)
    asked_for = offer_field()
    sure_of_value = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Opportunity
        fields = (
            "name",
            "account",
            "territory",
            "value_minor",
            "currency",
            "margin_minor",
            "started_on",
            "tender",
            "description",
        )
        widgets = {"started_on": DayInput(), "description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        seen = Account.objects.visible_to(person).values("pk")
        fields["account"].rows = Account.objects.filter(Q(pk__in=seen) | Q(pk=self.row.account_id))
        places = {*territories_of(person), self.row.territory_id}
        fields["territory"].queryset = Territory.objects.filter(pk__in=places)
        fields["territory"].empty_label = None
        fields["asked_for"].initial = self.row.asked_for_id
        offer_what_is_sold(self, kept=self.row.asked_for_id)
        fields["tender"].label = _("A tender: the client sets the dates, nothing is called late")
        fields["currency"].choices = known_currencies(self.row.currency)
        self.set_currencies(self.row.currency)
        if self.row.value_lines.exists():
            for name in ("value_minor", "currency"):
                del fields[name]
        elif assumed := _assumed(self.row):
            fields["value_minor"].help_text = assumed

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "value_minor" in self.changed_data:
            currency, playbook = data.get("currency", ""), self.row.playbook_version.playbook_id
            ask_if_unusual(self, "value_minor", data.get("value_minor"), currency, playbook)
        return data

    def clean_started_on(self) -> Any:
        """Refuse a start after today, or after the end."""
        started, outcome = self.cleaned_data["started_on"], self.row.outcome
        if started is None or "started_on" not in self.changed_data:
            return started
        if started > Company.the().today():
            raise forms.ValidationError(_("It cannot have begun on a day still to come."))
        if outcome is not None and outcome.on is not None and started > outcome.on:
            raise forms.ValidationError(_("It ended earlier, on %(day)s.") % {"day": day(outcome.on)})
        return started


def _assumed(row: Opportunity) -> str:
    """Tell what stands on the Desk for a value that is not known; "" where nothing does."""
    known = Standing.objects.filter(pk=row.pk, value_minor=None).values_list("assumed_minor", "assumed_alike")
    assumed, is_alike = (known.first() if row.value_minor is None else None) or (None, True)
    if assumed is None:
        return ""
    said = _("It is unknown. Meanwhile the Desk reckons with %s, what yours usually bring; no total does.")
    if is_alike:
        said = _("It is unknown. Meanwhile the Desk reckons with %s, what one like it usually brings; no total does.")
    return said % money(assumed, Company.the().currency)
