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
    """One item of the rail; `part` says in which of its lists it stands, `also` with what the names of other
    pages begin that belong to it.

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


IN_SETTINGS = (
    *("team", "everything"),
    *("gates:costs", "plans:study_text", "plans:look", "plans:company_logo"),
    *(f"buyers:{name}" for name in ("list", "rules", "replies", "retire", "ask_for")),
    *(f"desk:{name}" for name in ("company", "currencies", "plan_rates", "reasons", "retire_reason")),
    *(f"desk:{name}" for name in ("mail", "outbox", "letter", "work")),
)
PLACES = (
    Place("desk:desk", _("Desk"), "inbox", on_phone=True),
    Place("desk:my_day", _("My day"), "sun", on_phone=True),
    Place(
        "desk:board",
        _("Board"),
        "layout-list",
        also=("opportunities", "buyers", "plans", "forecasts:facts"),
        on_phone=True,
    ),
    Place("desk:accounts", _("Accounts"), "building", also=("accounts", "desk:account")),
    Place("buyers:queue", _("Requests"), "message-question"),
    Place("gates:home", _("Gates"), "gavel", also=("gates",)),
    Place("forecasts:forecast", _("Forecast"), "chart-dots", part="know", also=("forecasts",)),
    Place("learn:page", _("Learn"), "bulb", part="know", also=("learn",)),
    Place(
        "playbooks:list", _("Playbooks"), "route", part="know", also=("playbooks", "desk:playbook", "buyers:question_t")
    ),
    Place(
        "exchange:import",
        _("Import"),
        "file-import",
        part="know",
        also=("exchange",),
        may="milepost.exchange.models.may_import",
    ),
    Place("team:settings", _("Settings"), "settings", part="foot", also=IN_SETTINGS),
)
NOWHERE = ("team:welcome",)  # leads to several of them


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
    """Return the places to go to, seen from the page `here`: the place whose pages it is one of is marked."""
    marked = _place_of(here)
    known = [replace(place, url=address(place.url_name), is_here=place is marked) for place in PLACES]
    return tuple(place for place in known if place.url and place.url_name not in shut)


def _place_of(here: str) -> Place | None:
    """Return the place of a page: of those whose beginnings fit its name, the one with the longest."""
    if here in NOWHERE:
        return None
    fits = [(len(part), place) for place in PLACES for part in (place.url_name, *place.also) if here.startswith(part)]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None
