"""What every page gets: the places to go to, and the light it is shown in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Place:
    """One item of the rail; `part` says in which of its lists it stands, `also` whose pages belong to it too."""

    url_name: str
    label: Any
    icon: str
    part: str = "work"
    also: tuple[str, ...] = ()
    on_phone: bool = False
    url: str = ""
    is_here: bool = False


PLACES = (
    Place("desk:desk", _("Desk"), "inbox", on_phone=True),
    Place("desk:my_day", _("My day"), "sun", on_phone=True),
    Place("desk:board", _("Board"), "layout-list", on_phone=True),
    Place("desk:accounts", _("Accounts"), "building", also=("accounts", "desk:account")),
    Place("playbooks:list", _("Playbooks"), "route", part="know", also=("playbooks", "desk:playbook")),
    Place("exchange:import", _("Import"), "file-import", part="know"),
    Place("team:settings", _("Settings"), "settings", part="foot"),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the shell's variables: `places`, `find_url`, `theme` and `shell`."""
    theme = request.COOKIES.get("theme", "")
    return {
        "places": [_at(place, request) for place in _known_places()],
        "find_url": address("desk:search"),
        "theme": theme if theme in THEMES else "",
    }


@cache
def address(url_name: str) -> str:
    """Return the path of a page, or "" where the folder that has it is not there."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


@cache
def _known_places() -> tuple[Place, ...]:
    known = [replace(place, url=address(place.url_name)) for place in PLACES]
    return tuple(place for place in known if place.url)


def _at(place: Place, request: HttpRequest) -> Place:
    """Mark the place the request is in: the very page, or any page of the same folder."""
    match = request.resolver_match
    if match is None:
        return place
    if place.also and match.view_name.startswith(place.also):
        return replace(place, is_here=True)
    namespace = place.url_name.partition(":")[0]
    if namespace == "desk":
        return replace(place, is_here=True) if match.view_name == place.url_name else place
    return replace(place, is_here=True) if match.namespace == namespace else place
