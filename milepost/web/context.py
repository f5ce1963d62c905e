"""What every page gets: the places to go to, and the light it is shown in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Place:
    """One item of the rail; `part` says in which of its lists it stands, `also` whose pages belong to it too.

    `may` is the path of the function that tells whether a person may go there; without one everybody may.
    """

    url_name: str
    label: Any
    icon: str
    part: str = "work"
    also: tuple[str, ...] = ()
    on_phone: bool = False
    may: str = ""
    url: str = ""
    is_here: bool = False


STAND_IN_MANY = ("desk", "buyers")
"""Folders whose pages are parts of several places: for them only the place's own page marks it."""
PLACES = (
    Place("desk:desk", _("Desk"), "inbox", on_phone=True),
    Place("desk:my_day", _("My day"), "sun", on_phone=True),
    Place("desk:board", _("Board"), "layout-list", on_phone=True),
    Place("desk:accounts", _("Accounts"), "building", also=("accounts", "desk:account")),
    Place("buyers:queue", _("Requests"), "message-question"),
    Place("gates:home", _("Gates"), "gavel", also=("gates",)),
    Place("forecasts:forecast", _("Forecast"), "chart-dots", part="know"),
    Place("learn:page", _("Learn"), "bulb", part="know"),
    Place(
        "playbooks:list", _("Playbooks"), "route", part="know", also=("playbooks", "desk:playbook", "buyers:question_t")
    ),
    Place("exchange:import", _("Import"), "file-import", part="know", may="milepost.exchange.models.may_import"),
    Place(
        "team:settings", _("Settings"), "settings", part="foot", also=("buyers:list", "buyers:rules", "buyers:replies")
    ),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the shell's variables: `here` (the name of the page's address), `shut`, `login_url` and `theme`."""
    theme = request.COOKIES.get("theme", "")
    match = request.resolver_match
    return {
        "here": match.view_name if match else "",
        "shut": lambda: shut(request.user),
        "login_url": address("account_login"),
        "theme": theme if theme in THEMES else "",
    }


@cache
def address(url_name: str) -> str:
    """Return the path of a page, or "" where the folder that has it is not there."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def shut(person: Any) -> tuple[str, ...]:
    """Return the names of the places that are not for this person; empty before they have signed in."""
    guarded = [place for place in PLACES if place.may]
    return tuple(p.url_name for p in guarded if person.is_authenticated and not import_string(p.may)(person))


@cache
def places(here: str, shut: tuple[str, ...] = ()) -> tuple[Place, ...]:
    """Return the places to go to, seen from the page `here`: that page's place, or its folder's, is marked."""
    known = [replace(place, url=address(place.url_name), is_here=_is_in(place, here)) for place in PLACES]
    return tuple(place for place in known if place.url and place.url_name not in shut)


def _is_in(place: Place, here: str) -> bool:
    """Tell whether the page is the place itself, or any page of the same folder."""
    if place.also and here.startswith(place.also):
        return True
    namespace = place.url_name.partition(":")[0]
    return here == place.url_name if namespace in STAND_IN_MANY else here.rpartition(":")[0] == namespace
