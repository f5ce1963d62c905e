"""Which pack is wanted: of what kind, for whom, of which territory and quarter, compared with which day."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from milepost.forecasts.asked import Asked
from milepost.forecasts.looks import usual_since
from milepost.forecasts.models import PackKind, SnapshotDay
from milepost.forecasts.page import Reading
from milepost.forecasts.rollup import Rollup
from milepost.team.models import Company, Person, Territory
from milepost.web import words

if TYPE_CHECKING:
    from milepost.engine.fiscal import Period


@dataclass(frozen=True)
class Wanted:
    """One pack, as one person sees it; without a territory it is of all they see.

    `first` names the quarter: a call's is the one we are in, a review's the last that is over. `last` is the day of the
    pack before, from which a call tells what moved.
    """

    kind: str
    person: Person
    company: Company
    territory: Territory | None = None
    first: str = ""
    last: datetime.date | None = None

    @cached_property
    def today(self) -> datetime.date:
        return self.company.today()

    @cached_property
    def period(self) -> Period:
        """Return the quarter it is about."""
        calendar = self.company.fiscal
        usual = calendar.move(calendar.period("quarter", self.today), -1 if self.kind == PackKind.REVIEW else 0)
        try:
            named = calendar.find(self.first)
        except ValueError:
            return usual
        return calendar.period("quarter", named.start)

    @cached_property
    def since(self) -> datetime.date | None:
        """Return the kept day that it compares with: a call's last pack or a week ago, a review's first day."""
        if self.kind == PackKind.CALL and self.last is None:
            return usual_since(self.today)
        wished = self.last or self.period.start
        days = SnapshotDay.objects.filter(on__lt=self.today)
        found = days.filter(on__lte=wished).order_by("-on").first() or days.order_by("on").first()
        return found.on if found else None

    def asked(self, period: Period | None = None, since: datetime.date | None = None) -> Asked:
        where = self.territory.pk if self.territory else None
        return Asked(first=(period or self.period).key, territory=where, since=since)

    @cached_property
    def reading(self) -> Reading:
        """Return the forecast of the quarter and those after it."""
        return Reading.read(self.person, self.company, self.asked())

    @cached_property
    def rollup(self) -> Rollup:
        return Rollup(self.person, self.company, self.asked())

    def named(self, period: Period) -> str:
        return period.name([words.month_name(n) for n in range(1, 13)])
