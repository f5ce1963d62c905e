"""What the Forecast page shows of each period: what will come in, what has, and the target."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milepost.forecasts.asked import Asked
from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.former import notes_of_former
from milepost.forecasts.kept_ranges import DOTS, Total
from milepost.forecasts.portfolio import Portfolio, Won
from milepost.forecasts.targets import targets_asked, targets_of
from milepost.opportunities.season import Month, months_of, most_notable
from milepost.team.models import Company, Person
from milepost.team.request import Request
from milepost.web import dots, words
from milepost.web.chart import Cell, Chart, tip

if TYPE_CHECKING:
    from milepost.engine.fiscal import Calendar, Period


@dataclass(frozen=True)
class PeriodView:
    """One period: its distribution, what has come in, and its target. Money is in minor units."""

    period: Period
    name: str
    won: Won
    distribution: Total | None
    target_minor: int | None
    in_play: int
    elsewhere: int
    unit: int
    currency: str
    today: datetime.date
    season: Month | None = None

    def minor(self, amount: float) -> int:
        return round(amount * self.unit)

    @property
    def limits(self) -> tuple[int, int, int]:
        """Return P10, P50 and P90."""
        assert self.distribution is not None
        low, middle, high = map(self.minor, self.distribution.limits)
        return low, middle, high

    @property
    def results(self) -> list[float]:
        """Return fifty equally likely results, in units of the currency."""
        assert self.distribution is not None
        return self.distribution.dots

    @property
    def target(self) -> float | None:
        return None if self.target_minor is None else self.target_minor / self.unit

    @property
    def reach(self) -> float | None:
        """Return the chance to reach the target."""
        return None if self.distribution is None else self.distribution.reach

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing can still move what it comes to: nothing open of known value falls into it."""
        return self.distribution is not None and self.limits[0] == self.limits[2] and not self.floor_minor

    @property
    def floor_minor(self) -> int:
        """Return how far off one would be on average with perfect chances."""
        return 0 if self.distribution is None else self.minor(self.distribution.floor)

    @property
    def hits(self) -> int:
        """Count the dots that reach the target."""
        return sum(each >= self.target for each in self.results) if self.target is not None else 0

    @property
    def hits_said(self) -> str:
        """Say how many of the dots reach the target."""
        told = ngettext("%(n)s of 50 dots reaches the target", "%(n)s of 50 dots reach the target", self.hits)
        return told % {"n": self.hits}

    @property
    def is_past(self) -> bool:
        return self.period.end < self.today

    @property
    def gap_minor(self) -> int | None:
        """Return what is still to be won to reach the target."""
        return None if self.target_minor is None else max(0, self.target_minor - self.won.value_minor)

    @property
    def picture(self) -> SafeString:
        """Draw the fifty results."""
        low, middle, high = (each / self.unit for each in self.limits)
        short = partial(_short, unit=self.unit, currency=self.currency)
        said = {"name": self.name, "low": short(low), "middle": short(middle), "high": short(high)}
        label = _("%(name)s: 50 equally likely results, 80 %% between %(low)s and %(high)s, half above %(middle)s.")
        target = _("target %s") % short(self.target) if self.target is not None else ""
        spread = dots.Spread(self.results, low, middle, high, self.target)
        return dots.draw(spread, amount=short, label=label % said, target_label=target, told=self._told)

    def _told(self, rank: int, amount: float) -> str:
        """Say of one of the results how many of them come to at least as much."""
        least = _("%(n)s of 50 results come to at least as much.") % {"n": DOTS - rank}
        return tip(words.money_short(self.minor(amount), self.currency), least)

    @property
    def chart(self) -> Chart:
        """Return the drawing in its frame."""
        minors = [self.minor(each) for each in self.results]
        cells = [Cell(words.money(each, self.currency), words.major(each, self.currency)) for each in minors]
        return Chart(
            name=f"forecast-{self.period.key}-{self.today.isoformat()}",
            title=_("What %s will come to: 50 equally likely results") % self.name,
            said=_("%(name)s: 50 equally likely results.") % {"name": self.name},
            heads=[_("Result"), f"{_('Amount')} ({self.currency})"],
            rows=[[Cell(str(rank), rank), cell] for rank, cell in enumerate(cells, 1)],
            drawing=self.picture,
            tabled=False,
            kind="dots",
        )


def _short(amount: float, *, unit: int, currency: str) -> str:
    return words.money_round(round(amount * unit), currency)


@dataclass(frozen=True)
class Reading:
    """A forecast as it was asked for: its periods, and the open opportunities behind them."""

    asked: Asked
    calendar: Calendar
    portfolio: Portfolio
    views: list[PeriodView]

    @classmethod
    def of(cls, request: Request, asked: Asked | None = None) -> Reading:
        """Read what a request asks for."""
        return cls.read(request.user, request.company, asked or Asked.read(request.GET))

    @classmethod
    def read(cls, person: Person, company: Company, asked: Asked) -> Reading:
        """Read a forecast as one person sees it."""
        calendar, today = calendar_of(company), company.today()
        periods = asked.periods(calendar, today)
        portfolio = Portfolio(person, company, asked, periods)
        targets = targets_of(person, company, asked, calendar, periods)
        totals = portfolio.of_periods(targets)
        months = months_of(portfolio.run.season)
        views = [
            PeriodView(
                period=period,
                name=period.name([words.month_name(n) for n in range(1, 13)]),
                won=portfolio.won[period.key],
                distribution=totals[period.key],
                target_minor=targets[period.key],
                in_play=portfolio.in_play(period),
                elsewhere=portfolio.elsewhere(period),
                unit=portfolio.unit,
                currency=company.currency,
                today=today,
                season=most_notable(months, max(period.start, today), period.end),
            )
            for period in periods
        ]
        return cls(asked, calendar, portfolio, views)

    @property
    def former(self) -> list[str]:
        """Say which targets of a former fiscal calendar somebody may miss here."""
        if self.asked.playbook is not None or all(view.target_minor is not None for view in self.views):
            return []
        rows = targets_asked(self.portfolio.person, self.portfolio.company, self.asked)
        return notes_of_former(rows, [view.period for view in self.views])

    @property
    def first(self) -> PeriodView | None:
        """Return the first period that a forecast reaches."""
        return next((view for view in self.views if view.distribution is not None), None)
