"""Put people together so that nobody's own accuracy can be read from a group's, nor reckoned from two groups.

Groups follow the tree of territories and either hold one another or have nobody's calls in common. The smallest ones
hold the calls of five people or more beside the one who looks, so every difference of two groups holds them too. A
territory with fewer is counted with the others below the same one; when these are still too few, with the smallest of
those that would be shown, which then shows no parts of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from milepost.forecasts.records import GROUP

Paths = Mapping[int, str]
"""Of each territory, its place in the tree: "/1/4/"."""


@dataclass(frozen=True)
class Group:
    """Territories whose people are looked at together: `top` with all below it, less or more of its neighbours.

    `alone` tells that it is `top` with all below and nothing else; `others` that it is what else lies below `top`.
    """

    top: int
    territories: frozenset[int]
    alone: bool = True
    others: bool = False
    parts: Sequence[Group] = field(default_factory=tuple)


def grouped(people: Mapping[int, set[int]], paths: Paths, top: int, *, viewer: int) -> Group | None:
    """Return a territory as a group with its parts, or None where it has too few people to be shown at all.

    `people` are those whose calls were scored in each territory.
    """

    def enough(territories: Iterable[int]) -> bool:
        found: set[int] = set().union(*(people.get(each, set()) for each in territories))
        return len(found - {viewer}) >= GROUP

    def group(here: int) -> Group | None:
        below = frozenset(each for each, path in paths.items() if path.startswith(paths[here]))
        if not enough(below):
            return None
        children = [each for each in below if is_child(paths[each], paths[here])]
        shown = [found for each in sorted(children) if (found := group(each)) is not None]
        rest = below.difference(*(each.territories for each in shown))
        if not any(people.get(each) for each in rest):
            return Group(here, below, parts=tuple(shown))
        if enough(rest):
            return Group(here, below, parts=(*shown, Group(here, rest, alone=False, others=True)) if shown else ())
        return Group(here, below, parts=_with_rest(shown, rest, people))

    return group(top)


def _with_rest(shown: Sequence[Group], rest: frozenset[int], people: Mapping[int, set[int]]) -> tuple[Group, ...]:
    """Count the rest, too few for themselves, with the smallest of those shown."""
    if not shown:
        return ()

    def size(group: Group) -> tuple[int, int]:
        return len(set().union(*(people.get(each, set()) for each in group.territories))), group.top

    smallest = min(shown, key=size)
    together = Group(smallest.top, smallest.territories | rest, alone=False)
    return (*(each for each in shown if each is not smallest), together)


def is_child(path: str, parent: str) -> bool:
    """Tell whether a place lies directly below another.

    >>> is_child("/1/4/", "/1/"), is_child("/1/4/9/", "/1/"), is_child("/1/", "/1/")
    (True, False, False)
    """
    return path.startswith(parent) and path.removeprefix(parent).count("/") == 1


def found(group: Group | None, territory: int) -> Group | None:
    """Return the group that is a territory with all below it, where it is shown."""
    if group is None:
        return None
    if group.alone and group.top == territory:
        return group
    return next((one for part in group.parts if (one := found(part, territory)) is not None), None)


def name_of(group: Group, name: str) -> str:
    """Return what a group is called, by the name of its uppermost territory."""
    if group.others:
        return _("%(name)s, all others") % {"name": name}
    return name if group.alone else _("%(name)s and others") % {"name": name}


def spans(people: Mapping[str, set[int]], *, viewer: int) -> list[list[str]]:
    """Put quarters, the newest first, together until each span has enough people beside the one who looks.

    >>> spans({"2026-Q1": {1, 2, 3, 4, 5}, "2026-Q2": {1}, "2025-Q4": {2}}, viewer=9)
    [['2026-Q2', '2026-Q1', '2025-Q4']]
    """
    done: list[list[str]] = []
    now: list[str] = []
    for period in sorted(people, reverse=True):
        now.append(period)
        if len(set().union(*(people[each] for each in now)) - {viewer}) >= GROUP:
            done, now = [*done, now], []
    if now and done:
        done[-1] = [*done[-1], *now]
    return done
