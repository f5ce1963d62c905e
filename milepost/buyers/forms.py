"""The form of a stakeholder: who it is, what part they have, and where they stand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.accounts.models import Contact
from milepost.buyers.models import Stakeholder
from milepost.opportunities.forms.steps import contacts_of
from milepost.opportunities.models import Opportunity
from milepost.team.models import Person
from milepost.web.forms import EditForm
from milepost.web.text import name_key


class StakeholderForm(EditForm):
    """A contact, somebody new, or a place kept for somebody not yet known."""

    new_contact = forms.CharField(
        label=gettext_lazy("Or somebody new"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("They are added to the account’s contacts."),
    )

    class Meta:
        model = Stakeholder
        fields = ("contact", "placeholder", "role", "stance", "access")

    field_order = ("contact", "new_contact", "placeholder", "role", "stance", "access")

    def __init__(self, *args: Any, opportunity: Opportunity, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opportunity = opportunity
        fields: Any = self.fields
        taken = opportunity.stakeholders.exclude(contact=None).exclude(pk=self.row.pk).values("contact")
        ids = contacts_of(opportunity, person).values("pk")
        free = Contact.objects.filter(Q(pk__in=ids) | Q(pk=self.row.contact_id)).exclude(pk__in=taken)
        fields["contact"].queryset = free
        fields["contact"].empty_label = _("choose, or name somebody below")
        fields["placeholder"].label = _("Or somebody we do not know yet")
        fields["placeholder"].help_text = _("Such as: a finance director.")
        if opportunity.account_id is None:
            del fields["new_contact"], fields["contact"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        said = [name for name in ("contact", "new_contact") if data.get(name)]
        if len(said) > 1:
            self.add_error("new_contact", _("Choose a contact or name a new one, not both."))
        if not said and not (data.get("placeholder") or "").strip():
            where = "contact" if "contact" in self.fields else "placeholder"
            self.add_error(where, _("Say who it is: a contact, somebody new, or somebody we do not know yet."))
        if data.get("new_contact"):
            data["placeholder"] = data["new_contact"]  # somebody, until they are made a contact
        return data

    def changes(self) -> dict[str, Any]:
        values = super().changes()
        values.pop("new_contact", None)
        return values

    def newcomer(self, *, by: Person) -> dict[str, Any]:
        """Return the contact named for the first time, made now; the one there is, if the name is known."""
        name = (self.cleaned_data.get("new_contact") or "").strip()
        account = self.opportunity.account
        if not name or account is None:
            return {}
        known = Contact.objects.filter(account=account, name_key=name_key(name)).first()
        if known is not None and self.opportunity.stakeholders.filter(contact=known).exclude(pk=self.row.pk).exists():
            raise ValueError(_("“%(name)s” has a part in it already.") % {"name": known.name})
        return {"contact": known or Contact.add(by=by, account=account, name=name), "placeholder": ""}

    def values(self) -> dict[str, Any]:
        """Return what `Stakeholder.add` takes."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields}
