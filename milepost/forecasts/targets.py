"""Which target a forecast is measured against: that of exactly whose opportunities are asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from milepost.forecasts.asked import Asked
from milepost.forecasts.models import Target
from milepost.forecasts.models.restated import counting_in
from milepost.forecasts.models.targets import Targets, target_of
from milepost.forecasts.places import sellers
from milepost.team.directory import tree
from milepost.team.models import Company, Person

if TYPE_CHECKING:
    from milepost.engine.fiscal import Calendar, Period


def targets_of(
    person: Person, company: Company, asked: Asked, calendar: Calendar, periods: Sequence[Period]
) -> dict[str, int | None]:
    """Return each period's target for the whole of what is asked; a playbook has none.

    Territories side by side have the sum of theirs, if each has one; a seller has the sum of those they have.
    """
    if asked.playbook is not None:
        return dict.fromkeys(period.key for period in periods)
    places, seller = _places(person, asked, company.team_stamp)
    rows = targets_asked(person, company, asked)
    amounts: dict[int, dict[str, int]] = defaultdict(dict)
    for row in counting_in(rows, company.currency):
        amounts[row.territory_id][row.period] = row.amount_minor
    found = {period.key: [target_of(calendar, period, amounts[place]) for place in places] for period in periods}
    return {key: _sum(each, all_needed=seller is None) for key, each in found.items()}


def targets_asked(person: Person, company: Company, asked: Asked) -> Targets:
    """Return the targets, of whatever period, of whose opportunities are asked for."""
    places, seller = _places(person, asked, company.team_stamp)
    return Target.objects.visible_to(person).filter(territory__in=places, person=seller, offer=None)


def _sum(amounts: Sequence[int | None], *, all_needed: bool) -> int | None:
    known = [each for each in amounts if each is not None]
    return sum(known) if known and (len(known) == len(amounts) or not all_needed) else None


def _places(person: Person, asked: Asked, stamp: str) -> tuple[list[int], int | None]:
    """Return the territories, and the seller in them, whose lines of the roll-up hold what is asked."""
    if asked.person is not None:
        return _homes(asked.person, asked, stamp), asked.person
    if asked.territory is not None:
        return [asked.territory], None
    if whole := _uppermost(person, stamp):
        return whole, None
    return _homes(person.pk, asked, stamp), person.pk


def _homes(seller: int, asked: Asked, stamp: str) -> list[int]:
    """Return where one sells, of what is asked: there the targets of people are set."""
    homes = sorted(pk for pk, those in sellers(stamp).sell.items() if seller in those)
    return homes if asked.territory is None else [pk for pk in homes if pk in asked.below] or [asked.territory]


def _uppermost(person: Person, stamp: str) -> list[int]:
    """Return the territories seen whole that lie in none of the others."""
    known = tree(stamp)
    paths = {pk: known[pk].path for pk in person.sight.territories if pk in known}
    return [pk for pk, path in paths.items() if not any(path != up and path.startswith(up) for up in paths.values())]
