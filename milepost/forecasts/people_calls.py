"""How good people's calls are: one's own, groups of five or more, and names where the company has settled so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from milepost.engine.judged import Record
from milepost.forecasts.calls import CALLED
from milepost.forecasts.groups import Group, found, grouped, name_of, spans
from milepost.forecasts.models import JudgedRecord
from milepost.forecasts.models.targets import managed
from milepost.forecasts.records import GROUP
from milepost.opportunities.models import Category, FiguresRun
from milepost.team.models import Company, Person, Territory
from milepost.web import words


@dataclass(frozen=True)
class Share:
    """Of the opportunities called by one category, how many were won."""

    name: str
    n: float
    share: float
    low: float
    high: float

    @property
    def count(self) -> int:
        return round(self.n)


@dataclass(frozen=True)
class Line:
    """One line of a table: whose calls, and their record."""

    name: str
    record: Record
    people: int = 1
    open: int = 0
    is_whole: bool = False

    @property
    def ended(self) -> int:
        """Count the opportunities that have ended, each once a person."""
        return round(self.record.n)

    @property
    def said(self) -> float:
        return self.record.said.said / self.record.n

    @property
    def won(self) -> float:
        return self.record.said.won / self.record.n

    @property
    def bias_points(self) -> tuple[str, str, str]:
        """Return the bias and its interval in points, with signs."""
        bias, low, high = (points(each) for each in self.record.bias)
        return bias, low, high

    @property
    def model_points(self) -> str:
        """Return by how many points the model was too hopeful at the same moments."""
        return points(self.record.model.bias)

    @property
    def categories(self) -> list[Share]:
        """Return how often what was called so was won, the surest category first."""
        names = [name for name in CALLED if name in self.record.categories]
        labels = dict(Category.choices)
        found = [(str(labels[name]), self.record.categories[name][0], *self.record.share(name)) for name in names]
        return [Share(*each) for each in found]


def points(share: float) -> str:
    """Return a difference of shares in points, with its sign.

    >>> points(0.084), points(-0.02), points(0.001)
    ('+8', '\\u22122', '0')
    """
    whole = round(100 * share)
    return f"{words.MINUS if whole < 0 else '+' if whole > 0 else ''}{abs(whole)}"


@dataclass
class Records:
    """Records by person and territory, as far as somebody may use them."""

    whole: dict[int, dict[int, Record]] = field(default_factory=lambda: defaultdict(dict))
    quarters: dict[str, dict[int, dict[int, Record]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )
    open: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def of(cls, rows: Iterable[JudgedRecord]) -> Records:
        """Sort rows by territory and person, those of a quarter apart."""
        records = cls()
        for row in rows:
            record = Record.from_parts(row.sums)
            if not row.period:
                records.open[row.territory_id][row.person_id] = row.open
            if record.n or record.categories:
                place = records.quarters[row.period] if row.period else records.whole
                place[row.territory_id][row.person_id] = record
        return records

    def line(self, name: str, territories: Iterable[int], *, person: int | None = None, is_whole: bool = False) -> Line:
        """Add up territories, or one person in them."""
        mine = [(who, record) for each in territories for who, record in self.whole.get(each, {}).items()]
        mine = [(who, record) for who, record in mine if person in (None, who)]
        still = sum(self.open.get(each, {}).get(person, 0) for each in territories) if person else 0
        record = sum((record for _who, record in mine), Record())
        return Line(name, record, len({who for who, _record in mine}), still, is_whole)

    def people(self, territories: Iterable[int]) -> dict[int, set[int]]:
        return {each: set(self.whole.get(each, {})) for each in territories}


class PeoplesCalls:
    """All that one person is shown of how good calls are."""

    def __init__(self, person: Person, company: Company, territory: int | None) -> None:
        self.person, self.company = person, company
        self.by_name = company.accuracy_by_name
        self.records = Records.of(JudgedRecord.objects.visible_to(person))
        self.managed = managed(person)
        self.trees = {tree.pk: tree for tree in Territory.objects.filter(pk__in=self.managed).order_by("path")}
        tops = [pk for pk, tree in self.trees.items() if tree.parent_id not in self.trees]
        self.territory = territory if territory in self.trees else (tops[0] if tops else None)

    @cached_property
    def own(self) -> Line:
        """Return one's own record, over everything one has called."""
        return self.records.line(self.person.name, list(self.records.open), person=self.person.pk)

    @cached_property
    def own_quarters(self) -> list[Line]:
        """Return one's own record by the quarter in which it was looked at, the newest first."""
        lines = []
        for period in sorted(self.records.quarters, reverse=True):
            by_territory = self.records.quarters[period]
            mine = [each[self.person.pk] for each in by_territory.values() if self.person.pk in each]
            record = sum(mine, Record())
            if record.n:
                lines.append(Line(self._quarter(period), record))
        return lines

    def _quarter(self, key: str) -> str:
        months = [words.month_name(n) for n in range(1, 13)]
        return self.company.fiscal.find(key).name(months)

    @cached_property
    def group(self) -> Group | None:
        """Return the territory asked for as a group; None where it has too few people, or is not managed."""
        if self.territory is None:
            return None
        paths = {pk: tree.path for pk, tree in self.trees.items()}
        if self.by_name:
            below = {pk for pk, path in paths.items() if path.startswith(paths[self.territory])}
            children = [pk for pk in below if self.trees[pk].parent_id == self.territory]
            parts = [
                Group(pk, frozenset(each for each in below if paths[each].startswith(paths[pk]))) for pk in children
            ]
            return Group(self.territory, frozenset(below), parts=tuple(parts))
        top = next(pk for pk in self.trees if paths[self.territory].startswith(paths[pk]))
        whole = grouped(self.records.people(self.trees), paths, top, viewer=self.person.pk)
        return found(whole, self.territory)

    @cached_property
    def groups(self) -> list[Line]:
        """Return the territory and its parts, each with enough people."""
        if self.group is None:
            return []
        whole = self.records.line(self.trees[self.group.top].name, self.group.territories, is_whole=True)
        parts = [self.records.line(self._name(part), part.territories) for part in self.group.parts]
        return [line for line in (whole, *parts) if line.record.n]

    def _name(self, group: Group) -> str:
        return name_of(group, self.trees[group.top].name)

    @property
    def _is_uppermost(self) -> bool:
        return self.group is not None and self.trees[self.group.top].parent_id not in self.trees

    @cached_property
    def group_categories(self) -> list[Share]:
        """Return how often what the whole called so was won, where enough people have called so.

        Of the uppermost territory one manages alone, as with the quarters.
        """
        if self.group is None or not self._is_uppermost:
            return []
        using: dict[str, set[int]] = defaultdict(set)
        for territory in self.group.territories:
            for who, record in self.records.whole.get(territory, {}).items():
                for name in record.categories:
                    using[name].add(who)
        whole = self.records.line("", self.group.territories).categories
        enough = {str(Category(name).label) for name, who in using.items() if self._may_show(who)}
        return [share for share in whole if share.name in enough]

    def _may_show(self, people: set[int]) -> bool:
        return self.by_name or len(people - {self.person.pk}) >= GROUP

    @cached_property
    def quarters(self) -> list[Line]:
        """Return the whole over time, in spans with enough people; only of the uppermost territory one manages, so
        that no quarter of a part can be reckoned from two of them."""
        if self.group is None or not self._is_uppermost:
            return []
        people: dict[str, set[int]] = {}
        sums: dict[str, Record] = {}
        for period, by_territory in self.records.quarters.items():
            mine = [each for pk, each in by_territory.items() if pk in self.group.territories]
            scored = [(who, record) for each in mine for who, record in each.items() if record.n]
            if scored:
                people[period] = {who for who, _record in scored}
                sums[period] = sum((record for _who, record in scored), Record())
        runs = (
            [[each] for each in sorted(people, reverse=True)] if self.by_name else spans(people, viewer=self.person.pk)
        )
        return [self._span(run, people, sums) for run in runs]

    def _span(self, run: Sequence[str], people: dict[str, set[int]], sums: dict[str, Record]) -> Line:
        name = self._quarter(run[-1]) if len(run) == 1 else f"{self._quarter(run[-1])} – {self._quarter(run[0])}"
        record = sum((sums[each] for each in run), Record())
        return Line(name, record, len(set().union(*(people[each] for each in run))))

    @cached_property
    def named(self) -> list[Line]:
        """Return everybody with calls in the territory, where names are shown; those with most of them first."""
        if not self.by_name or self.group is None:
            return []
        here = self.group.territories
        ids = set().union(*self.records.people(here).values())
        names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
        lines = [self.records.line(names[pk], here, person=pk) for pk in ids]
        return sorted((line for line in lines if line.record.n), key=lambda line: (-line.record.n, line.name))

    @cached_property
    def voice(self) -> dict[str, Any] | None:
        """Return how much one's own word counts at the moment; None where it does not."""
        run = FiguresRun.objects.order_by("-id").only("voices").first()
        voices = run.voices if run else {}
        found: dict[str, Any] | None = voices.get("people", {}).get(str(self.person.pk), voices.get("everyone"))
        return found

    @property
    def bins(self) -> list[Any]:
        return [b for b in self.own.record.bins if b.n]
