"""The rows of the Board: what a person may see of what the address asks, page by page."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from milepost.desk.board.asked import Asked
from milepost.desk.board.brief import Brief, counted_briefly
from milepost.desk.board.groups import GROUPS, Group
from milepost.desk.board.known import Known
from milepost.desk.board.sorts import Place, ordering
from milepost.desk.board.totals import ALL, Expected, Sums, Totals
from milepost.opportunities.models import Standing

PAGE = 30


@dataclass
class Section:
    """One group's part of a page. `begins` is False where the page before has shown its head."""

    key: str
    name: str
    sums: Sums
    shut: bool = False
    begins: bool = True
    rows: list[Standing] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """What is shown at once, and the place to go on from."""

    sections: list[Section]
    next: str = ""

    @property
    def rows(self) -> list[Standing]:
        return [row for section in self.sections for row in section.rows]


class Board:
    """One person's view of all open opportunities; `briefly` with the counts alone where there are very many."""

    def __init__(self, asked: Asked, known: Known, *, briefly: bool = False) -> None:
        self.asked, self.known, self.briefly = asked, known, briefly
        self.group: Group | None = GROUPS.get(asked.group)

    @cached_property
    def rows(self) -> QuerySet[Standing]:
        """Return every row of the filter that the person may see, in no order."""
        return Standing.objects.visible_to(self.known.person).filter(self.asked.condition(self.known))

    @property
    def in_order(self) -> QuerySet[Standing]:
        """Return every row of the filter as the pages show them, one after the other."""
        order = ordering(self.asked.sort)
        here = [key for key in self.groups if key in self.totals.by_group]
        if self.group is None or len(here) < 2:
            return self.rows.order_by(*order)
        return self.rows.order_by(self.group.rank(here), *order)

    @cached_property
    def totals(self) -> Totals | Brief:
        brief = counted_briefly(self.rows, self.group) if self.briefly else None
        return brief or Totals(self.rows, self.group, self.known)

    @property
    def is_brief(self) -> bool:
        """Tell whether the sums are still to follow."""
        return isinstance(self.totals, Brief)

    @cached_property
    def groups(self) -> dict[str, str]:
        """Return the names of the groups by their keys, in the order in which they are shown."""
        return self.group.names(self.known) if self.group else {ALL: ""}

    @cached_property
    def expected(self) -> dict[str, Expected]:
        """Return what is expected of each group that begins on this page, and under ALL of the whole filter."""
        return self.totals.expected(section.key for section in self.page.sections if section.begins)

    @cached_property
    def page(self) -> Page:
        """Return the page behind the place the address names; the first one without it."""
        sections = self._sections()
        rest, place = [section for section in sections if not section.shut], self.asked.after
        read = 0
        if place is not None and rest and rest[0].key == place.group:
            read += self._read(rest[:1], PAGE + 1, place)
            rest = rest[1:]
        while rest and read <= PAGE:
            few, rest = _covering(rest, PAGE + 1 - read)
            # All but the last together have fewer rows than a page: only the last is read by its own index.
            read += self._read(few[:-1], PAGE + 1 - read)
            read += self._read(few[-1:], PAGE + 1 - read)
        return self._cut(sections, read)

    def _sections(self) -> list[Section]:
        """Return the groups from the place on, without rows yet."""
        keys, after = list(self.groups), self.asked.after
        first = keys.index(after.group) if after is not None and after.group in self.groups else 0
        return [
            Section(
                key,
                self.groups[key],
                self.totals.by_group[key],
                shut=key in self.asked.shut,
                begins=after is None or key != after.group,
            )
            for key in keys[first:]
            if key in self.totals.by_group
        ]

    def _read(self, sections: list[Section], most: int, place: Place | None = None) -> int:
        """Read at most so many rows of these sections, and tell how many there were."""
        if not sections or most <= 0:
            return 0
        found = self.rows
        order: list[Any] = [*ordering(self.asked.sort)]
        by_key = {section.key: section for section in sections}
        if self.group is not None:
            found = found.filter(self.group.keep_all(list(by_key)))
            order = [self.group.rank(list(by_key)), *order] if len(by_key) > 1 else order
        if place is not None:
            found = found.filter(place.behind(self.asked.sort))
        rows = list(found.order_by(*order)[:most])
        for row in rows:
            by_key[self.group.of(row) if self.group else ALL].rows.append(row)
        return len(rows)

    def _cut(self, sections: list[Section], read: int) -> Page:
        """Leave out the row that only tells whether there is more, and the groups that come after it."""
        if read <= PAGE:
            return Page(sections)
        last = next(section for section in reversed(sections) if section.rows)
        last.rows.pop()
        shown = sections[: sections.index(last) + bool(last.rows)]
        end = next(section for section in reversed(shown) if section.rows)
        place = Place.of(end.rows[-1], self.asked.sort, end.key)
        return Page(shown, place.token(self.asked.sort, self.asked.group))


def _covering(sections: list[Section], most: int) -> tuple[list[Section], list[Section]]:
    """Cut off as many sections as are needed for so many rows."""
    counted = 0
    for at, section in enumerate(sections):
        counted += section.sums.count
        if counted >= most:
            return sections[: at + 1], sections[at + 1 :]
    return sections, []
