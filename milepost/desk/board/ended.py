"""What has ended: won, lost, no decision or stopped by us, newest first."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.desk import at_source
from milepost.desk.board import filters
from milepost.desk.board.asked import read_filter
from milepost.desk.board.ended_filters import FILTERS, KINDS
from milepost.desk.board.known import Known
from milepost.desk.board.menus import Chip, Choice, Menu, people_of, territories_of
from milepost.opportunities.models import Opportunity, Outcome
from milepost.opportunities.models.opportunity import seen_by
from milepost.plans.models import Afterword
from milepost.plans.models.afterword import told_of
from milepost.team.money import exponent, to_major
from milepost.team.request import Request
from milepost.web.sheet import Column, answer
from milepost.web.turns import chunks

PAGE = 50
MOST_YEARS = 30


@dataclass(frozen=True)
class Place:
    """Where a page ended: the day and id of its last row; those without a day come last."""

    on: datetime.date | None
    pk: int

    def __str__(self) -> str:
        return f"{self.on.isoformat() if self.on else ''}_{self.pk}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        """Read a place from an address; None when it is not one."""
        day, _between, pk = text.partition("_")
        try:
            return cls(datetime.date.fromisoformat(day) if day else None, filters.read_number(pk))
        except ValueError:
            return None


class Ended:
    """One person's view of what has ended."""

    def __init__(self, params: QueryDict, known: Known) -> None:
        self.known = known
        self.troubles: list[Any] = []
        self.texts: dict[str, str] = {}
        self.said: dict[str, str] = {}
        condition = Q()
        for each in FILTERS:
            texts, values = read_filter(each, params.getlist(each.name), known, self.troubles)
            if texts:
                self.texts[each.name], self.said[each.name] = texts[0], each.say(values[0], known)
                condition &= each.keep(values[0], known)
        self.after = Place.read(str(params["after"])) if params.get("after") else None
        seen = Opportunity.objects.visible_to(known.person).filter(pk=OuterRef("opportunity_id"))
        standing = Outcome.objects.standing().filter(condition)
        self.rows: QuerySet[Outcome] = standing.filter(Exists(seen))
        # The same rows to be counted: asked of each end one by one, a million take seconds.
        self.all = standing.filter(seen_by(known.person, "opportunity__"), opportunity__merged_into=None)

    def link(self, **changes: str) -> str:
        """Return a link to the list with some of its filters changed; an empty one is taken off."""
        parts = {name: text for name, text in ({**self.texts, **changes}).items() if text}
        return f"?{urlencode(parts)}"

    def page(self) -> tuple[list[Outcome], str]:
        """Return a page of rows, and the link to the next one if there is more."""
        rows = list(self._dated()[: PAGE + 1]) if self.after is None or self.after.on else []
        if len(rows) <= PAGE:
            rows += self._undated()[: PAGE + 1 - len(rows)]
        more = len(rows) > PAGE
        last = rows[PAGE - 1] if more else None
        return rows[:PAGE], self.link(after=str(Place(last.on, last.pk))) if last else ""

    def in_order(self) -> list[QuerySet[Outcome]]:
        """Return all rows, in two parts."""
        return [self._related(self.rows.filter(on__isnull=False)), self._related(self.rows.filter(on=None))]

    def _dated(self) -> QuerySet[Outcome]:
        rows = self.rows.filter(on__isnull=False)
        if self.after is not None and self.after.on is not None:
            tie = Q(on__lt=self.after.on) | Q(pk__lt=self.after.pk)
            rows = rows.filter(Q(on__lte=self.after.on) & tie)
        return self._related(rows)

    def _undated(self) -> QuerySet[Outcome]:
        rows = self.rows.filter(on=None)
        if self.after is not None and self.after.on is None:
            rows = rows.filter(pk__lt=self.after.pk)
        return self._related(rows)

    @staticmethod
    def _related(rows: QuerySet[Outcome]) -> QuerySet[Outcome]:
        people = ("opportunity__salesperson", "opportunity__coordinator")
        found = rows.select_related("opportunity__account", "step", *people).prefetch_related("reasons")
        return found.order_by("-on", "-id")


@require_GET
def ended(request: Request) -> HttpResponse:
    """Show what has ended; for htmx, only the rows behind a place."""
    known = Known(request.user, request.company)
    shown = Ended(request.GET, known)
    rows, following = shown.page()
    context = {"rows": rows, "next": following, "currency": known.company.currency}
    if request.htmx and shown.after is not None:
        response = render(request, "desk/_ended_rows.html", context)
    else:
        response = render(request, "desk/ended.html", context | _around(shown))
    patch_vary_headers(response, ["HX-Request"])
    return response


def _around(shown: Ended) -> dict[str, Any]:
    counted, years = _counted(shown)
    labels = {each.name: str(each.label) for each in FILTERS}
    return {
        "shown": shown,
        "counts": [(label, *counted[kind]) for kind, label in KINDS if kind in counted],
        "chips": [Chip(labels[name], words, shown.link(**{name: ""})) for name, words in shown.said.items()],
        "menus": [menu for menu in _menus(shown, years) if menu.name not in shown.texts and menu.choices],
        "export": shown.link(),
    }


def _counted(shown: Ended) -> tuple[dict[str, tuple[int, int | None]], list[int]]:
    """Return how many ended how and what they are worth, and the years in which they did, the last one first."""
    by_kind = shown.all.order_by().values_list("kind")
    worth = Sum("opportunity__company_value_minor")
    found = list(by_kind.annotate(n=Count("pk"), worth=worth, first=Min("on"), last=Max("on")))
    days = [day for *_figures, first, last in found for day in (first, last) if day]
    years = list(range(max(days).year, min(days).year - 1, -1)) if days else []
    return {kind: (n, worth) for kind, n, worth, _first, _last in found}, years


def _menus(shown: Ended, years: list[int]) -> list[Menu]:
    pairs = {
        "outcome": [(kind, str(label).capitalize()) for kind, label in KINDS],
        "year": [(str(year), str(year)) for year in years[:MOST_YEARS]],
        "territory": [(str(pk), name) for pk, name, _depth in territories_of(shown.known)],
        "person": people_of(shown.known),
        "playbook": [(str(pk), name) for pk, name in shown.known.playbooks.items()],
    }
    offered = [each for each in FILTERS if each.name in pairs]
    return [Menu(each.name, each.label, _choices(shown, each.name, pairs[each.name])) for each in offered]


def _choices(shown: Ended, name: str, pairs: list[tuple[str, str]]) -> list[Choice]:
    return [Choice(label, shown.link(**{name: text})) for text, label in pairs]


@require_GET
def as_csv(request: Request) -> HttpResponseBase:
    """Return what has ended as CSV."""
    return _export(request, "csv")


@require_GET
def as_xlsx(request: Request) -> HttpResponseBase:
    """Return what has ended as an Excel sheet."""
    return _export(request, "xlsx")


def _export(request: Request, kind: str) -> HttpResponseBase:
    known = Known(request.user, request.company)
    parts = Ended(request.GET, known).in_order()
    in_thousands = (some for part in parts for some in chunks(part.iterator(chunk_size=1_000), 1_000))
    rows = (row for some in in_thousands for row in _rows(some, known))
    name, decimals = f"ended-{known.today.isoformat()}", exponent(known.company.currency)
    return answer(kind, name, _columns(known), rows, decimals=decimals)


def _columns(known: Known) -> list[Column]:
    return [
        Column(_("Opportunity"), width=36),
        Column(_("Account"), width=26),
        Column(_("Territory")),
        Column(_("Coordinator"), width=20),
        Column(_("Salesperson"), width=20),
        Column(_("Outcome")),
        Column(_("Ended on"), "day"),
        Column(_("Started on"), "day"),
        Column(f"{_('Value')} ({known.company.currency})", "money"),
        Column(_("At step"), width=22),
        Column(_("Reasons"), width=36),
        Column(_("Lost to"), width=20),
        Column(_("In words"), width=40),
        Column(_("What decided it, says the client"), width=40),
        Column(_("To do better, says the client"), width=40),
        Column(_("Easy to work with, of 5")),
        Column(_("Besides, says the client"), width=40),
        at_source.column(),
    ]


def _rows(outcomes: Sequence[Outcome], known: Known) -> Iterator[list[Any]]:
    """Yield the rows of these ends, with what clients said of each."""
    told, ids = told_of(outcomes), at_source.ids_at_source("opportunity", [one.opportunity_id for one in outcomes])
    for one in outcomes:
        yield [*_row(one, known), *_said(told.get(one.pk, [])), ids.get(one.opportunity_id, "")]


def _said(words: Sequence[Afterword]) -> list[Any]:
    """Return what the client's people answered; their names stand before it where several did, grades are averaged."""

    def all_of(name: str) -> str:
        given = [(row.link.contact, getattr(row, name)) for row in words if getattr(row, name)]
        return "; ".join(f"{who}: {said}" if len(words) > 1 else said for who, said in given)

    grades = [row.ease for row in words if row.ease]
    ease = f"{sum(grades) / len(grades):.2g}" if grades else ""
    return [all_of("decided"), all_of("better"), ease, all_of("more")]


def _row(outcome: Outcome, known: Known) -> list[Any]:
    one = outcome.opportunity
    return [
        one.name,
        one.account.name if one.account else "",
        known.territories[one.territory_id].name,
        one.coordinator.name if one.coordinator else "",
        one.salesperson.name if one.salesperson else "",
        str(outcome.get_kind_display()),
        outcome.on,
        one.started_on,
        None if one.company_value_minor is None else to_major(one.company_value_minor, known.company.currency),
        outcome.step.name if outcome.step else "",
        "; ".join(reason.text for reason in outcome.reasons.all()),
        outcome.lost_to,
        outcome.words,
    ]
