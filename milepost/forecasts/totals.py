"""Keep each day what every period is forecast to come to: for territories as a whole, and for those who sell."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.db.models import Sum

from milepost.forecasts import periods
from milepost.forecasts.models import PeriodTotal
from milepost.opportunities.figures import current_run
from milepost.opportunities.models import Opportunity, Standing
from milepost.team.models import Company, Territory
from milepost.team.money import exponent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from milepost.engine.fiscal import Calendar, Period

    Chances = Callable[[Period], NDArray[np.float32]]

KINDS = {"month": 2, "quarter": 2, "year": 1}
"""So many periods of each kind are kept, from the one in which the day lies."""
DAY = datetime.timedelta(days=1)
Scope = tuple[int | None, int | None]
"""A territory, or a person."""


class Deal(NamedTuple):
    """An open opportunity or a won one, as far as totals go; `cell` is its row among the chances."""

    territory: int
    person: int | None
    minor: int | None
    cell: int = 0


@dataclass(frozen=True)
class Scopes:
    """Whose total an opportunity is in: of its territory and all above it, and of its seller if `people` count."""

    above: Mapping[int, list[int]]
    people: bool = True

    @classmethod
    def read(cls, *, people: bool = True) -> Scopes:
        paths = dict(Territory.objects.values_list("path", "pk"))
        return cls(
            {pk: [up for path, up in paths.items() if own.startswith(path)] for own, pk in paths.items()}, people
        )

    def of(self, deal: Deal) -> Iterator[Scope]:
        yield from ((pk, None) for pk in self.above.get(deal.territory, []))
        if self.people and deal.person is not None:
            yield None, deal.person


def known_periods(calendar: Calendar, day: datetime.date) -> list[Period]:
    """Return the periods of which totals are kept on a day."""
    return [calendar.move(calendar.period(kind, day), n) for kind, many in KINDS.items() for n in range(many)]  # type: ignore[arg-type]


def keep_totals(day: datetime.date | None = None) -> int:
    """Keep what the periods are to come to, from the figures of today; what was kept of the day before is replaced."""
    company = Company.the()
    on, calendar = day or company.today(), company.fiscal
    run = current_run(on)
    columns = ("territory_id", "salesperson_id", "value_minor", "figure_id")
    rows = list(Standing.objects.filter(confidential=False).order_by("pk").values_list(*columns))
    figures = sorted({row[3] for row in rows if row[3] is not None})
    place: dict[int | None, int] = {pk: at for at, pk in enumerate(figures)} | {None: len(figures)}
    deals = [Deal(where, who, minor, place[figure]) for where, who, minor, figure in rows]
    wanted = [period for period in known_periods(calendar, on) if periods.covers(run, period)]
    won = read_won(min((period.start for period in wanted), default=on), on)
    totals = Totals(on, company, Scopes.read(), deals, won)
    kept = [row for period in wanted for row in totals.of(period, lambda part: _chances(part, figures), calendar)]
    return store(on, kept)


def keep_totals_daily() -> int:
    """Keep today's totals unless they have been kept."""
    kept = PeriodTotal.objects.filter(on=Company.the().today()).exists()
    return 0 if kept else keep_totals()


@transaction.atomic
def store(on: datetime.date, rows: Sequence[PeriodTotal]) -> int:
    """Put the totals of a day in the place of those that were kept of it."""
    PeriodTotal.objects.filter(on=on).delete()
    return len(PeriodTotal.objects.bulk_create(rows, batch_size=500))


def _chances(part: Period, figures: Sequence[int]) -> NDArray[np.float32]:
    """Return the chances of figures to be won in a part of a period, and a last row of those without any."""
    import numpy as np

    return np.pad(periods.Chances(part).of(figures), ((0, 1), (0, 0)))


def read_won(first: datetime.date, last: datetime.date) -> list[tuple[datetime.date, Deal]]:
    """Return what was won from one day to another, by day, territory and seller."""
    won = Opportunity.objects.filter(
        confidential=False,
        outcomes__superseded_by=None,
        outcomes__kind="won",
        outcomes__on__range=(first, last),
    )
    columns = ("outcomes__on", "territory_id", "salesperson_id")
    sums = won.order_by().values_list(*columns).annotate(minor=Sum("company_value_minor"))
    return [(day, Deal(where, who, int(minor or 0))) for day, where, who, minor in sums]


class Totals:
    """The totals of one day: of all that is open, and of what was won by then."""

    def __init__(
        self,
        on: datetime.date,
        company: Company,
        scopes: Scopes,
        deals: Sequence[Deal],
        won: Sequence[tuple[datetime.date, Deal]],
    ) -> None:
        self.on, self.currency, self.unit = on, company.currency, 10 ** exponent(company.currency)
        self.scopes, self.deals, self.won = scopes, deals, won
        self.mine: dict[Scope, list[int]] = defaultdict(list)
        for at, deal in enumerate(deals):
            for scope in scopes.of(deal):
                self.mine[scope].append(at)

    def of(self, period: Period, chances: Chances, calendar: Calendar) -> Iterator[PeriodTotal]:
        """Yield the totals of a period; `chances` are those to be won in a part of it that ends sooner."""
        won = self._won_in(period)
        ends = self._ends(period, calendar)
        by_end = {end: chances(replace(period, end=end)) for end in ends}
        for scope in dict.fromkeys([*self.mine, *won]):
            ranges = [(end, *self._range(scope, by_end[end], won[scope])) for end in ends]
            _end, low, middle, high, mean = ranges[-1]
            yield PeriodTotal(
                on=self.on,
                period=period.key,
                territory_id=scope[0],
                person_id=scope[1],
                currency=self.currency,
                low=low,
                middle=middle,
                high=high,
                mean=mean,
                won=won[scope],
                open=len(self.mine.get(scope, ())),
                ahead=[[end.isoformat(), *each] for end, *each, _mean in ranges] if self.on in period else [],
            )

    def _ends(self, period: Period, calendar: Calendar) -> list[datetime.date]:
        """Return the ends of the months, or in a year of the quarters, that are still to come in a running period."""
        if self.on not in period or period.kind == "month":
            return [period.end]
        parts = calendar.within("quarter" if period.kind == "year" else "month", period)
        return [part.end for part in parts if part.end >= self.on]

    def _won_in(self, period: Period) -> dict[Scope, int]:
        found: dict[Scope, int] = defaultdict(int)
        for day, deal in self.won:
            if day in period and day <= self.on:
                for scope in self.scopes.of(deal):
                    found[scope] += deal.minor or 0
        return found

    def _range(self, scope: Scope, p: NDArray[np.float32], won: int) -> tuple[int, int, int, int]:
        import numpy as np

        from milepost.engine.parts import Parts
        from milepost.engine.roughly import rough_total

        mine = [self.deals[at] for at in self.mine.get(scope, ())]
        if not mine:
            return won, won, won, won
        cells, cell = np.unique([deal.cell for deal in mine], return_inverse=True)
        amounts = [np.nan if deal.minor is None else deal.minor / self.unit for deal in mine]
        total = rough_total(Parts(np.array(amounts, float), cell, p[cells].astype(float), won / self.unit))
        low, middle, high = (round(each * self.unit) for each in total.limits)
        return low, middle, high, round(total.mean * self.unit)
