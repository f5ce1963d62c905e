"""Forms of what an opportunity is worth and to whom: value lines, parties, its programme."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.accounts.models import Account
from milepost.opportunities.amounts import AmountField, WithAmounts
from milepost.opportunities.forms.unusual import ask_if_unusual
from milepost.opportunities.models import Offer, Opportunity, Party, Programme, ValueLine
from milepost.team.models import Person
from milepost.web.forms import EditForm
from milepost.web.text import name_key


class LineForm(WithAmounts, EditForm):
    """One line: offer, quantity, price, discount; one-off, or yearly for a term."""

    price_minor = AmountField(label=gettext_lazy("Price"), below_zero=True)
    sure_of_value = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ValueLine
        fields = ("name", "offer", "quantity", "price_minor", "discount", "rhythm", "term_months", "margin_share")
        widgets = {"rhythm": forms.RadioSelect}

    def __init__(self, *args: Any, opportunity: Opportunity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opportunity = opportunity
        fields: Any = self.fields
        self.set_currencies(opportunity.currency)
        fields["price_minor"].help_text = _("In %(currency)s, for one.") % {"currency": opportunity.currency}
        fields["offer"].queryset = Offer.objects.filter(retired_at=None)
        fields["offer"].empty_label = _("not on our list")
        fields["discount"].required = fields["name"].required = False
        fields["offer"].help_text = _("What is left empty below is taken from it.")
        for name in ("quantity", "discount"):  # "1.000" would read as a thousand
            kept = self.initial.get(name)
            if isinstance(kept, Decimal):
                whole = kept.to_integral_value()
                self.initial[name] = whole if kept == whole else kept.normalize()
        fields["quantity"].validators.append(MinValueValidator(0, _("A quantity is not below zero.")))

    def clean_discount(self) -> Any:
        return self.cleaned_data["discount"] or 0

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self._take_from_offer(data)
        if data.get("discount") is not None and not 0 <= data["discount"] <= 100:
            self.add_error("discount", _("A discount is between 0 and 100 %."))
        if data.get("margin_share") is not None and data["margin_share"] > 100:
            self.add_error("margin_share", _("A margin is at most 100 % of the price."))
        if data.get("rhythm") == ValueLine.Rhythm.YEARLY and not data.get("term_months"):
            self.add_error("term_months", _("Say for how many months."))
        if data.get("rhythm") == ValueLine.Rhythm.ONCE:
            data["term_months"] = None
        if not self.errors and {"price_minor", "quantity", "term_months"} & set(self.changed_data):
            total = ValueLine(**{name: data[name] for name in self.Meta.fields}).total_minor
            playbook = self.opportunity.playbook_version.playbook_id
            ask_if_unusual(self, "price_minor", total, self.opportunity.currency, playbook)
        return data

    def _take_from_offer(self, data: dict[str, Any]) -> None:
        """Fill what was left empty from the offer; without one, or without its price in this currency, ask for it."""
        offer, field = data.get("offer"), self.fields["price_minor"]
        currency = field.currency if isinstance(field, AmountField) else ""
        if not data.get("name") and "name" not in self.errors:
            data["name"] = offer.name if offer else ""
        if data.get("price_minor") is None and "price_minor" not in self.errors:
            data["price_minor"] = offer.price_minor if offer and offer.currency == currency else None
        for name in ("name", "price_minor"):
            if data.get(name) in ("", None) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])

    def values(self) -> dict[str, Any]:
        """Return what `ValueLine.add` takes."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class PartyForm(forms.ModelForm):
    """Another company's part: one of our accounts, or just its name."""

    class Meta:
        model = Party
        fields = ("name", "part")

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        part: Any = self.fields["part"]
        part.choices = [("", _("Choose one")), *Party.Part.choices]

    def values(self) -> dict[str, Any]:
        """Return what `Party.add` takes; a name the person sees among the accounts is linked."""
        name = self.cleaned_data["name"].strip()
        account = Account.objects.visible_to(self.person).filter(name_key=name_key(name)).first()
        return {"name": account.name if account else name, "part": self.cleaned_data["part"], "account": account}


class ProgrammeForm(forms.Form):
    """The frame this opportunity is a site or wave of."""

    programme = forms.ModelChoiceField(
        Programme.objects.none(), label=gettext_lazy("Programme"), required=False, empty_label=gettext_lazy("none")
    )
    new = forms.CharField(label=gettext_lazy("Or a new one"), required=False, max_length=200)
    is_frame = forms.BooleanField(label=gettext_lazy("This opportunity is the frame agreement itself"), required=False)

    was = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)

    def __init__(self, *args: Any, opportunity: Opportunity, person: Person, **kwargs: Any) -> None:
        self.now = opportunity.programme
        kwargs["initial"] = {"programme": opportunity.programme_id, "was": opportunity.programme_id}
        super().__init__(*args, **kwargs)
        field: Any = self.fields["programme"]
        self.seen = field.queryset = Programme.objects.visible_to(person)

    def clean_new(self) -> str:
        name: str = self.cleaned_data["new"].strip()
        if name and self.seen.filter(name__iexact=name).exclude(pk=self.now.pk if self.now else 0).exists():
            raise forms.ValidationError(_("There is a programme of this name already. Choose it above."))
        return name

    def clean(self) -> dict[str, Any]:
        """Refuse to overwrite what somebody else has chosen since the page was opened."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        now = str(self.now.pk) if self.now else ""
        if "was" in self.data and data.get("was", "") != now and not self._asks_for_it(data):
            name = self.now.name if self.now else _("no programme")
            self.data: Any = {**self.data.dict(), "was": now}
            why = _("Somebody has chosen “%s” since you opened this. Save again if yours stands.")
            self.add_error(None, why % name)
        return data

    def _asks_for_it(self, data: dict[str, Any]) -> bool:
        """Tell whether what is asked for is what is there: the form may have been sent twice."""
        if data.get("new"):
            return self.now is not None and self.now.name.casefold() == data["new"].casefold()
        return bool(data.get("programme") == self.now)

    def chosen(self, opportunity: Opportunity, *, by: Person) -> Programme | None:
        """Return the programme asked for, made now if it is a new one."""
        data = self.cleaned_data
        if not data["new"]:
            return data["programme"]
        if self._asks_for_it(data):
            return self.now
        territory, account = opportunity.territory, opportunity.account
        return Programme.add(by=by, name=data["new"], territory=territory, account=account)
