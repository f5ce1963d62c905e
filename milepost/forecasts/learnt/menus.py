"""The filters over the Learn page: each choice is a link to another address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from milepost.forecasts.learnt.asked import COMPARED, YEARS, Asked
from milepost.forecasts.learnt.sizes import UNKNOWN, Size, bands
from milepost.forecasts.menus import Link, held_by
from milepost.playbooks.models import PlaybookVersion
from milepost.team.directory import everybody, tree, working_in
from milepost.team.request import Request


@dataclass(frozen=True)
class Menu:
    """One filter: its name, what is chosen, and its choices, the first of which takes it off."""

    label: str
    links: list[Link]
    chosen: str | None = None


def menus(request: Request, asked: Asked, versions: list[PlaybookVersion], usual_minor: int | None) -> list[Menu]:
    """Return the filters, those with nothing to choose left out."""
    found = [
        _spans(asked),
        _menu(asked, "playbook", _("Playbook"), _("All playbooks"), _playbooks(versions)),
        _menu(asked, "version", _("Version"), _("All versions"), _versions(asked, versions)),
        _territories(request, asked),
        _sizes(request, asked, usual_minor),
    ]
    return [*(menu for menu in found if len(menu.links) > 2 or menu.chosen), _people(request, asked)]


def compared_by(asked: Asked) -> Menu:
    """Return the choice of what groups are set side by side."""
    words = {"version": _("Version"), "territory": _("Territory"), "size": _("Value"), "person": _("Person")}
    links = [Link(_("Nothing"), asked.link(compare=""), not asked.compare)]
    links += [Link(words[what], f"?{asked.compared_by(what).query}", what == asked.compare) for what in COMPARED]
    return Menu(_("Compare by"), links, words.get(asked.compare))


def _menu(
    asked: Asked, name: str, label: str, everything: str, pairs: Iterable[tuple[Any, str]], depths: Any = None
) -> Menu:
    now = getattr(asked, name)
    named = list(pairs)
    links = [Link(everything, asked.link(**{name: None}), now is None)]
    links += [
        Link(said, asked.link(**{name: value}), value == now, (depths or {}).get(value, 0)) for value, said in named
    ]
    # What is asked and not on the list still has to be seen, and taken off.
    chosen = None if now is None else dict(named).get(now, _("unknown"))
    return Menu(label, links, chosen)


def _spans(asked: Asked) -> Menu:
    words = {1: _("The last year"), 2: _("The last 2 years"), 4: _("The last 4 years"), None: _("All of it")}
    links = [Link(words[n], asked.link(years=n), n == asked.years) for n in (*YEARS, None)]
    return Menu("", links, words[asked.years])


def _playbooks(versions: list[PlaybookVersion]) -> list[tuple[int, str]]:
    return sorted({row.playbook_id: row.playbook.name for row in versions}.items(), key=lambda pair: pair[1])


def _versions(asked: Asked, versions: list[PlaybookVersion]) -> list[tuple[int, str]]:
    own = (row for row in versions if row.playbook_id == asked.playbook)
    return [(row.pk, f"v{row.number}") for row in own]


def _territories(request: Request, asked: Asked) -> Menu:
    held, rows = held_by(request), tree(request.company.team_stamp)
    pairs = [(pk, row.name) for pk, row in rows.items() if pk in held]
    depths = {pk: row.depth for pk, row in rows.items()}
    return _menu(asked, "territory", _("Territory"), _("All I see"), pairs, depths)


def _sizes(request: Request, asked: Asked, usual_minor: int | None) -> Menu:
    from milepost.web.words import exponent

    usual = (usual_minor or 0) // 10 ** exponent(request.company.currency)
    offered = [*bands(usual), Size.read(UNKNOWN)]
    if asked.size not in (None, *offered):
        offered.insert(0, asked.size)
    pairs = [(size, size.say(request.company.currency)) for size in offered if size]
    return _menu(asked, "size", _("Value"), _("Any value"), pairs)


def _people(request: Request, asked: Asked) -> Menu:
    """Offer oneself and, where the company shows names, whoever works where one has a role."""
    stamp, me = request.company.team_stamp, request.user.pk
    working = working_in(held_by(request), stamp) if request.company.accuracy_by_name else []
    others = [(who.pk, who.name) for who in working if who.pk != me]
    menu = _menu(asked, "person", _("Person"), _("Everybody"), [(me, _("Me")), *others])
    if asked.person is None or asked.person in dict(others) or asked.person == me:
        return menu
    who = everybody(stamp).get(asked.person)
    return Menu(menu.label, menu.links, who.name if who else _("nobody"))
