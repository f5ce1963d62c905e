"""The roll-up of a period: territories and those who sell in them, what they say and what the model says."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Count, Sum
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from milepost.forecasts.asked import Asked
from milepost.forecasts.by_offer import OfferLine, by_offer
from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.counted import Counted, Pair, count, count_elsewhere
from milepost.forecasts.former import notes_of_former
from milepost.forecasts.kept_ranges import Range, Whose, ranges
from milepost.forecasts.line import Line
from milepost.forecasts.models import PeriodLock, Submission, Target
from milepost.forecasts.models.restated import Restated, counting_in, notes
from milepost.forecasts.models.submissions import above
from milepost.forecasts.models.targets import target_of
from milepost.forecasts.periods import covers, parts
from milepost.forecasts.places import NOBODY, arrange, sellers
from milepost.forecasts.portfolio import Portfolio, Won
from milepost.forecasts.rollup_row import drawn
from milepost.opportunities.models import Category, Opportunity
from milepost.opportunities.models.opportunity import Opportunities
from milepost.team.directory import tree
from milepost.team.models import Company, Person, Territory
from milepost.team.request import Request
from milepost.web import words

if TYPE_CHECKING:
    from milepost.engine.fiscal import Period
    from milepost.engine.parts import Parts

WEEK = datetime.timedelta(days=7)
Key = tuple[int, int | None]


@dataclass(frozen=True)
class Elsewhere:
    """How many are called commit and best case, but are to close outside the period; `late` of them before today."""

    commit: int
    best_case: int
    late: int
    where: str

    @property
    def are_all_late(self) -> bool:
        return 1 < self.commit + self.best_case == self.late

    @property
    def called(self) -> list[tuple[str, int, str]]:
        """Return the categories that have some: what they are called, how many, and what the Board is asked for."""
        told = ((Category.COMMIT, self.commit), (Category.BEST_CASE, self.best_case))
        also = f"&{self.where}" if self.where else ""
        return [(str(kind.label), n, f"category={kind.value}{also}") for kind, n in told if n]


class Rollup:
    """The lines of one period, as one person sees them: rows are read once and grouped here.

    Once `is_over` no more ranges are computed: lines whose range is not known then have none.
    """

    def __init__(
        self, reader: Person, company: Company, asked: Asked, *, is_over: Callable[[], bool] = lambda: False
    ) -> None:
        self.is_over = is_over
        self.reader, self.company, self.today = reader, company, company.today()
        self.asked = Asked(kind=asked.kind, first=asked.first, territory=asked.territory)
        self.calendar = calendar_of(company)
        self.period: Period = self.asked.periods(self.calendar, self.today)[0]
        self.portfolio = Portfolio(reader, company, self.asked, [self.period])
        self.sellers = sellers(company.team_stamp)
        self.numbers: list[Restated] = []

    @property
    def notes(self) -> list[str]:
        """Say how much of what is open counts nowhere, and what is to be known of numbers in other currencies."""
        if not self.lines:
            return []
        return [*self._unvalued(), *notes(self.numbers, self.company.currency), *self._former()]

    def _former(self) -> list[str]:
        kinds = (Target.objects.visible_to(self.reader), Submission.objects.newest().visible_to(self.reader))
        return [note for rows in kinds for note in notes_of_former(rows, [self.period])]

    def _unvalued(self) -> list[str]:
        every = sum(each.count for each in self._open.values())
        unvalued = sum(each.unvalued for each in self._open.values())
        if self.is_past or not unvalued:
            return []
        said = ngettext(
            "%(n)s of %(all)s open opportunities has no known value, or no rate for it, and counts in no total.",
            "%(n)s of %(all)s open opportunities have no known value, or no rate for it, and count in no total.",
            unvalued,
        )
        return [said % {"n": words.count(unvalued), "all": words.count(every)}]

    @property
    def elsewhere(self) -> Elsewhere | None:
        """Return what stands in no column as it is to close outside the period: where both are empty, or it is late."""
        outside = {} if self.is_past else count_elsewhere(self.portfolio.seen, self.period, self.today)
        inside = any(each.commit.number or each.best_case.number for each in self._open.values())
        late = sum(late for _n, late in outside.values())
        if not outside or (inside and not late):
            return None
        commit, best_case = (outside.get(kind, (0, 0))[0] for kind in (Category.COMMIT, Category.BEST_CASE))
        where = {"territory": self.asked.territory} if self.asked.territory else {}
        return Elsewhere(commit, best_case, late, urlencode(where))

    @property
    def name(self) -> str:
        return self.period.name([words.month_name(n) for n in range(1, 13)])

    @property
    def is_past(self) -> bool:
        return self.period.end < self.today

    @cached_property
    def offers(self) -> list[OfferLine]:
        """Return the targets of single offers."""
        return by_offer(self) if self.lines else []

    @property
    def targets(self) -> list[Target]:
        return [row for row in self.numbers if isinstance(row, Target)]

    @cached_property
    def lines(self) -> list[Line]:
        """Return all lines in the order of the tree, with everything but the model's ranges."""
        territories = self._territories
        won = self._won
        homes = {(where, who): self._home(who, where) for where, who in set(self._open) | set(won)}
        at_work = {(home, who) for (_where, who), home in homes.items()}
        places = arrange(self.reader, territories.values(), self.sellers, at_work)
        lines = {place.key: Line(self, place) for place in places}
        own = {pair: self._lines_of(lines, homes, *pair) for pair in homes}
        for pair, counted in self._open.items():
            for line in own[pair]:
                line.open.join(counted)
        for (where, who), (number, value) in won.items():
            for line in own[where, who]:
                line.won = Won(line.won.number + number, line.won.value_minor + value)
        self._set_targets(lines)
        self._set_said(lines)
        return list(lines.values())

    @cached_property
    def _open(self) -> dict[Pair, Counted]:
        """Return the open ones by territory and seller."""
        return count(self.portfolio.seen, self.period)

    @cached_property
    def ranges(self) -> dict[Key, Range | None]:
        """Return the model's range of every line that has one."""
        if self.is_past or not covers(self.portfolio.run, self.period):
            return {}
        lines = self._shown
        asked = [Whose(line.open.numbers, line.won.value_minor, line.target_minor, self.period) for line in lines]
        found = ranges(asked, self._parts, self.portfolio.unit, self.is_over)
        return {line.place.key: each for line, each in zip(lines, found, strict=True)}

    @property
    def rows(self) -> list[SafeString]:
        """Draw the lines as the table's rows."""
        return drawn(self)

    def _parts(self, whose: Whose) -> Parts:
        run, unit = self.portfolio.run, self.portfolio.unit
        return parts(whose.numbers, run, self.period, closed=whose.closed_minor, unit=unit)

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
        ids |= {where for where, _who in self._open} | {where for where, _who in self._won}
        if self.asked.territory is not None:
            ids &= set(self.asked.below)
        return {pk: each for pk, each in tree(self.company.team_stamp).items() if pk in ids}

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
        seen = Target.objects.visible_to(self.reader).filter(period__in=keys)
        rows = list(seen.select_related("offer", "territory", "person"))
        self.numbers += rows
        amounts: dict[Key, dict[str, int]] = defaultdict(dict)
        for row in counting_in((row for row in rows if row.offer_id is None), self.company.currency):
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
