"""The forms of a roll-up: submit a number, unlock a period."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from milepost.forecasts.line import Line
from milepost.forecasts.models import Submission
from milepost.forecasts.models.submissions import Locked, Outrun
from milepost.forecasts.snapshots import take_or_ask
from milepost.opportunities.amounts import AmountField
from milepost.team.models import Person
from milepost.web import words


class SubmitForm(forms.Form):
    """A number for one line; `previous` is the one that stood when the form was opened."""

    amount = AmountField(label=lazy("My number"), required=True)
    note = forms.CharField(
        label=lazy("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    previous = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, line: Line, is_adjustment: bool) -> None:
        self.line, self.is_adjustment = line, is_adjustment
        stands = line.said.adjusted if is_adjustment else line.said.own
        super().__init__(data, initial={"previous": stands and stands.pk, "amount": stands and stands.amount_minor})
        currency = line.rollup.company.currency
        amount: Any = self.fields["amount"]
        amount.currency = amount.initial_currency = currency
        amount.label = f"{_('Adjusted number') if is_adjustment else _('The number I stand by')} ({currency})"
        self.fields["note"].required = is_adjustment
        self.fields["note"].label = _("Why") if is_adjustment else _("Note")

    def keep(self, *, by: Person) -> bool:
        """Submit; False when the form must be shown again, with the reason in it."""
        rollup, place, said = self.line.rollup, self.line.place, self.cleaned_data
        try:
            Submission.give(
                by=by,
                on=rollup.today,
                period=rollup.period.key,
                territory=place.territory,
                person=place.person,
                amount_minor=said["amount"],
                currency=rollup.company.currency,
                note=said["note"],
                is_adjustment=self.is_adjustment,
                previous=said["previous"],
                basis=self.line.basis,
                snapshot=take_or_ask(by=by),
            )
        except Outrun as error:
            self._tell(error.newer)
        except Locked as error:
            self.add_error(None, str(error))
        return not self.errors

    def _tell(self, newer: Submission | None) -> None:
        """Say what somebody else has submitted meanwhile; sent again, this one supersedes it."""
        place, period = self.line.place, self.line.rollup.period.key
        person = place.person.pk if place.person else None
        newer = newer or Submission.standing(period, place.territory.pk, person, self.is_adjustment)
        told = {"who": newer.by.name if newer and newer.by else "Milepost", "amount": _("nothing")}
        if newer is not None:
            told["amount"] = words.money(newer.amount_minor, newer.currency)
        self.add_error(
            None,
            _(
                "%(who)s has submitted %(amount)s here meanwhile. Your number is kept below; "
                "submit again to put it in place of that one."
            )
            % told,
        )
        data: Any = self.data
        self.data = data.copy()
        self.data["previous"] = str(newer.pk) if newer else ""  # type: ignore[index]


class UnlockForm(forms.Form):
    """Why a period is unlocked."""

    reason = forms.CharField(label=lazy("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
