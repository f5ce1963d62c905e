"""Forms for the company's people, territories and sign-in."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.team.models import Company, Cover, Membership, Person, Role, Territory
from milepost.team.money import known_currencies
from milepost.web.forms import EditForm
from milepost.web.plausible import Plausible
from milepost.web.text import NO_ADDRESS


def zones() -> list[tuple[str, str]]:
    """Return every IANA time zone that people choose from."""
    return [
        (name, name.replace("_", " "))
        for name in sorted(zoneinfo.available_timezones())
        if "/" in name or name == "UTC"
    ]


class NewPassword(forms.Form):
    """A password, typed twice, that the validators accept for this person."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "At least ten characters. A short sentence is easier to remember than a word with signs."
        ),
    )
    again = forms.CharField(
        label=gettext_lazy("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        password = cleaned.get("password")
        if password and cleaned.get("again") and password != cleaned["again"]:
            self.add_error("again", _("The two do not match."))
        elif password:
            try:
                validate_password(password, self.person or self._who(cleaned))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned

    def _who(self, cleaned: dict[str, Any]) -> Person:
        return Person(name=cleaned.get("name", ""), email=cleaned.get("email", ""))


class FirstRun(NewPassword):
    """The company and its first administrator."""

    company = forms.CharField(label=gettext_lazy("Your company’s name"), max_length=120)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=known_currencies, initial="EUR")
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=zones, initial="Europe/Berlin")
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("Your e-mail address"))

    field_order = ["company", "currency", "time_zone", "name", "email", "password", "again"]

    @transaction.atomic
    def found(self) -> Person:
        """Create the company, its root territory and the administrator, who sees everything."""
        said = self.cleaned_data
        Company.objects.create(pk=1, name=said["company"], currency=said["currency"], time_zone=said["time_zone"])
        root = Territory.add(by=None, name=said["company"])
        person = Person.join(by=None, name=said["name"], email=said["email"], password=said["password"])
        for role in (Role.ADMINISTRATOR, Role.COORDINATOR):
            Membership.give(by=person, person=person, territory=root, role=role)
        for gift in settings.FOUNDING:
            import_string(gift)(by=person)
        return person


class RoleForm(forms.ModelForm):
    """A role in a territory, and how far one sees with it."""

    class Meta:
        model = Membership
        fields = ["role", "territory", "scope"]

    def give(self, person: Person, *, by: Person) -> Membership:
        return Membership.give(by=by, person=person, **self.cleaned_data)


class PersonForm(EditForm):
    """A person's name, address, language and time zone."""

    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), required=False, choices=lambda: [("", gettext_lazy("the company’s")), *zones()]
    )

    class Meta:
        model = Person
        fields = ["name", "email", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "email" in self.fields and self.row.is_from_import:
            self.initial["email"] = ""  # the address they were stored with is nobody's
            self.fields["email"].required = False

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).casefold() or self.row.email

    def changes(self) -> dict[str, Any]:
        """Return what differs; no address given to somebody without one is no change."""
        changed = super().changes()
        if changed.get("email") == self.row.email:
            del changed["email"]
        return changed

    def _shown(self, name: str, value: Any, row: Any = None) -> Any:
        is_made_up = name == "email" and str(value).endswith(NO_ADDRESS)
        return _("no address yet") if is_made_up else super()._shown(name, value, row)


class MyselfForm(PersonForm):
    """What a person may change of themselves; the address is how they sign in and stays an administrator's."""

    class Meta:
        model = Person
        fields = ["name", "time_zone", "plan_mail"]

    def clean_email(self) -> str:
        return str(self.row.email)


class TerritoryForm(forms.ModelForm):
    """A territory's name and the one it lies in."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Territory
        fields = ["name", "parent"]
        labels = {"parent": gettext_lazy("Lies in")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parents = Territory.objects.all()
        if self.instance.pk:
            parents = parents.exclude(path__startswith=self.instance.path)
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)
        parent.queryset = parents
        parent.label_from_instance = indented  # type: ignore[method-assign, assignment]
        parent.empty_label = str(_("nothing above it"))


def indented(territory: Any) -> str:
    """Return a territory's name, moved in by its depth, for choice lists."""
    return "\u2003" * int(territory.depth) + str(territory.name)


class CoverForm(Plausible, forms.ModelForm):
    """Who stands in for somebody, from when to when."""

    class Meta:
        model = Cover
        fields = ["stand_in", "starts_on", "ends_on"]
        widgets = {
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, absent: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.absent = absent
        stand_in = self.fields["stand_in"]
        assert isinstance(stand_in, forms.ModelChoiceField)
        stand_in.queryset = Person.objects.signing_in().exclude(pk=absent.pk)
        stand_in.error_messages["invalid_choice"] = _("Choose somebody who works here and can sign in.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("This is before the first day."))
        elif ends and ends < Company.the().today():
            self.add_error("ends_on", _("This is over already."))
        return cleaned

    def _post_clean(self) -> None:
        """Leave the model's own validation to the database: the absent person is not part of the form."""

    def arrange(self, *, by: Person) -> Cover:
        return Cover.arrange(by=by, absent=self.absent, **self.cleaned_data)
