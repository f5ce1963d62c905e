"""One line of a roll-up: whose it is, what they say, what the model says, and how its reader may speak."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Sum

from milepost.forecasts.counted import Called, Counted
from milepost.forecasts.kept_ranges import Range
from milepost.forecasts.models import PeriodLock, Submission
from milepost.forecasts.models.submissions import Basis, above
from milepost.forecasts.places import Place
from milepost.forecasts.portfolio import Won
from milepost.web.paths import path

if TYPE_CHECKING:
    from milepost.forecasts.rollup import Rollup

NONE = Won(0, 0)


class Limits(NamedTuple):
    """P10, P50 and P90 in minor units."""

    low: int
    middle: int
    high: int


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
    open: Counted = field(default_factory=Counted)
    said: Said = field(default_factory=Said)

    def won_by_day(self) -> list[tuple[datetime.date, int]]:
        """Return what came in on each day of the period."""
        rollup, place = self.rollup, self.place
        rows = rollup.won_in_period().filter(territory__path__startswith=place.territory.path)
        if place.person is not None:
            rows = rows.filter(salesperson=place.person)
        days = rows.values_list("outcomes__on").annotate(v=Sum("company_value_minor")).order_by("outcomes__on")
        return [(day, int(minor or 0)) for day, minor in days]

    @property
    def range(self) -> Range | None:
        """Return the model's range for exactly these opportunities.

        None where the period is over or too far off, and where nothing is known to add up: that is no sure nothing.
        """
        return None if self.is_unknown else self.rollup.ranges.get(self.place.key)

    @property
    def is_unknown(self) -> bool:
        """Tell whether it has open ones, none of them with a known value, and nothing won."""
        return 0 < self.open.count == self.open.unvalued and not self.won.number

    @property
    def commit_minor(self) -> int | None:
        """Return what is called commit in the period; None where no value of it is known."""
        return self._said_of(self.open.commit)

    @property
    def best_case_minor(self) -> int | None:
        """Return what is called best case in the period; None where no value of it is known."""
        return self._said_of(self.open.best_case)

    def _said_of(self, called: Called) -> int | None:
        return None if self.is_unknown or called.is_unknown else called.minor

    @cached_property
    def limits(self) -> Limits | None:
        """Return P10, P50 and P90."""
        found = self.range
        return None if found is None else Limits(*(round(each * self.rollup.portfolio.unit) for each in found[:3]))

    @property
    def numbers_href(self) -> str:
        """Return the address of the numbers that were submitted for the line."""
        return self._address("forecasts:numbers")

    @property
    def submit_href(self) -> str:
        """Return the address of the form that submits a number for the line."""
        return self._address("forecasts:submit")

    def _address(self, url_name: str) -> str:
        whose = [f"person={self.place.person.pk}"] if self.place.person else []
        query = "&".join([*filter(None, [self.rollup.asked.query]), *whose])
        return path(url_name, self.place.territory.pk) + (f"?{query}" if query else "")

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

    @cached_property
    def model_change_minor(self) -> int | None:
        """Return by how much the model's middle has changed since a number was last submitted a week ago or before."""
        before = self.said.before
        if self.limits is None or before is None or before.model_middle_minor is None:
            return None
        return self.limits.middle - before.model_middle_minor

    @property
    def adjusts_older(self) -> bool:
        """Tell whether the adjustment was made of an earlier number than the one that stands."""
        said = self.said
        return bool(said.adjusted and said.own and said.adjusted.adjusts_id != said.own.pk)

    @cached_property
    def part(self) -> str:
        """Tell how the reader may speak here: "own", "adjustment" or ""; nobody submits for a period that is over."""
        if self.place.is_heading or self.place.is_nobody or self.rollup.is_past or self.lock_that_binds:
            return ""
        return self.rollup.sellers.part(self.rollup.reader, self.place.territory, self.place.person)

    @property
    def lock(self) -> PeriodLock | None:
        """Return the lock on this very territory."""
        return self.rollup.locks.get(self.place.territory.pk) if self.place.key[1] is None else None

    @cached_property
    def lock_that_binds(self) -> PeriodLock | None:
        locks = (self.rollup.locks.get(pk) for pk in above(self.place.territory))
        return next((lock for lock in locks if lock and lock.binds(self.rollup.reader)), None)

    @property
    def basis(self) -> Basis:
        """Return what a number submitted now stands on."""
        low, middle, high = self.limits or (None, None, None)
        said = self.open.commit.minor, self.open.best_case.minor
        return Basis(self.won.value_minor, *said, low, middle, high, self.open.closing)
