"""The menus over a forecast: each choice is a link to another address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from milepost.forecasts.asked import Asked
from milepost.playbooks.models import Playbook
from milepost.team.directory import tree, working_in
from milepost.team.request import Request


@dataclass(frozen=True)
class Link:
    """One choice of a menu."""

    label: str
    href: str
    is_here: bool
    depth: int = 0


def menus(asked: Asked, request: Request) -> dict[str, Any]:
    """Return what a person can ask for, and the names of what is asked."""
    where = territories(asked, request)
    people = [(who.pk, who.name) for who in working_in(held_by(request), request.company.team_stamp)]
    playbooks = [(book.pk, book.name) for book in Playbook.objects.order_by("name")]
    return {
        "kinds": kinds(asked),
        "territories": where,
        "people": _links(asked, "person", people, _("Everybody")),
        "playbooks": _links(asked, "playbook", playbooks, _("All playbooks")) if len(playbooks) > 1 else [],
        "chosen": {
            "territory": next((link.label for link in where[1:] if link.is_here), None),
            "person": dict(people).get(asked.person or 0),
            "playbook": dict(playbooks).get(asked.playbook or 0),
        },
    }


def territories(asked: Asked, request: Request) -> list[Link]:
    """Return the territories a person can look at, as a tree."""
    held = held_by(request)
    rows = [row for row in tree(request.company.team_stamp).values() if row.pk in held]
    return _links(
        asked, "territory", [(row.pk, row.name) for row in rows], _("All I see"), {r.pk: r.depth for r in rows}
    )


def held_by(request: Request) -> frozenset[int]:
    """Return the territories in which the person has a role, those below included."""
    sight = request.user.sight
    return frozenset().union(sight.territories, *sight.roles.values())


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
