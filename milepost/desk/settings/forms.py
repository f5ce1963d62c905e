"""Forms for the company, its currencies and its reasons."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django import forms
from django.utils.dates import MONTHS as MONTH_NAMES
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from moneyed import CURRENCIES

from milepost.opportunities.models import Reason
from milepost.team.forms import zones
from milepost.team.models import Company, Person, PlanRate, Rate
from milepost.team.money import known_currencies
from milepost.web.forms import EditForm
from milepost.web.plausible import Plausible

MONTHS = list(MONTH_NAMES.items())
WEEKDAYS = [(0, gettext_lazy("Monday")), (5, gettext_lazy("Saturday")), (6, gettext_lazy("Sunday"))]


def foreign_currencies() -> list[tuple[str, str]]:
    """Return every currency there ever was, after nothing: the first of them is nobody's wish."""
    return [("", str(_("Choose one"))), *known_currencies(*CURRENCIES)]


def fiscal_years() -> list[tuple[int, str]]:
    """Return the fiscal years a plan can be given for: two before this one to two after it."""
    company = Company.the()
    this = company.fiscal.year_of(company.today())
    return [(year, str(year)) for year in range(this - 2, this + 3)]


class CompanyForm(EditForm):
    """What the company has settled for everybody."""

    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        choices=known_currencies,
        help_text=gettext_lazy("Totals are shown in it. When it changes, give the rates of the others anew."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=zones, help_text=gettext_lazy("It decides when today begins.")
    )
    fiscal_year_starts = forms.TypedChoiceField(label=gettext_lazy("Fiscal year starts in"), choices=MONTHS, coerce=int)
    week_starts = forms.TypedChoiceField(label=gettext_lazy("The week starts on"), choices=WEEKDAYS, coerce=int)

    class Meta:
        model = Company
        fields = [
            "name",
            "currency",
            "time_zone",
            "fiscal_year_starts",
            "fiscal_calendar",
            "week_starts",
            "delay_percent",
            "accuracy_by_name",
        ]
        help_texts = {
            "delay_percent": gettext_lazy("What money a year later is worth less. It orders the Desk."),
            "accuracy_by_name": gettext_lazy(
                "Managers then see each person’s record for their territories, each person’s calls count by their "
                "own, and Learn shows by name how steps go. Otherwise everybody sees their own, and others in "
                "groups of five people or more."
            ),
        }


class RateForm(Plausible, forms.Form):
    """One unit of a currency in the company's, from a day on; a rate of the same day is replaced."""

    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=foreign_currencies)
    value = forms.DecimalField(
        label=gettext_lazy("One unit is worth"), min_value=Decimal("0.0000000001"), max_digits=20, decimal_places=10
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_currency(self) -> str:
        code: str = self.cleaned_data["currency"]
        if code == Company.the().currency:
            raise forms.ValidationError(_("This is your own currency: it needs no rate."))
        return code

    def clean_valid_from(self) -> datetime.date:
        """Refuse a day that is still to come: everything follows a rate as soon as it is kept."""
        day: datetime.date = self.cleaned_data["valid_from"]
        if day > Company.the().today():
            raise forms.ValidationError(_("A rate counts at once. Add it when that day has come."))
        return day

    def keep(self, *, by: Person) -> Rate:
        """Store the rate, in place of one of the same day."""
        return Rate.keep(by=by, **self.cleaned_data)


class PlanRateForm(Plausible, forms.Form):
    """What one unit of a currency counts in the plan of a fiscal year."""

    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=foreign_currencies)
    year = forms.TypedChoiceField(label=gettext_lazy("Fiscal year"), choices=fiscal_years, coerce=int)
    value = forms.DecimalField(
        label=gettext_lazy("One unit counts"), min_value=Decimal("0.0000000001"), max_digits=20, decimal_places=10
    )

    clean_currency = RateForm.clean_currency

    def keep(self, *, by: Person) -> PlanRate:
        """Store the rate, in place of the one the plan had."""
        return PlanRate.keep(by=by, **self.cleaned_data)


class ReasonForm(forms.ModelForm):
    """One more reason for the company's list."""

    class Meta:
        model = Reason
        fields = ["outcome", "text"]

    def add(self, *, by: Person) -> Reason:
        return Reason.add(by=by, **self.cleaned_data)
