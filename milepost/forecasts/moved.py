"""What moved between a kept day and now, for the periods side by side, to the cent."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from milepost.engine.fiscal import Period
from milepost.engine.flow import MOVES, OPEN, Flow, Move, Rates, Row, flow, pushes
from milepost.forecasts.asked import Asked, below
from milepost.forecasts.models import Snapshot, SnapshotDay
from milepost.opportunities.models import Outcome, Standing
from milepost.team.models import Company, Person, Rate
from milepost.web.flow_drawing import Bar, draw_flow
from milepost.web.words import exponent, money_short

WEEK = datetime.timedelta(days=7)
MOST_LISTED = 200
BAD = {"pushed_out", "lost", "no_decision"}
AT_ONCE = 2_000
STANDING = (
    "pk",
    "opportunity__value_minor",
    "opportunity__currency",
    "judged_close",
    "close_on",
    "territory_id",
    "salesperson_id",
    "playbook_id",
)
ENDED = (
    "opportunity_id",
    "kind",
    "at",
    "on",
    "opportunity__company_value_minor",
    "opportunity__territory_id",
    "opportunity__salesperson_id",
    "opportunity__playbook_version__playbook_id",
)


class Look(NamedTuple):
    """How an opportunity looked, as far as the flow goes."""

    amount: int | None
    currency: str
    closes_on: datetime.date | None
    territory: int
    salesperson: int | None
    playbook: int
    state: str
    frozen: int | None


def names() -> dict[str, str]:
    """Return what each movement is called on the screen, in the order of the sum."""
    return {
        "created": _("New"),
        "reopened": _("Open again"),
        "pulled_in": _("Pulled in"),
        "territory_in": _("Territory in"),
        "increased": _("Value up"),
        "decreased": _("Value down"),
        "rates": _("Exchange rates"),
        "pushed_out": _("Pushed out"),
        "territory_out": _("Territory out"),
        "won": _("Won"),
        "lost": _("Lost"),
        "no_decision": _("No decision"),
        "withdrawn": _("Stopped by us"),
        "gone": _("Merged, removed"),
    }


def usual_since(today: datetime.date) -> datetime.date | None:
    """Return the newest kept day that is a week old or older, or the oldest there is; None before there is any."""
    days = SnapshotDay.objects.filter(on__lt=today)
    chosen = days.filter(on__lte=today - WEEK).order_by("-on").first() or days.order_by("on").first()
    return chosen.on if chosen else None


def choices(today: datetime.date) -> list[datetime.date]:
    """Return the kept days to choose from: each of the last eight, then the last of each week, then of each month."""
    kept, seen = [], set()
    for day in SnapshotDay.objects.filter(on__lt=today).order_by("-on").values_list("on", flat=True)[:800]:
        age = (today - day).days
        key: Any = day if age <= 8 else day.isocalendar()[:2] if age <= 70 else (day.year, day.month, "m")
        if key not in seen:
            seen.add(key)
            kept.append(day)
    return kept


class Moved:
    """The flow of each period from a kept day to now, of what a person sees and asks about."""

    def __init__(
        self, person: Person, company: Company, asked: Asked, periods: Sequence[Period], *, one_rate: bool
    ) -> None:
        assert asked.since is not None
        self.person, self.company, self.asked, self.since = person, company, asked, asked.since
        self.within = set(below(asked.territory)) if asked.territory is not None else None
        before = self._before()
        after = self._after(before)
        was = rates_on(company, self.since)
        now = was if one_rate else rates_on(company, company.today())
        self.flows = {
            period.key: flow(self._rows(before, period), self._rows(after, period), was, now) for period in periods
        }

    def _before(self) -> dict[int, Look]:
        # Of what had ended by then only what is open again can have moved.
        counts = Q(state=OPEN) | Q(opportunity__standing__isnull=False)
        seen = Snapshot.objects.on(self.since).visible_to(self.person)
        rows = seen.filter(counts).order_by("opportunity")
        return {row.opportunity_id: _kept(row) for row in rows.iterator(chunk_size=AT_ONCE)}

    def _after(self, before: dict[int, Look]) -> dict[int, Look]:
        """Return how everything looks now: what is open, and what has ended since the day or was open on it."""
        rows = Standing.objects.visible_to(self.person).order_by("pk").values_list(*STANDING)
        found = {
            pk: Look(amount, currency, said or model, territory, seller, book, OPEN, None)
            for pk, amount, currency, said, model, territory, seller, book in rows
        }
        ended = Outcome.objects.standing().visible_to(self.person).filter(at__date__gte=self.since)
        for pk, kind, at, on, value, territory, seller, book in ended.order_by("pk").values_list(*ENDED):
            if pk in before or at.astimezone(self.company.zone).date() > self.since:
                found[pk] = Look(None, "", on, territory, seller, book, kind, value or 0)
        return found

    def _rows(self, looks: dict[int, Look], period: Period) -> dict[Any, Row]:
        return {pk: self._row(look, period) for pk, look in looks.items()}

    def _row(self, look: Look, period: Period) -> Row:
        inside = look.closes_on is not None and look.closes_on in period
        asked = self.asked
        in_view = self.within is None or look.territory in self.within
        in_view = in_view and asked.person in (None, look.salesperson) and asked.playbook in (None, look.playbook)
        return Row(look.amount, look.currency, inside, in_view, look.state, look.frozen)

    def pushed(self, ids: Iterable[Any]) -> list[tuple[int, int]]:
        """Return opportunities whose closing month moved later since the day, with how often, the most often first."""
        months: dict[int, list[int | None]] = defaultdict(list)
        rows = Snapshot.objects.filter(opportunity_id__in=list(ids)[:MOST_LISTED], valid_to__gte=self.since)
        for row in rows.order_by("opportunity", "valid_from"):
            day = row.closes_on
            months[row.opportunity_id].append(day and day.year * 12 + day.month)
        counted = [(pk, pushes(each)[0]) for pk, each in months.items()]
        return sorted(((pk, n) for pk, n in counted if n), key=lambda pair: (-pair[1], pair[0]))


def _kept(row: Snapshot) -> Look:
    frozen = None if row.state == OPEN else row.value_minor or 0
    return Look(
        row.amount_minor, row.currency, row.closes_on, row.territory, row.salesperson, row.playbook, row.state, frozen
    )


def rates_on(company: Company, day: datetime.date) -> Rates:
    """Return what one minor unit of each currency was worth on a day, in minor units of the company's."""
    found: dict[str, Fraction] = {company.currency: Fraction(1)}
    for rate in Rate.objects.filter(base=company.currency, valid_from__lte=day).order_by("valid_from"):
        shift = exponent(company.currency) - exponent(rate.currency)
        found[rate.currency] = Fraction(rate.value) * Fraction(10) ** shift
    return found


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


def picture(flow_: Flow, *, start: str, end: str, currency: str, label: str) -> SafeString:
    """Draw one period's flow."""
    bars = [Bar(start, flow_.start.amount, "level", money_short(flow_.start.amount, currency))]
    for name, move in flow_.moves.items():
        if move.ids:
            sign = "+" if move.amount > 0 else ""
            bars.append(Bar(names()[name], move.amount, kind_of(name, move), sign + money_short(move.amount, currency)))
    bars.append(Bar(end, flow_.end.amount, "level", money_short(flow_.end.amount, currency)))
    return draw_flow(bars, label=label)


def kind_of(name: str, move: Move) -> str:
    """Say how a change is drawn."""
    if name == "won":
        return "won"
    if name in BAD:
        return "bad"
    return "up" if move.amount >= 0 else "down"
