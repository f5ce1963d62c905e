"""Forms that keep what was typed: a second editor is shown what the first one changed."""

from __future__ import annotations

import copy
import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.web.history import StaleEdit
from milepost.web.plausible import Plausible
from milepost.web.words import day

NOT_ON_OFFER = gettext_lazy("What you chose is not offered any more since you opened this. Choose again.")
SOME_NOT_ON_OFFER = gettext_lazy("Some of what you chose is not offered any more since you opened this. Choose again.")


@dataclass(frozen=True)
class Conflict:
    """One field that somebody else has changed since the form was opened."""

    label: str
    theirs: Any
    yours: Any


class EditForm(Plausible, forms.ModelForm):
    """Edit an `Editable` row by its verb `revise`, and never over somebody else's newer edit.

    A stale edit fails with `conflicts` filled and the typed values kept; sent again, it counts.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    NOT_OF_THE_ROW = ("version", "sure_of_value")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Validation writes into `instance`; the verb must compare with what is stored.
        self.row = copy.copy(self.instance)
        self.fields["version"].initial = self.row.version
        self.conflicts: list[Conflict] = []

    def changes(self) -> dict[str, Any]:
        """Return what differs from the stored row, by field."""
        kept = self.cleaned_data
        return {name: kept[name] for name in self.changed_data if name not in self.NOT_OF_THE_ROW and name in kept}

    def apply(self, *, by: Any, **more: Any) -> bool:
        """Save through the row's verb; False when the form must be shown again, with the reason in it."""
        try:
            self.row.revise(by=by, version=self.cleaned_data["version"], **self.changes(), **more)
        except StaleEdit:
            self._tell_conflicts()
        except ValueError as error:
            self.add_error(None, str(error))
        return not self.errors

    def _tell_conflicts(self) -> None:
        stored = type(self.row)._default_manager.get(pk=self.row.pk)
        self.compare_with(stored)
        data = self.data.copy()
        data[self.add_prefix("version")] = str(stored.version)
        self.data = data
        self.add_error(
            None,
            _(
                "Somebody has changed this since you opened it. Your entries are still here; "
                "compare them, then save again."
            ),
        )

    def compare_with(self, stored: Any) -> None:
        """Set what is asked for beside what is stored, field by field, to be shown with the form."""
        for name, yours in self.changes().items():
            field = self.fields.get(name)
            label = str(field.label if field else stored._meta.get_field(name).verbose_name)
            theirs = self._shown(name, getattr(stored, name), stored)
            self.conflicts.append(Conflict(label, theirs, self._shown(name, yours)))

    def _shown(self, name: str, value: Any, row: Any = None) -> Any:
        """Return a value as people write it: what is stored in `row`, or what is typed where there is none."""
        field: Any = self.fields.get(name)
        choices = getattr(field, "choices", None)
        if choices is not None and not hasattr(value, "pk"):
            return {str(key): label for key, label in choices}.get(str(value), value)
        if hasattr(field, "said"):
            return field.said(value, row)
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        return day(value) if isinstance(value, datetime.date) else value
