"""What moved between two days, for the periods side by side, to the cent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from milepost.engine.fiscal import Period
from milepost.engine.flow import MOVES, OPEN, Flow, Move, Rates, Row, flow, pushes
from milepost.forecasts.asked import Asked
from milepost.forecasts.looks import Look, Looks, kept_looks, looks_now, looks_then, open_now_or_then, rates_on
from milepost.forecasts.looks import plan_rates as read_plan_rates
from milepost.forecasts.models import Snapshot
from milepost.team.models import Company, Person
from milepost.web.chart import tip
from milepost.web.flow_drawing import Bar, draw_flow
from milepost.web.words import money, money_short

MOST_LISTED = 200
BAD = {"pushed_out", "lost", "no_decision"}


def names() -> dict[str, str]:
    """Return what each movement is called on the screen, in the order of the sum."""
    return {
        "created": _("New"),
        "reopened": _("Open again"),
        "pulled_in": _("Pulled in"),
        "territory_in": _("Territory in"),
        "increased": _("Value up"),
        "decreased": _("Value down"),
        "likelier": _("Chance up"),
        "less_likely": _("Chance down"),
        "rates": _("Exchange rates"),
        "pushed_out": _("Pushed out"),
        "territory_out": _("Territory out"),
        "won": _("Won"),
        "lost": _("Lost"),
        "no_decision": _("No decision"),
        "withdrawn": _("Stopped by us"),
        "gone": _("Merged, removed"),
    }


class Moved:
    """The flow of each period from a kept day to now or another, of what a person sees and asks about."""

    def __init__(self, person: Person, company: Company, asked: Asked, periods: Sequence[Period]) -> None:
        assert asked.since is not None
        self.person, self.company, self.asked, self.since = person, company, asked, asked.since
        self.within = set(asked.below) if asked.territory is not None else None
        self.before = kept_looks(person, self.since, open_now_or_then(asked.until))
        if asked.until is None:
            self.after = looks_now(person, company, self.since, self.before)
        else:
            self.after = looks_then(person, self.since, asked.until)
        self._set_chances()
        self.plan = read_plan_rates(company) if asked.rates == "plan" else {}
        self.rates = {period.key: self._rates(period) for period in periods}
        self.flows = {period.key: self._flow(period) for period in periods}

    def _set_chances(self) -> None:
        """Count amounts whole; where expected value is asked, what has ended leaves with what had been hoped for."""
        if self.asked.of != "expected":
            self.before = {pk: look._replace(win=1.0) for pk, look in self.before.items()}
            self.after = {pk: look._replace(win=1.0) for pk, look in self.after.items()}
            return
        for pk, look in self.after.items():
            if look.state != OPEN and pk in self.before:
                self.after[pk] = look._replace(win=self.before[pk].win)

    def _rates(self, period: Period) -> tuple[Rates, Rates]:
        if self.asked.rates == "plan":
            plan = self.plan.get(period.year, {self.company.currency: 1})
            return plan, plan
        was, now = self._own_rates
        return was, was if self.asked.rates == "then" else now

    @cached_property
    def _own_rates(self) -> tuple[Rates, Rates]:
        until = self.asked.until or self.company.today()
        return rates_on(self.company, self.since), rates_on(self.company, until)

    def _flow(self, period: Period) -> Flow:
        return flow(self._rows(self.before, period), self._rows(self.after, period), *self.rates[period.key])

    def _rows(self, looks: Looks, period: Period) -> dict[Any, Row]:
        return {pk: self._row(look, period) for pk, look in looks.items()}

    def _row(self, look: Look, period: Period) -> Row:
        inside = look.closes_on is not None and look.closes_on in period
        asked = self.asked
        in_view = self.within is None or look.territory in self.within
        in_view = in_view and asked.person in (None, look.salesperson) and asked.playbook in (None, look.playbook)
        # At plan rates all is counted alike, what was won too; otherwise that is worth what it was won for.
        frozen = None if asked.rates == "plan" else look.frozen
        return Row(look.amount, look.currency, inside, in_view, look.state, frozen, look.win)

    def unplanned(self, period: Period) -> list[str]:
        """Return the currencies that have no rate in the plan of a period's year, of what it is about."""
        if self.asked.rates != "plan":
            return []
        known = self.rates[period.key][0]
        without = self.flows[period.key].unpriced
        looks = [self.after.get(int(str(pk))) or self.before[int(str(pk))] for pk in without]
        return sorted({look.currency for look in looks if look.amount is not None} - set(known))

    def pushed(self, ids: Iterable[Any]) -> list[tuple[int, int]]:
        """Return opportunities whose closing month moved later since the day, with how often, the most often first."""
        months: dict[int, list[int | None]] = defaultdict(list)
        rows = Snapshot.objects.filter(opportunity_id__in=list(ids)[:MOST_LISTED], valid_to__gte=self.since)
        if self.asked.until is not None:
            rows = rows.filter(valid_from__lte=self.asked.until)
        for row in rows.order_by("opportunity", "valid_from"):
            day = row.closes_on
            months[row.opportunity_id].append(day and day.year * 12 + day.month)
        counted = [(pk, pushes(each)[0]) for pk, each in months.items()]
        return sorted(((pk, n) for pk, n in counted if n), key=lambda pair: (-pair[1], pair[0]))


@dataclass(frozen=True)
class Line:
    """One line of the table: a level or a movement, with its amount in each period."""

    key: str
    name: str
    cells: list[tuple[str, Move]]

    @property
    def is_level(self) -> bool:
        return self.key in ("start", "end")


def lines(flows: dict[str, Flow], *, start: str, end: str) -> list[Line]:
    """Return the table: the first level, every movement that any period has, and the last level."""
    first = Line("start", start, [(key, each.start) for key, each in flows.items()])
    last = Line("end", end, [(key, each.end) for key, each in flows.items()])
    moves = [Line(name, names()[name], [(key, each.moves[name]) for key, each in flows.items()]) for name in MOVES]
    return [first, *(line for line in moves if any(move.ids for _key, move in line.cells)), last]


def picture(
    flow_: Flow, *, start: str, end: str, currency: str, label: str, href: Callable[[str], str] = lambda key: ""
) -> SafeString:
    """Draw one period's flow; `href` leads from a line to its opportunities."""
    moves = [(name, names()[name], move) for name, move in flow_.moves.items() if move.ids]
    levels = ("start", start, flow_.start), ("end", end, flow_.end)
    bars = [
        Bar(name, move.amount, kind_of(key, move), signed(key, move, currency), told(name, move, currency), href(key))
        for key, name, move in (levels[0], *moves, levels[1])
    ]
    return draw_flow(bars, label=label)


def told(name: str, move: Move, currency: str) -> str:
    """Return what is shown of a line beside the pointer."""
    return tip(name, money(move.amount, currency), _("Opportunities: %s") % len(move.ids))


def signed(key: str, move: Move, currency: str) -> str:
    sign = "+" if move.amount > 0 and key not in ("start", "end") else ""
    return sign + money_short(move.amount, currency)


def kind_of(name: str, move: Move) -> str:
    """Say how a line is drawn."""
    if name in ("start", "end"):
        return "level"
    if name == "won":
        return "won"
    if name in BAD:
        return "bad"
    return "up" if move.amount >= 0 else "down"
