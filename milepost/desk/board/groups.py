"""The groups of the Board: by what its rows can be gathered, in which order, and under which names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.desk.board.known import Known
from milepost.opportunities.models import Category, Standing

NO_GROUP = "none"
NOBODY = "0"


@dataclass(frozen=True)
class Group:
    """One way to gather rows: `key` in the database, `of` a row, `keep` one group's condition. Keys are text.

    `names` gives keys and names in the order in which groups are shown.
    """

    label: Any
    key: Any
    of: Callable[[Standing], str]
    keep: Callable[[str], Q]
    names: Callable[[Known], dict[str, str]]

    def keep_all(self, keys: list[str]) -> Q:
        """Return the condition of being in any of these groups."""
        condition = Q()
        for key in keys:
            condition |= self.keep(key)
        return condition

    def rank(self, keys: list[str]) -> Case:
        """Return the place of a row's group among `keys`."""
        return Case(
            *(When(self.keep(key), then=Value(at)) for at, key in enumerate(keys)),
            default=Value(len(keys)),
            output_field=models.IntegerField(),
        )


def _id(key: str) -> int:
    """Return the id a key stands for; one that is none stands for nothing."""
    return int(key) if key.isascii() and key.isdigit() and len(key) < 19 else -1


def _of_person(key: str) -> Q:
    if key == NOBODY:
        return Q(salesperson=None, coordinator=None)
    return Q(salesperson_id=_id(key)) | Q(salesperson=None, coordinator_id=_id(key))


def _people(known: Known) -> dict[str, str]:
    return {str(pk): person.name for pk, person in known.people.items()} | {NOBODY: _("Nobody")}


GROUPS = {
    "territory": Group(
        gettext_lazy("Territory"),
        F("territory_id"),
        lambda row: str(row.territory_id),
        lambda key: Q(territory_id=_id(key)),
        lambda known: {str(pk): row.name for pk, row in known.territories.items()},
    ),
    "person": Group(
        gettext_lazy("Person"),
        Coalesce(F("salesperson_id"), F("coordinator_id"), Value(0)),
        lambda row: str(row.salesperson_id or row.coordinator_id or NOBODY),
        _of_person,
        _people,
    ),
    "playbook": Group(
        gettext_lazy("Playbook"),
        F("playbook_id"),
        lambda row: str(row.playbook_id),
        lambda key: Q(playbook_id=_id(key)),
        lambda known: {str(pk): name for pk, name in known.playbooks.items()},
    ),
    "category": Group(
        gettext_lazy("Category"),
        F("category"),
        lambda row: str(row.category),
        lambda key: Q(category=key),
        lambda known: {value: str(Category(value).label) for value in reversed(Category.values)},
    ),
}
