"""The names of everybody and of every territory, remembered by each process until the team changes."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from milepost.team.models import Person, Territory


class Who(NamedTuple):
    """What a list of people needs of one: making whole persons of hundreds takes longer than the list."""

    pk: int
    name: str
    is_active: bool


@lru_cache(maxsize=4)
def everybody(stamp: str) -> dict[int, Who]:
    """Return everybody by id, in the order of names; asked again when the team's stamp is another."""
    rows = Person.objects.order_by("name_key", "id").values_list("id", "name", "is_active")
    return {row[0]: Who(*row) for row in rows}


@lru_cache(maxsize=4)
def tree(stamp: str) -> dict[int, Territory]:
    """Return the territories by id, in the order of the tree; asked again when the team's stamp is another."""
    rows = {territory.pk: territory for territory in Territory.objects.only("id", "name", "path", "parent_id")}
    places = {pk: [rows[int(part)].name for part in rows[pk].path.split("/") if part] for pk in rows}
    return {pk: rows[pk] for pk in sorted(rows, key=lambda pk: (places[pk], pk))}


@lru_cache(maxsize=256)
def working_in(territories: frozenset[int], stamp: str) -> list[Who]:
    """Return who holds a role in one of these territories and has not left, by name."""
    held = Person.objects.filter(memberships__territory__in=territories, is_active=True).distinct()
    return [Who(*row, True) for row in held.order_by("name_key", "id").values_list("id", "name")]
