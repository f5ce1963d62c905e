"""The controls over the Board: chips of what is asked, menus of what can be, each a link to another address."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import quote_plus

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.desk.board.asked import Asked
from milepost.desk.board.filters import BY_NAME, ME, NOBODY, UNKNOWNS, WARNED
from milepost.desk.board.groups import GROUPS, NO_GROUP
from milepost.desk.board.known import Known
from milepost.desk.board.sorts import SORTS, is_descending
from milepost.desk.models import SavedView
from milepost.opportunities.models import Category
from milepost.web.words import month_year

MONTHS_AHEAD = (1, 2, 3, 6, 9, 12)
COLUMNS = (
    (gettext_lazy("Opportunity"), "", "name"),
    (gettext_lazy("Value"), "num", "value"),
    (gettext_lazy("Progress"), "", ""),
    (gettext_lazy("Next"), "", "next"),
    (gettext_lazy("Win chance"), "", "win"),
    (gettext_lazy("Close"), "", "close"),
    (gettext_lazy("Category"), "", ""),
)
FLAGS = ("stalled", "no_date")


@dataclass(frozen=True)
class Choice:
    """One link of a menu."""

    label: str
    link: str
    is_here: bool = False
    depth: int = 0
    edit: str = ""


@dataclass(frozen=True)
class Chip:
    """One filter that is asked, and the link that takes it off."""

    label: str
    value: str
    link: str


@dataclass(frozen=True)
class Head:
    """One column's head: the link that orders by it, and which way the order runs if it does already."""

    label: Any
    css: str = ""
    link: str = ""
    way: str = ""


@dataclass(frozen=True)
class Menu:
    """One filter that can be asked: its choices, and the name of a field where one can be typed."""

    name: str
    label: Any
    choices: list[Choice] = field(default_factory=list)
    keep: list[tuple[str, str]] = field(default_factory=list)

    @property
    def items(self) -> SafeString:
        """Return the choices as items of a list; in Python, for there may be hundreds of people."""
        drawn = "".join(
            f'<li><a href="{escape(each.link)}"{f" data-depth={each.depth}" if each.depth else ""}>'
            f"{escape(each.label)}</a></li>"
            for each in self.choices
        )
        return mark_safe(drawn)  # noqa: S308 - link and label are escaped


def views(asked: Asked, known: Known) -> list[Choice]:
    """Return the person's views and those for everybody, by name."""
    now = asked.query(shut=None)
    return [
        Choice(
            view.name,
            f"?{view.query}",
            view.query == now,
            edit=reverse("desk:view_rename", args=[view.pk]) if view.owner_id == known.person.pk else "",
        )
        for view in SavedView.objects.visible_to(known.person)
    ]


def chips(asked: Asked, known: Known) -> list[Chip]:
    """Return what is asked, in the order of the address."""
    found = []
    for name, texts in asked.texts.items():
        each = BY_NAME[name]
        for text, value in zip(texts, asked.values[name], strict=True):
            rest = tuple(other for other in texts if other != text)
            found.append(Chip(str(each.label), each.say(value, known), asked.link(**{name: rest})))
    return found


def menus(asked: Asked, known: Known) -> list[Menu]:
    """Return the filters that are not asked yet and offer choices."""
    found = [
        Menu("person", gettext_lazy("Person"), _choices(asked, "person", people_of(known))),
        Menu("territory", gettext_lazy("Territory"), _territories(asked, known)),
        Menu("category", gettext_lazy("Category"), _choices(asked, "category", reversed(Category.choices))),
        Menu("closes_before", gettext_lazy("Closes"), _choices(asked, "closes_before", _months(known))),
        Menu("warns", gettext_lazy("Warnings"), _choices(asked, "warns", WARNED.items())),
    ]
    return [menu for menu in found if menu.name not in asked.texts and (len(menu.choices) > 1)]


def flags(asked: Asked) -> list[Choice]:
    """Return the filters that are only on or off and are off."""
    return [Choice(str(BY_NAME[name].label), asked.link(**{name: "1"})) for name in FLAGS if name not in asked.texts]


def more(asked: Asked, known: Known) -> list[Choice]:
    """Return the filters asked less often: missing results, what is unknown, and the playbook."""
    given = asked.texts.get("unknown", ())
    found = [] if "result" in asked.texts else [Choice(str(BY_NAME["result"].label), asked.link(result="1"))]
    found += [
        Choice(str(label).capitalize(), asked.link(unknown=(*given, name)))
        for name, (label, _condition) in UNKNOWNS.items()
        if name not in given
    ]
    if len(known.playbooks) > 1 and "playbook" not in asked.texts:
        pairs = ((str(pk), f"{_('Playbook')}: {name}") for pk, name in known.playbooks.items())
        found += _choices(asked, "playbook", pairs)
    return found


def groups(asked: Asked) -> list[Choice]:
    pairs = [*((name, str(group.label)) for name, group in GROUPS.items()), (NO_GROUP, _("No groups"))]
    return [Choice(label, asked.link(group=name, shut=None), name == asked.group) for name, label in pairs]


def orders(asked: Asked) -> list[Choice]:
    """Return the orders; choosing the one that is on turns it round."""
    now = asked.sort.removeprefix("-")
    return [Choice(str(sort.label), _order(asked, name), name == now) for name, sort in SORTS.items()]


def laid_out(asked: Asked) -> list[tuple[str, str]]:
    """Say by what the rows are gathered, and in which order they stand."""
    group = GROUPS.get(asked.group)
    order = str(SORTS[asked.sort.removeprefix("-")].label)
    if asked.sort.startswith("-"):
        order = _("%(order)s, turned round") % {"order": order}
    return [(_("Group"), str(group.label) if group else _("No groups")), (_("Order"), order)]


def heads(asked: Asked) -> list[Head]:
    """Return the heads of the columns, in their order."""
    now = asked.sort.removeprefix("-")
    way = "descending" if is_descending(asked.sort) else "ascending"
    return [
        Head(label, css, _order(asked, name) if name else "", way if name == now else "")
        for label, css, name in COLUMNS
    ]


def _order(asked: Asked, name: str) -> str:
    return asked.link(sort=f"-{name}" if asked.sort == name else name)


def kept(asked: Asked, *without: str) -> list[tuple[str, str]]:
    """Return what a form must carry along, so that it changes only its own part of the address."""
    from django.http import QueryDict

    query = QueryDict(asked.query(**dict.fromkeys(without)))
    return [(name, text) for name, texts in query.lists() for text in texts]


def people_of(known: Known) -> list[tuple[str, str]]:
    """Return who can be asked for: oneself first, then everybody who works here, and nobody."""
    others = [(str(p.pk), p.name) for p in known.people.values() if p.is_active and p.pk != known.person.pk]
    return [(ME, _("Me")), *others, (NOBODY, _("Nobody"))]


def territories_of(known: Known) -> list[tuple[int, str, int]]:
    """Return id, name and depth of each territory the person may name."""
    return [(pk, row.name, row.depth) for pk, row in known.territories.items() if pk in known.named]


def _choices(asked: Asked, name: str, pairs: Iterable[tuple[Any, Any]]) -> list[Choice]:
    lead = _lead(asked, name)
    return [Choice(str(label), lead + quote_plus(str(value))) for value, label in pairs]


def _territories(asked: Asked, known: Known) -> list[Choice]:
    lead = _lead(asked, "territory")
    return [Choice(name, f"{lead}{pk}", depth=depth) for pk, name, depth in territories_of(known)]


def _lead(asked: Asked, name: str) -> str:
    """Return the link that asks for one more filter, up to its value: there may be hundreds of people to choose."""
    return f"{asked.link()}{'&' if asked.query() else ''}{name}="


def _months(known: Known) -> list[tuple[str, str]]:
    found = []
    for ahead in MONTHS_AHEAD:
        count = known.today.year * 12 + known.today.month - 1 + ahead
        month = datetime.date(count // 12, count % 12 + 1, 1)
        found.append((f"{month:%Y-%m}", _("before %s") % month_year(month)))
    return found
