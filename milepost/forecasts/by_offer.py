"""Targets of single offers, beside what was won of each: the value of its lines in opportunities that were won."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from milepost.forecasts.models import Target
from milepost.forecasts.models.restated import counting_in
from milepost.opportunities.models import ValueLine

if TYPE_CHECKING:
    from milepost.forecasts.rollup import Rollup


@dataclass(frozen=True)
class OfferLine:
    """One offer's target for a territory or a person; money is in minor units of the company's currency."""

    offer: str
    whose: str
    target_minor: int
    won_minor: int

    @property
    def gap_minor(self) -> int:
        return max(0, self.target_minor - self.won_minor)


def by_offer(rollup: Rollup) -> list[OfferLine]:
    """Return the targets of offers for the period that the reader sees, in the order of the tree."""
    rows = (row for row in rollup.targets if row.offer_id is not None and row.period == rollup.period.key)
    targets = [row for row in counting_in(rows, rollup.company.currency) if _is_shown(row, rollup)]
    if not targets:
        return []
    won = list(_won(rollup, {row.offer_id for row in targets}))
    return [
        OfferLine(str(row.offer), str(row.person or row.territory), row.amount_minor, _sum(won, row))
        for row in sorted(targets, key=lambda row: (row.territory.path, row.person_id or 0, str(row.offer)))
    ]


def _is_shown(row: Target, rollup: Rollup) -> bool:
    """Keep those of lines whose figures are shown."""
    line = rollup.find(row.territory_id, row.person_id)
    return line is not None


@dataclass(frozen=True)
class _Sold:
    offer: int
    path: str
    person: int | None
    minor: int


def _won(rollup: Rollup, offers: set[int | None]) -> Iterable[_Sold]:
    """Yield what was won of the offers: each line's part of its opportunity's worth in the company's currency."""
    rows = ValueLine.objects.filter(opportunity__in=rollup.won_in_period()).select_related("opportunity__territory")
    of: dict[int, list[ValueLine]] = defaultdict(list)
    for line in rows:
        of[line.opportunity_id].append(line)
    for lines in of.values():
        one, whole = lines[0].opportunity, sum(line.total_minor for line in lines)
        for line in lines:
            if line.offer_id in offers and line.offer_id is not None and whole:
                part = round(Fraction(line.total_minor, whole) * (one.company_value_minor or 0))
                yield _Sold(line.offer_id, one.territory.path, one.salesperson_id, part)


def _sum(won: Iterable[_Sold], row: Target) -> int:
    return sum(
        each.minor
        for each in won
        if each.offer == row.offer_id
        and each.path.startswith(row.territory.path)
        and row.person_id in (None, each.person)
    )
