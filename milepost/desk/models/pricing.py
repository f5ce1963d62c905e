"""List prices given to many opportunities of unknown value at once."""

from __future__ import annotations

from collections.abc import Iterable

from milepost.desk.models.at_once import AtOnce, movable
from milepost.opportunities.pricing import price, unprice
from milepost.team.models import Person


class Pricing(AtOnce):
    """List prices of what is asked for; `rows` keeps the line that each opportunity got."""

    JOB = "price"

    @classmethod
    def make(cls, ids: Iterable[int], *, by: Person) -> Pricing:
        """Give these open opportunities their list price: those that `by` moves and whose value is unknown."""
        row = cls.objects.create(by=by, wanted=list(movable(ids, by)))
        row.begin()
        return row

    def do(self, ids: list[int]) -> dict[int, int]:
        return price(list(movable(ids, self.by)), by=self.by)

    def take_back(self, before: dict[int, int]) -> int:
        """Take the price from those that still have just it, and that have not ended since."""
        ours = movable(before, self.by)
        return unprice({pk: line for pk, line in before.items() if pk in ours}, by=self.by)
