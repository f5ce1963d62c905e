"""Forms of forecasts."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from milepost.forecasts.asked import Asked
from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.former import notes_of_former
from milepost.forecasts.models import Target
from milepost.forecasts.models.restated import counting_in, notes
from milepost.forecasts.models.targets import managed
from milepost.opportunities.amounts import AmountField
from milepost.opportunities.models import Offer
from milepost.team.models import Company, Person, Role, Territory
from milepost.web import words

COUNTS = {"month": 6, "quarter": 4, "year": 3}


class TargetsForm(forms.Form):
    """A sheet of targets: a row for the territory as a whole and for each who sells in it, a column for a period.

    Beside each amount goes what stood there when the sheet was opened: a cell that somebody else has set since is
    shown with both values before it is replaced.
    """

    def __init__(self, data: Any, *, person: Person, company: Company, query: QueryDict) -> None:
        super().__init__(data)
        self.asked = Asked.read(query)
        self.company = company
        calendar = calendar_of(company)
        today = company.today()
        start = self.asked.periods(calendar, today)[0]
        self.periods = [calendar.move(start, n) for n in range(COUNTS[self.asked.kind])]
        self.starts = [calendar.move(start, n).key for n in (-1, 1)]
        self.territories = list(Territory.objects.filter(pk__in=managed(person)).order_by("path"))
        ids = [each.pk for each in self.territories]
        chosen = self.asked.territory if self.asked.territory in ids else ids[0]
        self.territory = next(each for each in self.territories if each.pk == chosen)
        self.sellers = _sellers(self.territory)
        self.offers = list(Offer.objects.filter(retired_at=None))
        self.offer = next((each for each in self.offers if str(each.pk) == query.get("offer")), None)
        self.stored = self._stored()
        for whose in [None, *self.sellers]:
            for period in self.periods:
                self._add_cell(whose, period.key)

    def _stored(self) -> dict[tuple[int | None, str], int]:
        keys = [period.key for period in self.periods]
        here = Target.objects.filter(territory=self.territory, offer=self.offer)
        rows = list(here.filter(period__in=keys))
        self.notes = notes(rows, self.company.currency) + notes_of_former(here, self.periods)
        return {(row.person_id, row.period): row.amount_minor for row in counting_in(rows, self.company.currency)}

    def _add_cell(self, whose: Person | None, key: str) -> None:
        name, stored = _name(whose, key), self.stored.get((_pk(whose), key))
        cell = AmountField(label=f"{whose or self.territory}, {key}", initial=stored)
        cell.currency = cell.initial_currency = self.company.currency
        self.fields[name] = cell
        hidden = forms.CharField(required=False, widget=forms.HiddenInput, initial="" if stored is None else stored)
        self.fields[f"{name}_was"] = hidden

    def clean(self) -> dict[str, Any]:
        """Point out the cells that somebody else has set since the sheet was opened."""
        data = super().clean() or {}
        for whose, key, name in self._cells():
            stored = self.stored.get((_pk(whose), key))
            was = self.data.get(f"{name}_was", "")
            if name in data and was != ("" if stored is None else str(stored)) and data[name] != stored:
                now = _("no target") if stored is None else words.money(stored, self.company.currency)
                self.add_error(name, _("Somebody has set %s here meanwhile. Save again to replace it.") % now)
                self.data = self.data.copy()
                self.data[f"{name}_was"] = "" if stored is None else str(stored)
        return data

    def _cells(self) -> list[tuple[Person | None, str, str]]:
        return [(who, p.key, _name(who, p.key)) for who in [None, *self.sellers] for p in self.periods]

    def keep(self, *, by: Person) -> None:
        """Set what differs from what is stored; an emptied cell takes its target away."""
        for whose, key, name in self._cells():
            amount, stored = self.cleaned_data[name], self.stored.get((_pk(whose), key))
            if amount == stored:
                continue
            if amount is None:
                Target.objects.get(territory=self.territory, person=whose, period=key, offer=self.offer).drop(by=by)
            else:
                money = {"amount_minor": amount, "currency": self.company.currency}
                Target.set(by=by, period=key, territory=self.territory, person=whose, offer=self.offer, **money)

    @property
    def rows(self) -> list[tuple[str, list[tuple[Any, Any]]]]:
        """Return each row's head and its cells, with what stood there, for the page."""
        found = []
        for whose in [None, *self.sellers]:
            names = [_name(whose, period.key) for period in self.periods]
            head = whose.name if whose else str(_("%s as a whole") % self.territory.name)
            found.append((head, [(self[name], self[f"{name}_was"]) for name in names]))
        return found

    @property
    def heads(self) -> list[tuple[str, datetime.date, datetime.date]]:
        months = [words.month_name(n) for n in range(1, 13)]
        return [(period.name(months), period.start, period.end) for period in self.periods]

    def address(self, offer: Offer | None = None, **changes: Any) -> str:
        """Return the address of another sheet."""
        link = self.asked.link(**changes)
        return f"{link}{'&' if len(link) > 1 else ''}offer={offer.pk}" if offer else link

    @property
    def earlier(self) -> str:
        return self.address(self.offer, first=self.starts[0])

    @property
    def later(self) -> str:
        return self.address(self.offer, first=self.starts[1])

    @property
    def offer_links(self) -> list[tuple[str, str, bool]]:
        """Return the offers that can have targets of their own: name, address, whether it is this one."""
        links = [(each.name, self.address(each), each == self.offer) for each in self.offers]
        return [(str(_("Everything")), self.address(), self.offer is None), *links] if links else []

    @property
    def links(self) -> list[tuple[str, str, bool, int]]:
        """Return the territories whose targets can be set: name, address, whether it is this one, depth."""
        return [
            (each.name, self.address(self.offer, territory=each.pk), each == self.territory, each.depth)
            for each in self.territories
        ]


def _name(whose: Person | None, key: str) -> str:
    return f"t{whose.pk if whose else 0}_{key.replace('-', '_')}"


def _pk(whose: Person | None) -> int | None:
    return whose.pk if whose else None


def _sellers(territory: Territory) -> list[Person]:
    """Return who sells in just this territory, as the roll-up has them, and who was given a target in it."""
    sells = Q(memberships__territory=territory, memberships__role=Role.SALESPERSON, is_active=True)
    given = Target.objects.filter(territory=territory, person__isnull=False).order_by()
    return list(Person.objects.filter(sells | Q(pk__in=given.values("person"))).distinct().order_by("name_key"))
