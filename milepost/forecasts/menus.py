"""The menus over a forecast: each choice is a link to another address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from milepost.forecasts.asked import Asked
from milepost.playbooks.models import Playbook
from milepost.team.models import Person, Territory


@dataclass(frozen=True)
class Link:
    """One choice of a menu."""

    label: str
    href: str
    is_here: bool
    depth: int = 0


def menus(asked: Asked, person: Person) -> dict[str, Any]:
    """Return what a person can ask for, and the names of what is asked."""
    held = set().union(person.sight.territories, *person.sight.roles.values())
    territories = list(Territory.objects.filter(pk__in=held).order_by("path"))
    sellers = Person.objects.filter(memberships__territory__in=held, is_active=True).distinct().order_by("name_key")
    people = [(each.pk, each.name) for each in sellers.only("pk", "name")]
    playbooks = [(book.pk, book.name) for book in Playbook.objects.order_by("name")]
    trees = [(each.pk, each.name) for each in territories]
    depths = {each.pk: each.depth for each in territories}
    return {
        "kinds": kinds(asked),
        "territories": _links(asked, "territory", trees, _("All I see"), depths),
        "people": _links(asked, "person", people, _("Everybody")),
        "playbooks": _links(asked, "playbook", playbooks, _("All playbooks")) if len(playbooks) > 1 else [],
        "chosen": {
            "territory": dict(trees).get(asked.territory or 0),
            "person": dict(people).get(asked.person or 0),
            "playbook": dict(playbooks).get(asked.playbook or 0),
        },
    }


def territories(asked: Asked, person: Person) -> list[Link]:
    """Return the territories a person can look at, as a tree."""
    held = set().union(person.sight.territories, *person.sight.roles.values())
    trees = list(Territory.objects.filter(pk__in=held).order_by("path"))
    pairs = [(each.pk, each.name) for each in trees]
    return _links(asked, "territory", pairs, _("All I see"), {each.pk: each.depth for each in trees})


def kinds(asked: Asked) -> list[Link]:
    """Return the lengths a period can have."""
    names = {"month": _("Months"), "quarter": _("Quarters"), "year": _("Years")}
    return [Link(label, asked.link(kind=kind, first=""), kind == asked.kind) for kind, label in names.items()]


def _links(
    asked: Asked, name: str, pairs: Iterable[tuple[int, str]], everything: str, depths: dict[int, int] | None = None
) -> list[Link]:
    now = getattr(asked, name)
    first = Link(everything, asked.link(**{name: None}), now is None)
    rest = [Link(label, asked.link(**{name: pk}), pk == now, (depths or {}).get(pk, 0)) for pk, label in pairs]
    return [first, *rest]
