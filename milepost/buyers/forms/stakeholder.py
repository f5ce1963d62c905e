"""The form of a stakeholder: who it is, what part they have, and where they stand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.accounts.models import Contact
from milepost.buyers.models import Lists, Stakeholder
from milepost.buyers.traits import TRAITS, Trait
from milepost.opportunities.forms.steps import contacts_of
from milepost.opportunities.models import Opportunity
from milepost.team.models import Person
from milepost.web.forms import EditForm
from milepost.web.text import name_key

ACCOUNT_FIRST = gettext_lazy(
    "Such as: a finance director. To add people by name, first say under Edit which account this is."
)
WHO = ("contact", "new_contact", "placeholder")


class StakeholderForm(EditForm):
    """A contact, somebody new, or a place kept for somebody not yet known, with what the company asks of them."""

    new_contact = forms.CharField(
        label=gettext_lazy("Or somebody new"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("They are added to the account’s contacts."),
    )

    class Meta:
        model = Stakeholder
        fields = ("contact", "placeholder", *TRAITS, "wants", "reports_to")

    field_order = (*WHO, *TRAITS, "wants", "reports_to")

    def __init__(self, *args: Any, opportunity: Opportunity, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opportunity, self.lists = opportunity, Lists.read()
        self._offer_contacts(person)
        self._offer_answers()
        reports_to: Any = self.fields["reports_to"]
        reports_to.queryset = opportunity.stakeholders.exclude(pk=self.row.pk).select_related("contact")
        reports_to.empty_label = _("nobody here, or not known")
        self.fields["wants"].help_text = _("In their own words, as they could read it.")

    def _offer_contacts(self, person: Person) -> None:
        fields: Any = self.fields
        taken = self.opportunity.stakeholders.exclude(contact=None).exclude(pk=self.row.pk).values("contact")
        ids = contacts_of(self.opportunity, person).values("pk")
        free = Contact.objects.filter(Q(pk__in=ids) | Q(pk=self.row.contact_id)).exclude(pk__in=taken)
        fields["contact"].queryset = free
        fields["contact"].empty_label = _("choose, or name somebody below")
        fields["placeholder"].label = _("Or somebody we do not know yet")
        fields["placeholder"].help_text = _("Such as: a finance director.")
        if self.opportunity.account_id is None:
            del fields["new_contact"], fields["contact"]
            fields["placeholder"].label = _("Somebody we do not know yet")
            fields["placeholder"].help_text = ACCOUNT_FIRST

    def _offer_answers(self) -> None:
        for key, trait in TRAITS.items():
            kept = getattr(self.row, key)
            if key not in self.lists.asked and not kept:
                del self.fields[key]
                continue
            self.fields[key] = forms.ChoiceField(
                label=trait.label,
                required=False,
                choices=[("", _("not known")), *self.lists.choices(key, kept=kept)],
                help_text=self._help(trait),
            )
        self.order_fields(self.field_order)

    def _help(self, trait: Trait) -> Any:
        """Return what the trait is about, and for somebody who is there already the way to be helped."""
        if not self.row.pk:
            return trait.about
        address = f"{reverse('buyers:help', args=[self.row.pk])}?trait={trait.key}"
        return format_html('{} <a href="{}">{}</a>', trait.about, address, _("Help me choose"))

    def traits(self) -> list[Any]:
        """Return the fields of what is asked."""
        return [self[name] for name in TRAITS if name in self.fields]

    def who(self) -> list[Any]:
        """Return the fields that say who it is."""
        return [self[name] for name in WHO if name in self.fields]

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
