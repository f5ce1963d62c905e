"""Name an account instead of choosing it from a list that may hold thousands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.accounts.models import Account, Accounts
from milepost.accounts.twins import likely
from milepost.web.text import name_key

OFFERS_NAMES = {
    "list": "account-names",
    "autocomplete": "off",
    "hx-get": reverse_lazy("accounts:names"),
    "hx-trigger": "input changed delay:200ms",
    "hx-target": "#account-names",
}
"""The page has a `<datalist id="account-names">` for what is offered."""


class AccountField(forms.CharField):
    """A field that takes an account's name and gives the account; set `rows` to those the person sees."""

    default_error_messages = {"unknown": gettext_lazy("There is no account “%(name)s” that you can see.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs=OFFERS_NAMES))
        super().__init__(max_length=200, **kwargs)
        self.rows: Accounts = Account.objects.none()

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return self.rows.filter(pk=value).values_list("name", flat=True).first() or ""
        return value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Account):
            return value
        name = super().to_python(value)
        if not name:
            return None
        ProhibitNullCharactersValidator()(name)
        found = list(self.rows.filter(name_key=name_key(name))[:2])
        if not found:
            found = self._merged_into(name)
        if not found:
            raise forms.ValidationError(self._unknown(name))
        if len(found) > 1:
            raise forms.ValidationError(_("Several accounts are called “%(name)s”. Rename one first.") % {"name": name})
        return found[0]

    def _unknown(self, name: str) -> str:
        """Say that there is none of this name, and name those that may be meant."""
        said = str(self.error_messages["unknown"]) % {"name": name}
        near = [account.name for account in likely(name, self.rows, limit=3)]
        if not near:
            return said
        return said + " " + _("Do you mean one of these: %(names)s?") % {"names": ", ".join(near)}

    def _merged_into(self, name: str) -> list[Account]:
        """Return the accounts into which one of this name went: it was typed, or offered, before that."""
        gone = Account.objects.filter(name_key=name_key(name)).exclude(merged_into=None)
        return list(self.rows.filter(pk__in=gone.values("merged_into"))[:2])

    def run_validators(self, value: Any) -> None:
        """Leave the account as it is: the validators are those of its name, which is a stored one."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return name_key(str(self.prepare_value(initial) or "")) != name_key(str(data or ""))
