"""Begin an opportunity, or edit what stands at its head."""

from __future__ import annotations

import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Max, Q
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.accounts.models import Account
from milepost.accounts.moved import account_or_moved
from milepost.accounts.permissions import may_add
from milepost.accounts.twins import likely
from milepost.opportunities.alike import same
from milepost.opportunities.amounts import AmountField, WithAmounts
from milepost.opportunities.begin import begin
from milepost.opportunities.forms.fields import day_field
from milepost.opportunities.forms.unusual import ask_if_unusual
from milepost.opportunities.models import Offer, Opportunity
from milepost.opportunities.permissions import may_begin
from milepost.playbooks.models import PlaybookVersion
from milepost.team.models import Membership, Person, Role, Territory
from milepost.team.money import known_currencies
from milepost.web.doors import GoneMeanwhile
from milepost.web.text import name_key, number

NEW = "new"


def active_versions() -> Any:
    """Return the newest published version of every playbook still on offer."""
    published = PlaybookVersion.objects.filter(published_at__isnull=False, playbook__retired_at=None)
    newest = published.order_by().values("playbook").annotate(top=Max("number"))
    wanted = Q(pk__in=[])
    for row in newest:
        wanted |= Q(playbook=row["playbook"], number=row["top"])
    return published.filter(wanted).select_related("playbook").order_by("playbook__name")


def accounts_like(name: str, person: Person) -> list[Account]:
    """Return the accounts the person may mean."""
    return likely(name, Account.objects.visible_to(person))


def offer_field() -> Any:
    """Return the field for what the client asks for."""
    return forms.ModelChoiceField(
        Offer.objects.none(),
        label=gettext_lazy("Asked for"),
        required=False,
        empty_label=gettext_lazy("not known"),
        help_text=gettext_lazy("While the value is unknown, the Desk reckons with what that usually brings."),
    )


def offer_what_is_sold(form: Any, *, kept: int | None = None) -> None:
    """Offer what the company sells, and what was asked for already; without either there is nothing to ask."""
    offers = Offer.objects.filter(Q(retired_at=None) | Q(pk=kept))
    form.fields["asked_for"].queryset = offers
    if not offers.exists():
        del form.fields["asked_for"]


class PlaybookField(forms.ModelChoiceField):
    """Playbooks by their name; the version is the newest."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.playbook.name)


class BeginForm(WithAmounts, forms.Form):
    """A new opportunity. The account is searched or made here; a likely duplicate is pointed out."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    account_name = forms.CharField(
        label=gettext_lazy("Account"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Type its name: choose it below, or add a new one. Leave it empty if it is unknown."),
    )
    account = forms.CharField(required=False, widget=forms.HiddenInput)
    playbook_version = PlaybookField(
        PlaybookVersion.objects.none(), label=gettext_lazy("Playbook"), empty_label=gettext_lazy("Choose one")
    )
    coordinator = forms.ModelChoiceField(
        Person.objects.none(), label=gettext_lazy("Coordinator"), required=False, empty_label=gettext_lazy("nobody yet")
    )
    salesperson = forms.ModelChoiceField(
        Person.objects.none(), label=gettext_lazy("Salesperson"), required=False, empty_label=gettext_lazy("nobody yet")
    )
    value_minor = AmountField(label=gettext_lazy("Value"), help_text=gettext_lazy("Leave it empty if it is unknown."))
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=known_currencies)
    margin_minor = AmountField(label=gettext_lazy("Margin"), below_zero=True)
    started_on = day_field(gettext_lazy("Started on"), required=False)
    territory = forms.ModelChoiceField(
        Territory.objects.none(),
        label=gettext_lazy("Territory"),
        required=False,
        empty_label=gettext_lazy("the account’s, or the salesperson’s within it"),
        help_text=gettext_lazy("Choose one where the account is unknown or new."),
    )
    asked_for = offer_field()
    description = forms.CharField(
        label=gettext_lazy("Description"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    confidential = forms.BooleanField(
        label=gettext_lazy("Confidential: only its coordinator, salesperson and team see it"), required=False
    )
    tender = forms.BooleanField(
        label=gettext_lazy("A tender: the client sets the dates, nothing is called late"), required=False
    )
    came_back_from = forms.ModelChoiceField(Opportunity.objects.none(), required=False, widget=forms.HiddenInput)
    sure_of_value = forms.CharField(required=False, widget=forms.HiddenInput)
    another = forms.BooleanField(label=gettext_lazy("This is another one: begin it"), required=False)

    def __init__(self, *args: Any, person: Person, currency: str, today: datetime.date, **kwargs: Any) -> None:
        self.person, self.today = person, today
        kwargs["initial"] = {"currency": currency, "started_on": today, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["playbook_version"].queryset = active_versions()
        fields["coordinator"].queryset = fields["salesperson"].queryset = Person.objects.working()
        fields["territory"].queryset = Territory.objects.filter(pk__in=territories_of(person))
        offer_what_is_sold(self)
        fields["came_back_from"].queryset = Opportunity.objects.visible_to(person)
        self.set_currencies(currency)
        self.found: Account | None = None
        self.duplicates: list[Opportunity] = []
        self.asks_for_account = self.adds_account = self.moved = False

    @cached_property
    def offered(self) -> list[Account]:
        """Return the accounts that may be meant by what was typed."""
        return accounts_like((self["account_name"].value() or "").strip(), self.person)

    def clean_started_on(self) -> Any:
        started = self.cleaned_data["started_on"]
        if started is not None and started > self.today:
            raise forms.ValidationError(_("It cannot have begun on a day still to come."))
        return started

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self._find_account(data.get("account_name", "").strip(), data.get("account", ""))
        if "account_name" not in self.errors:
            self._find_territory(data)
        account = self.found or self._just_added(data)
        if "name" in data and not data.get("another") and (account or self.data.get("account") != NEW):
            found = same(data["name"], person=self.person, account=account)
            self.duplicates = [row for row in found if row != data.get("came_back_from")]
            if self.duplicates:
                self.add_error("name", _("Something like it is here already. Look at it, or say that this is another."))
        version = data.get("playbook_version")
        ask_if_unusual(
            self, "value_minor", data.get("value_minor"), data.get("currency", ""), version and version.playbook_id
        )
        return data

    def _find_account(self, name: str, chosen: str) -> None:
        """Find the account meant: the one chosen, or the only one of this name; else ask."""
        if not name:
            return
        seen = Account.objects.visible_to(self.person)
        if (pk := number(chosen)) is not None:
            self.found = seen.filter(pk=pk).first() or self._where_it_went(pk=pk)
        elif chosen != NEW:
            exact = list(seen.filter(name_key=name_key(name))[:2])
            self.found = exact[0] if len(exact) == 1 else None
            if not exact:
                self.found = self._where_it_went(name_key=name_key(name))
        self.adds_account = self.found is None and chosen == NEW and may_add(self.person)
        if self.found is not None or self.adds_account:
            return
        self.asks_for_account = True
        self.add_error("account_name", self._what_to_do())

    def _where_it_went(self, **asked: Any) -> Account | None:
        """Return the account into which the one that is meant was merged meanwhile, and ask whether that is right."""
        gone = Account.objects.filter(**asked).exclude(merged_into=None).first()
        try:
            account, moved = account_or_moved(self.person, gone.pk if gone else 0)
        except (Http404, GoneMeanwhile):
            return None
        if moved is not None:
            self.moved = True
            self.data: Any = self.data.copy()
            self.data["account"], self.data["account_name"] = str(account.pk), account.name
            self.add_error("account_name", moved.told + " " + _("Send it again to begin it there."))
        return account

    def _just_added(self, data: dict[str, Any]) -> Account | None:
        """Return the account that is to be added but is there: the form may have been sent twice."""
        key = name_key(data.get("account_name", ""))
        return Account.objects.visible_to(self.person).filter(name_key=key).first() if key else None

    def _what_to_do(self) -> str:
        if not may_add(self.person):
            return _("You see no account of this name.")
        if self.offered:
            return _("Choose the one you mean, or add it as a new account.")
        return _("There is no account of this name. Add it as a new one, or correct the name.")

    def _find_territory(self, data: dict[str, Any]) -> None:
        territory: Territory | None = data.get("territory")
        if territory is None and self.found is not None:
            territory = _usual(self.found.territory, data.get("salesperson"))
        if territory is None:
            own = list(self.fields["territory"].queryset[:2])
            territory = own[0] if len(own) == 1 else None
        if territory is None:
            self.add_error("territory", _("Choose the territory."))
        elif not may_begin(self.person, territory.pk):
            self.add_error("territory", _("You may not begin opportunities in this territory."))
        elif not self._would_see(territory, data):
            self.add_error("salesperson", _("Put yourself on it: you would not see it otherwise."))
        data["territory"] = territory

    def _would_see(self, territory: Territory, data: dict[str, Any]) -> bool:
        sight = self.person.sight
        on_it = {getattr(data.get(name), "pk", None) for name in ("coordinator", "salesperson")}
        return bool(on_it & sight.people) or (territory.pk in sight.territories and not data.get("confidential"))

    @transaction.atomic
    def begin(self) -> Opportunity:
        """Create the opportunity, and its account where that is new."""
        data = self.cleaned_data
        account = self.found
        if account is None and data["account_name"].strip():
            account = Account.add(by=self.person, name=data["account_name"].strip(), territory=data["territory"])
        kept = ("name", "playbook_version", "coordinator", "salesperson", "value_minor", "currency", "margin_minor")
        also = ("territory", "started_on", "description", "confidential", "tender", "came_back_from", "asked_for")
        values: dict[str, Any] = {name: data.get(name) for name in (*kept, *also)}
        return begin(by=self.person, account=account, **values)


def _usual(territory: Territory, seller: Person | None) -> Territory:
    """Return an account's territory, or the one within it in which the salesperson works, where that is one alone."""
    works = Membership.objects.filter(person=seller, role=Role.SALESPERSON, territory__path__startswith=territory.path)
    places = [membership.territory for membership in works.select_related("territory")[:2]]
    return places[0] if len(places) == 1 else territory


def territories_of(person: Person) -> set[int]:
    """Return the ids of the territories in which the person may begin opportunities."""
    return {pk for held in person.sight.roles.values() for pk in held if may_begin(person, pk)}
