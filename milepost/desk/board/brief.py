"""Count a very large Board at once, and leave what takes longer to a second part of its page.

Adding up a hundred thousand rows takes longer than drawing a page of thirty. So the page comes with what it cannot be
laid out without: how many rows each group has, and of how many the value is known. What else its heads say follows,
exact as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, QuerySet, Value

from milepost.desk import large
from milepost.desk.board.groups import Group
from milepost.desk.board.totals import ALL, Expected, Sums, added_up
from milepost.opportunities.models import Standing


class Brief:
    """The counts of a filter's rows by group; `by_group` and `all` as in `Totals`, without any sum."""

    def __init__(self, rows: QuerySet[Standing], group: Group | None) -> None:
        counted = rows.order_by().values_list(group.key if group else Value(ALL))
        found = counted.annotate(count=Count("pk"), valued=Count("value_minor"))
        self.by_group = {str(key): Sums(count=n, valued=valued) for key, n, valued in found if n}
        self.all = added_up(self.by_group.values())

    def expected(self, keys: Iterable[str] = ()) -> dict[str, Expected]:
        """Say of nothing yet what is expected of it."""
        return {}


def counted_briefly(rows: QuerySet[Standing], group: Group | None) -> Brief | None:
    """Return the counts where there are too many rows to be added up at once, else None."""
    if not large.is_large():
        return None
    brief = Brief(rows, group)
    return brief if brief.all.count > large.MANY else None
