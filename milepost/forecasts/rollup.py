"""The roll-up of a period: territories and those who sell in them, what they say and what the model says."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Count, Sum

from milepost.forecasts.asked import Asked, below
from milepost.forecasts.by_offer import OfferLine, by_offer
from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.kept_ranges import RANGES, Range
from milepost.forecasts.models import PeriodLock, Submission, Target
from milepost.forecasts.models.restated import Restated, counting_in, notes
from milepost.forecasts.models.submissions import Basis, above
from milepost.forecasts.models.targets import target_of
from milepost.forecasts.places import NOBODY, Place, Sellers, arrange
from milepost.forecasts.portfolio import Portfolio, Row, Won
from milepost.opportunities.models import Category, Opportunity
from milepost.opportunities.models.opportunity import Opportunities
from milepost.team.models import Company, Person, Territory
from milepost.team.request import Request
from milepost.web import words

if TYPE_CHECKING:
    from milepost.engine.fiscal import Period

WEEK = datetime.timedelta(days=7)
Key = tuple[int, int | None]
NONE = Won(0, 0)


@dataclass
class Called:
    """What is called by one category: of it what the model proposed where nobody has said anything."""

    minor: int = 0
    proposed_minor: int = 0

    def add(self, row: Row) -> None:
        self.minor += row.value_minor or 0
        self.proposed_minor += 0 if row.judged_category else row.value_minor or 0


@dataclass
class Said:
    """The number submitted for a line, the adjustment beside it, and both of a week ago."""

    own: Submission | None = None
    adjusted: Submission | None = None
    own_before: Submission | None = None
    adjusted_before: Submission | None = None

    @property
    def before(self) -> Submission | None:
        """Return what was known a week ago of the model: from the newest submission of then."""
        known = [each for each in (self.own_before, self.adjusted_before) if each is not None]
        return max(known, key=lambda each: each.pk, default=None)


@dataclass(eq=False)
class Line:
    """One line; money is in minor units of the company's currency."""

    rollup: Rollup
    place: Place
    target_minor: int | None = None
    won: Won = NONE
    rows: list[Row] = field(default_factory=list)
    commit: Called = field(default_factory=Called)
    best_case: Called = field(default_factory=Called)
    closing: int = 0
    said: Said = field(default_factory=Said)

    def take(self, row: Row) -> None:
        """Count an open opportunity in."""
        self.rows.append(row)
        if row.closes_on in self.rollup.period:
            self.closing += 1
            if row.category == Category.COMMIT:
                self.commit.add(row)
            elif row.category == Category.BEST_CASE:
                self.best_case.add(row)

    def won_by_day(self) -> list[tuple[datetime.date, int]]:
        """Return what came in on each day of the period."""
        rollup, place = self.rollup, self.place
        rows = rollup.won_in_period().filter(territory__path__startswith=place.territory.path)
        if place.person is not None:
            rows = rows.filter(salesperson=place.person)
        days = rows.values_list("outcomes__on").annotate(v=Sum("company_value_minor")).order_by("outcomes__on")
        return [(day, int(minor or 0)) for day, minor in days]

    @cached_property
    def range(self) -> Range | None:
        """Return the model's range for exactly these opportunities; None where the period is over or too far off."""
        rollup = self.rollup
        if self.place.is_heading or rollup.is_past:
            return None
        parts = rollup.portfolio.parts(rollup.period, self.rows, self.won.value_minor)
        target = None if self.target_minor is None else self.target_minor / rollup.portfolio.unit
        return None if parts is None else RANGES.of(parts, target)

    @property
    def limits(self) -> tuple[int, int, int] | None:
        """Return P10, P50 and P90."""
        if self.range is None:
            return None
        low, middle, high = (round(each * self.rollup.portfolio.unit) for each in self.range[:3])
        return low, middle, high

    @property
    def reach(self) -> float | None:
        return self.range.reach if self.range else None

    @property
    def gap_minor(self) -> int | None:
        """Return what is still to be won to reach the target."""
        return None if self.target_minor is None else max(0, self.target_minor - self.won.value_minor)

    @property
    def change_minor(self) -> int | None:
        """Return by how much the submitted number has changed within a week."""
        own, before = self.said.own, self.said.own_before
        return None if own is None or before is None else own.amount_minor - before.amount_minor

    @property
    def model_change_minor(self) -> int | None:
        """Return by how much the model's middle has changed since a number was last submitted a week ago or before."""
        before = self.said.before
        if self.limits is None or before is None or before.model_middle_minor is None:
            return None
        return self.limits[1] - before.model_middle_minor

    @property
    def adjusts_older(self) -> bool:
        """Tell whether the adjustment was made of an earlier number than the one that stands."""
        said = self.said
        return bool(said.adjusted and said.own and said.adjusted.adjusts_id != said.own.pk)

    @property
    def part(self) -> str:
        """Tell how the reader may speak here: "own", "adjustment" or ""; nobody submits for a period that is over."""
        if self.place.is_heading or self.place.is_nobody or self.rollup.is_past or self.lock_that_binds:
            return ""
        return self.rollup.sellers.part(self.rollup.reader, self.place.territory, self.place.person)

    @property
    def lock(self) -> PeriodLock | None:
        """Return the lock on this very territory."""
        return self.rollup.locks.get(self.place.territory.pk) if self.place.key[1] is None else None

    @property
    def lock_that_binds(self) -> PeriodLock | None:
        locks = (self.rollup.locks.get(pk) for pk in above(self.place.territory))
        return next((lock for lock in locks if lock and lock.binds(self.rollup.reader)), None)

    @property
    def basis(self) -> Basis:
        """Return what a number submitted now stands on."""
        low, middle, high = self.limits or (None, None, None)
        return Basis(
            self.won.value_minor, self.commit.minor, self.best_case.minor, low, middle, high, self.closing
        )  # fmt: skip


class Rollup:
    """The lines of one period, as one person sees them: rows are read once and grouped here."""

    def __init__(self, reader: Person, company: Company, asked: Asked) -> None:
        self.reader, self.company, self.today = reader, company, company.today()
        self.asked = Asked(kind=asked.kind, first=asked.first, territory=asked.territory)
        self.calendar = calendar_of(company)
        self.period: Period = self.asked.periods(self.calendar, self.today)[0]
        self.portfolio = Portfolio(reader, company, self.asked, [self.period])
        self.sellers = Sellers()
        self.numbers: list[Restated] = []

    @property
    def notes(self) -> list[str]:
        """Say what is to be known of numbers made in other currencies."""
        return notes(self.numbers, self.company.currency) if self.lines else []

    @property
    def name(self) -> str:
        return self.period.name([words.month_name(n) for n in range(1, 13)])

    @property
    def is_past(self) -> bool:
        return self.period.end < self.today

    @cached_property
    def offers(self) -> list[OfferLine]:
        """Return the targets of single offers."""
        return by_offer(self)

    @cached_property
    def lines(self) -> list[Line]:
        """Return all lines in the order of the tree, with everything but the model's ranges."""
        territories = self._territories
        won = self._won
        homes = {
            (where, who): self._home(who, where)
            for where, who in {(row.territory, row.salesperson) for row in self.portfolio.rows} | set(won)
        }
        at_work = {(home, who) for (_where, who), home in homes.items()}
        places = arrange(self.reader, territories.values(), self.sellers, at_work)
        lines = {place.key: Line(self, place) for place in places}
        for row in self.portfolio.rows:
            for line in self._lines_of(lines, homes, row.territory, row.salesperson):
                line.take(row)
        for (where, who), (number, value) in won.items():
            for line in self._lines_of(lines, homes, where, who):
                line.won = Won(line.won.number + number, line.won.value_minor + value)
        self._set_targets(lines)
        self._set_said(lines)
        return list(lines.values())

    def find(self, territory: int, person: int | None) -> Line | None:
        """Return one line, unless only its name is to be seen."""
        return next((line for line in self._shown if line.place.key == (territory, person)), None)

    @property
    def _shown(self) -> list[Line]:
        return [line for line in self.lines if not line.place.is_heading]

    @cached_property
    def _territories(self) -> dict[int, Territory]:
        sight = self.reader.sight
        ids = set().union(sight.territories, *sight.roles.values())
        ids |= {row.territory for row in self.portfolio.rows} | {where for where, _who in self._won}
        if self.asked.territory is not None:
            ids &= set(below(self.asked.territory))
        return {each.pk: each for each in Territory.objects.filter(pk__in=ids)}

    def _home(self, who: int | None, where: int) -> int:
        home = self.sellers.home(who, self._territories[where])
        return home if home in self._territories else where

    def _lines_of(self, lines: dict[Key, Line], homes: dict[Key, int], where: int, who: int | None) -> list[Line]:
        """Return the lines in which an opportunity counts: its seller's, and those of the territories above it."""
        keys: list[Key] = [(pk, None) for pk in above(self._territories[where])]
        keys.append((homes[where, who], NOBODY if who is None else who))
        return [lines[key] for key in keys if key in lines and not lines[key].place.is_heading]

    @cached_property
    def _won(self) -> dict[Key, tuple[int, int]]:
        """Return what has been won in the period by territory and seller, in one query."""
        sums = self.won_in_period().values_list("territory_id", "salesperson_id")
        found = sums.annotate(n=Count("pk"), v=Sum("company_value_minor"))
        return {(where, who): (n, int(value or 0)) for where, who, n, value in found}

    def won_in_period(self) -> Opportunities:
        """Return what the reader sees of what was won in the period."""
        days = (self.period.start, self.period.end)
        seen = Opportunity.objects.visible_to(self.reader).filter(self.asked.condition())
        won = seen.filter(outcomes__superseded_by=None, outcomes__kind="won", outcomes__on__range=days)
        return won.order_by()

    def _set_targets(self, lines: dict[Key, Line]) -> None:
        keys = [self.period.key]
        for kind in ("quarter", "month"):
            keys += [part.key for part in self.calendar.within(kind, self.period)]
        rows = list(Target.objects.visible_to(self.reader).filter(period__in=keys, offer=None))
        self.numbers += rows
        amounts: dict[Key, dict[str, int]] = defaultdict(dict)
        for row in counting_in(rows, self.company.currency):
            amounts[row.territory_id, row.person_id][row.period] = row.amount_minor
        for place, line in lines.items():
            line.target_minor = None if line.place.is_heading else target_of(self.calendar, self.period, amounts[place])

    def _set_said(self, lines: dict[Key, Line]) -> None:
        seen = Submission.objects.visible_to(self.reader).filter(period=self.period.key)
        rows = list(seen.select_related("by").order_by("pk"))
        self.numbers += rows
        for each in counting_in(rows, self.company.currency):
            line = lines.get((each.territory_id, each.person_id))
            if line is None or line.place.is_heading:
                continue
            name = "adjusted" if each.is_adjustment else "own"
            setattr(line.said, name, each)
            if each.on <= self.today - WEEK:
                setattr(line.said, f"{name}_before", each)

    @cached_property
    def locks(self) -> dict[int, PeriodLock]:
        """Return the locks on the period by territory."""
        rows = PeriodLock.objects.standing().filter(period=self.period.key).select_related("by", "territory")
        return {lock.territory_id: lock for lock in rows}


def of_request(request: Request, asked: Asked | None = None) -> Rollup:
    """Read the roll-up that a request asks for."""
    return Rollup(request.user, request.company, asked or Asked.read(request.GET))
