"""Find what people here have changed of what a source owns: the newest import's word beside what stands here now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from milepost.exchange.back.kinds import KINDS, BackKind
from milepost.exchange.back.source import Source
from milepost.exchange.models import SourceLink
from milepost.team.models import Person
from milepost.web.turns import chunks

AT_ONCE = 500


@dataclass(frozen=True)
class Difference:
    """One row that says something else here than its source did.

    was  what the source said last, by field
    now  what stands here, by field; None for a stage of which the source has no name
    changed  the fields in which they differ
    """

    external_id: str
    row: Any
    was: dict[str, Any]
    now: dict[str, Any]
    changed: tuple[str, ...]


def differences(source: Source, *, seen_by: Person | None = None) -> Iterator[Difference]:
    """Yield every row of the source that says something else by now; those alone that the person sees."""
    kind = KINDS[source.kind]
    links = SourceLink.objects.filter(source=source.name, kind=kind.name).order_by("pk")
    for some in chunks(links.values_list("object_id", "external_id", "given").iterator(AT_ONCE), AT_ONCE):
        given = {pk: (external_id, said) for pk, external_id, said in some if said}
        rows = kind.model.objects.filter(pk__in=given, **kind.unmerged)
        if seen_by is not None:
            rows = kind.model.objects.visible_to(seen_by).filter(pk__in=given, **kind.unmerged)
        here = sorted(rows, key=lambda row: row.pk)
        sides = kind.sides(source, here, {pk: said for pk, (_id, said) in given.items()})
        found = [_difference(kind, given[row.pk][0], row, *sides[row.pk]) for row in here]
        differing = [one for one in found if one.changed]
        for name, (linked, model) in kind.links.items():
            sides_of = (side for one in differing for side in (one.was, one.now))
            source.learn(linked, model, {side[name] for side in sides_of if side.get(name)})
        yield from differing


def _difference(kind: BackKind, external_id: str, row: Any, was: dict[str, Any], now: dict[str, Any]) -> Difference:
    changed = tuple(name for name in kind.fields if name in was and (was[name] or None) != (now[name] or None))
    return Difference(external_id, row, was, now, changed)
