"""Forms that let people in: somebody new, or somebody whom an import has named, or several of these at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.team.forms import RoleForm
from milepost.team.models import Person
from milepost.web.forms import NOT_ON_OFFER
from milepost.web.text import name_key

NEW = "new"


class InviteForm(RoleForm):
    """Somebody with a first role, new or known here by name alone; answers with the link that lets them in."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    who = forms.ChoiceField(label=gettext_lazy("Whom do you invite?"), widget=forms.RadioSelect)

    field_order = ["name", "email", "who", "role", "territory", "scope"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_address: list[Person] = []
        self.awaited = self._awaited() if self.is_bound else []
        who: Any = self.fields["who"]
        who.choices = [(str(person.pk), _told(person)) for person in self.awaited]
        if not self.has_address:
            who.choices += [(NEW, _("somebody else of this name, who is new"))]
        who.error_messages |= {"required": self._asked(), "invalid_choice": NOT_ON_OFFER}
        if not self.awaited and not self["who"].data:
            del self.fields["who"]

    def _awaited(self) -> list[Person]:
        """Find who is known here, has never been in, and has the address that was typed, else the name."""
        email, name = self._typed("email").casefold(), name_key(self._typed("name"))[:120]
        known = Person.objects.filter(Q(email=email) | Q(name_key=name)).order_by("id")
        awaited = [person for person in known.prefetch_related("memberships__territory") if person.is_awaited]
        self.has_address = [person for person in awaited if person.email == email]
        return self.has_address or awaited

    def _asked(self) -> str:
        if self.has_address:
            return _("Somebody of this address is known here and cannot sign in yet. Say whether you mean them.")
        return _("Somebody of this name is known here and cannot sign in yet. Say whether you mean them.")

    def _typed(self, name: str) -> str:
        """Return what was typed into a field, or nothing where that cannot be."""
        try:
            return str(self.fields[name].clean(self[name].data))
        except ValidationError:
            return ""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].casefold()
        if not self.has_address and Person.objects.filter(email=email).exists():
            raise ValidationError(_("Somebody with this address is here already."))
        return email

    @transaction.atomic
    def invite(self, *, by: Person) -> tuple[Person, str]:
        """Add the person, or take the one who is known, and return them with the token of their link."""
        name, email, who = (self.cleaned_data.pop(said, "") for said in ("name", "email", "who"))
        person = next((known for known in self.awaited if str(known.pk) == who), None)
        if person is None:
            person = Person.join(by=by, name=name, email=email)
        else:
            person.revise(by=by, email=email)
        self.give(person, by=by)
        return person, person.admit(by=by)


def _told(person: Person) -> str:
    """Tell people of one name apart: by where they come from, their address and their roles."""
    came = _("came with an import") if person.is_from_import else person.email
    return ", ".join(filter(None, [person.name, came, _roles(person)]))


def _roles(person: Person) -> str:
    return "; ".join(str(membership) for membership in person.memberships.all())


class InviteSeveralForm(RoleForm):
    """The address of each of several people, and one role for all of them; they may do with those they have."""

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        self.have_roles = all(person.memberships.all() for person in people)
        for name in ("role", "territory"):
            self.fields[name].required = not self.have_roles
        for person in people:
            known = "" if person.is_from_import else person.email
            field = forms.EmailField(label=person.name, initial=known, help_text=_roles(person))
            self.fields[self.name_of(person)] = field

    @staticmethod
    def name_of(person: Person) -> str:
        return f"email-{person.pk}"

    @property
    def addresses(self) -> list[Any]:
        """Return the fields of the addresses, for the page."""
        return [self[self.name_of(person)] for person in self.people]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("role")) != bool(cleaned.get("territory")) and not {"role", "territory"} & set(self.errors):
            self.add_error("territory" if cleaned.get("role") else "role", _("Choose both, or neither."))
        given: set[str] = set()
        for person in self.people:
            email = str(cleaned.get(self.name_of(person), "")).casefold()
            if email in given:
                self.add_error(self.name_of(person), _("This address stands here twice."))
            elif email and Person.objects.filter(email=email).exclude(pk=person.pk).exists():
                self.add_error(self.name_of(person), _("Somebody with this address is here already."))
            given |= {email} - {""}
        return cleaned

    def invite(self, *, by: Person) -> list[tuple[Person, str]]:
        """Let each of them in and return them with the tokens of their links."""
        addresses = {p.pk: str(self.cleaned_data.pop(self.name_of(p))).casefold() for p in self.people}
        return [(person, self._let_in(person, addresses[person.pk], by=by)) for person in self.people]

    @transaction.atomic
    def _let_in(self, person: Person, email: str, *, by: Person) -> str:
        person.revise(by=by, email=email)
        if self.cleaned_data["role"]:
            self.give(person, by=by)
        return person.admit(by=by)
