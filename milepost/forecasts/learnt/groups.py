"""Groups of opportunities to set side by side: by playbook version, territory, value, or whose they are.

They have nothing in common, but for people shown by name: an opportunity is its coordinator's and its salesperson's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from milepost.forecasts import groups as of_people
from milepost.forecasts.learnt.columns import NONE
from milepost.forecasts.learnt.sizes import UNKNOWN, Size, bands
from milepost.team.directory import everybody, tree
from milepost.web.words import exponent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from milepost.forecasts.learnt.reading import Reading
    from milepost.team.models import Territory

    Mask = NDArray[np.bool_]

MOST = 6
"""So many are compared, those with most opportunities: more lines a step are no picture."""
OF_A_PERSON = 5
"""With fewer ended opportunities nothing is shown of a person by name, except to themselves."""
OWN = "own"


@dataclass(frozen=True, eq=False)
class Group:
    """One group: the opportunities that are `chosen`, as the columns of the past have them; `href` shows it alone.

    `people` is how many people a group without names is made of.
    """

    key: str
    name: str
    chosen: Mask
    href: str = ""
    people: int = 0

    @property
    def size(self) -> int:
        return int(self.chosen.sum())


def groups_of(reading: Reading) -> tuple[list[Group], int]:
    """Return the groups that are asked for, and how many smaller ones are left out."""
    make = MADE_BY[reading.asked.compare]
    found = [group for group in make(reading, reading.came) if group.size]
    largest = sorted(found, key=lambda group: (group.key == OWN, group.size), reverse=True)[:MOST]
    return [group for group in found if group in largest], len(found) - len(largest)


def _versions(reading: Reading, came: Mask) -> Iterator[Group]:
    """Yield the versions of the playbook that is shown, the newest first."""
    shown = reading.shown
    for version in reading.versions:
        if shown and version.playbook_id == shown.playbook_id:
            href = reading.asked.link(playbook=version.playbook_id, version=version.pk)
            here = came & (reading.past.about["version"] == version.pk)
            yield Group(f"version {version.pk}", f"v{version.number}", here, href)


def _sizes(reading: Reading, came: Mask) -> Iterator[Group]:
    """Yield the bands of value, the lowest first, and what has no value."""
    currency, values = reading.company.currency, reading.past.about["value"]
    usual = (reading.usual_minor or 0) // 10 ** exponent(currency)
    for size in (*bands(usual), Size.read(UNKNOWN)):
        if size is not None:
            here = came & size.chosen(values, reading.scope.unit)
            yield Group(f"size {size}", size.say(currency), here, reading.asked.link(size=size))


def _territories(reading: Reading, came: Mask) -> Iterator[Group]:
    """Yield the parts of the territory that holds all of it, in the tree's order; what lies in none is by itself."""
    import numpy as np

    rows, where = tree(reading.company.team_stamp), reading.past.about["territory"]
    present = set(np.unique(where[came]).tolist())
    sides = parts(rows, present)
    for head, below in sides.items():
        here, name = came & np.isin(where, below), rows[head].name
        if any(rows[other].path.startswith(rows[head].path) for other in sides if other != head):
            yield Group(f"territory {head} itself", _("%s itself") % name, here)
        else:
            yield Group(f"territory {head}", name, here, reading.asked.link(territory=head))


def parts(rows: dict[int, Territory], present: Iterable[int]) -> dict[int, list[int]]:
    """Return by the uppermost territory of each part those that are present in it, in the tree's order.

    Parts lie side by side below the lowest territory that holds all of them.
    """
    paths = {pk: way_to(rows[pk]) for pk in rows if pk in set(present)}
    common = len(shared(paths.values()))
    found: dict[int, list[int]] = defaultdict(list)
    for pk, path in paths.items():
        found[path[min(common, len(path) - 1)]].append(pk)
    return {head: found[head] for head in rows if head in found}


def way_to(territory: Territory) -> list[int]:
    """Return the territories from the uppermost down to one."""
    return [int(part) for part in territory.path.split("/") if part]


def shared(ways: Iterable[list[int]]) -> list[int]:
    """Return the beginning that all ways have in common.

    >>> shared([[1, 4, 9], [1, 4], [1, 4, 7]]), shared([[1], [2]])
    ([1, 4], [])
    """
    return [level[0] for level in takewhile(lambda level: len(set(level)) == 1, zip(*ways, strict=False))]


def _people(reading: Reading, came: Mask) -> Iterator[Group]:
    """Yield oneself, and others: by name where the company shows names, else in groups of five people or more."""
    mine = _whose(reading, reading.person.pk)
    href = reading.asked.link(person=reading.person.pk)
    yield Group(OWN, _("You"), came & mine, href)
    yield from _named(reading, came) if reading.company.accuracy_by_name else _unnamed(reading, came & ~mine)


def _whose(reading: Reading, person: int) -> Mask:
    about = reading.past.about
    mine: Mask = (about["coordinator"] == person) | (about["salesperson"] == person)
    return mine


def _named(reading: Reading, came: Mask) -> Iterator[Group]:
    """Yield others by name, those of whom enough has ended."""
    import numpy as np

    about = reading.past.about
    ids = set(np.unique(np.concatenate([about["coordinator"][came], about["salesperson"][came]])).tolist())
    ended = came & reading.has_ended
    for pk, who in everybody(reading.company.team_stamp).items():
        if pk in ids - {reading.person.pk}:
            here = _whose(reading, pk)
            if (ended & here).sum() >= OF_A_PERSON:
                yield Group(f"person {pk}", who.name, came & here, reading.asked.link(person=pk))


def _unnamed(reading: Reading, others: Mask) -> Iterator[Group]:
    """Yield others by territory, five people or more in each, so that nobody's own can be reckoned from them."""
    import numpy as np

    rows, about = tree(reading.company.team_stamp), reading.past.about
    people: dict[int, set[int]] = defaultdict(set)
    for role in ("coordinator", "salesperson"):
        pairs = np.unique(np.stack([about["territory"][others], about[role][others]]), axis=1)
        for territory, person in pairs.T.tolist():
            if person != NONE:
                people[territory].add(person)
    for group in _grouped(rows, people, reading.person.pk):
        here = others & np.isin(about["territory"], list(group.territories))
        many = len(set().union(*(people.get(each, set()) for each in group.territories)))
        name = _("All others") if group.others else of_people.name_of(group, rows[group.top].name)
        yield Group(f"people {group.top}", name, here, people=many)


def _grouped(rows: dict[int, Territory], people: dict[int, set[int]], viewer: int) -> Iterator[of_people.Group]:
    """Yield territories with enough people, side by side below the lowest one that holds all of them."""
    paths = {pk: row.path for pk, row in rows.items()}
    ways = [way_to(rows[pk]) for pk in people if pk in rows]
    common = shared(ways)
    tops = [common[-1]] if common else sorted({way[0] for way in ways})
    for top in tops:
        whole = of_people.grouped(people, paths, top, viewer=viewer)
        if whole is not None:
            yield from whole.parts or (whole,)


MADE_BY: dict[str, Callable[[Reading, Mask], Iterator[Group]]] = {
    "version": _versions,
    "territory": _territories,
    "size": _sizes,
    "person": _people,
}
