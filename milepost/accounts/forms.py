"""Forms for accounts and contacts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.accounts.fields import AccountField
from milepost.accounts.models import Account, Contact
from milepost.accounts.permissions import may_merge, territories_to_add_to
from milepost.accounts.twins import twins
from milepost.team.models import Person, Territory
from milepost.web.forms import EditForm
from milepost.web.text import name_key

DAY = {"type": "date"}


class AccountForm(EditForm):
    """Create or edit an account; `person` decides which territories and groups it offers."""

    parent = AccountField(
        label=gettext_lazy("Belongs to"),
        required=False,
        help_text=gettext_lazy("The group or parent company, if it is an account too."),
    )
    website = forms.URLField(label=gettext_lazy("Website"), max_length=300, required=False, assume_scheme="https")
    anyway = forms.BooleanField(label=gettext_lazy("This is another company: add it"), required=False)

    class Meta:
        model = Account
        fields = [
            "name",
            "territory",
            "manager",
            "parent",
            "sector",
            "city",
            "country",
            "website",
            "employees",
            "selected_on",
            "description",
        ]
        widgets = {
            "selected_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            "description": forms.Textarea(attrs={"rows": 3}),
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen = Account.objects.visible_to(person)
        self.twins: list[Account] = []
        self.fields["parent"].rows = self.seen
        may = Q(pk__in=territories_to_add_to(person)) | Q(pk=self.row.territory_id)
        self.fields["territory"].queryset = Territory.objects.filter(may)
        self.fields["territory"].empty_label = None if self.row.pk else _("Choose one")
        known = Q(is_active=True) | Q(pk=self.row.manager_id)
        self.fields["manager"].queryset = Person.objects.filter(known).order_by("name_key", "pk")
        self.fields["manager"].empty_label = _("Nobody yet")
        self.fields["sector"].widget.attrs["list"] = "sectors"

    @property
    def sectors(self) -> Any:
        """Return the sectors in use, to be offered while one is typed."""
        used = self.seen.exclude(sector="").order_by("sector")
        return used.values_list("sector", flat=True).distinct()[:200]

    def is_another(self) -> bool:
        """Tell whether no account is called alike, or the person has said that this is another one."""
        if self.cleaned_data.get("anyway"):
            return True
        self.twins = twins(self.cleaned_data["name"], self.seen)
        if self.twins:
            self.add_error("name", _("This may be here already. Look at the names below."))
        return not self.twins

    def changes(self) -> dict[str, Any]:
        """Return what differs, without what is only a word between the page and the person."""
        return {name: value for name, value in super().changes().items() if name != "anyway"}

    def create(self, *, by: Person) -> Account:
        """Create the account with what was typed."""
        apart = ("version", "anyway")
        return Account.add(by=by, **{name: value for name, value in self.cleaned_data.items() if name not in apart})


class ContactForm(EditForm):
    """Add or edit a person at an account."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    anyway = forms.BooleanField(label=gettext_lazy("This is another person: add them"), required=False)

    class Meta:
        model = Contact
        fields = ["name", "job_title", "email", "phone", "language", "opted_out", "left_on"]
        widgets = {
            "left_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "phone": forms.TextInput(attrs={"type": "tel"}),
        }

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.twins: list[Contact] = []
        languages = sorted((str(_(name)), code) for code, name in settings.LANGUAGES)
        self.fields["language"].choices = [("", _("Not known")), *((code, name) for name, code in languages)]
        self.fields["opted_out"].help_text = _("Nothing is sent to this person; appointments stay possible.")
        if not self.row.pk:
            del self.fields["left_on"]

    def is_another(self) -> bool:
        """Tell whether nobody of this name or address is at the account, or this is said to be another."""
        if self.cleaned_data.get("anyway"):
            return True
        same = Q(name_key=name_key(self.cleaned_data["name"]))
        if self.cleaned_data["email"]:
            same |= Q(email__iexact=self.cleaned_data["email"])
        self.twins = list(self.account.contacts.filter(same)[:5])
        if self.twins:
            self.add_error("name", _("This person may be here already. Look at the names below."))
        return not self.twins

    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in super().changes().items() if name != "anyway"}

    def create(self, *, by: Person) -> Contact | None:
        """Create the contact with what was typed; None when the account was merged away at that moment."""
        apart = ("version", "anyway")
        values = {name: value for name, value in self.cleaned_data.items() if name not in apart}
        try:
            return Contact.add(by=by, account=self.account, **values)
        except ValueError as error:
            self.add_error(None, str(error))
            return None


class MergeForm(forms.Form):
    """Name the account that is the same company and goes into this one, or pick it from those called alike."""

    fields: dict[str, Any]  # lists of choices are set on them

    other = AccountField(label=gettext_lazy("The account that goes into this one"), required=False)
    pick = forms.ModelChoiceField(Account.objects.none(), widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, account: Account, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        others = Account.objects.visible_to(person).exclude(pk=account.pk).select_related("territory", "manager")
        self.fields["other"].rows = others
        self.fields["pick"].queryset = others

    def clean(self) -> dict[str, Any]:
        """Let `other` be the account meant, however it was named."""
        given = super().clean() or {}
        other = given.get("pick") or given.get("other")
        if other is None and not self.errors:
            self.add_error("other", _("Name the other account."))
        elif other is not None and not may_merge(self.person, other):
            self.add_error("other", _("Only who coordinates or manages its territory too merges this account."))
        return {**given, "other": other}
