"""Draw the lines of a roll-up from what each shows alone: of a hundred lines a change moves a few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.safestring import SafeString

from milepost.web import kept
from milepost.web.words import short_day

if TYPE_CHECKING:
    from milepost.forecasts.line import Line
    from milepost.forecasts.models import Submission
    from milepost.forecasts.rollup import Rollup
    from milepost.team.models import Person


class CalledSo(NamedTuple):
    """What is called by one category: how much, what of it the model proposed, and how many have no value."""

    minor: int | None
    proposed_minor: int
    unvalued: int


def drawn(rollup: Rollup) -> list[SafeString]:
    """Return the table's rows in their order."""
    currency = rollup.company.currency
    return [
        kept.draw("forecasts/_rollup_row.html", _shown(line, currency), token="", address="") for line in rollup.lines
    ]


def _shown(line: Line, currency: str) -> dict[str, Any]:
    """Return all that a row shows, in plain values: nothing else gets into it."""
    place, lock, said, open_ones = line.place, line.lock, line.said, line.open
    told = {"depth": place.depth, "is_whole": not place.person and not place.is_nobody, "currency": currency}
    if place.is_heading:
        return told | {"heading": place.territory.name}
    limits = line.limits
    return told | {
        "name": "" if place.is_nobody else place.name,
        "href": "" if place.is_nobody else line.numbers_href,
        "whose": place.name,
        "locked": (_name(lock.by), short_day(lock.at)) if lock else None,
        "part": line.part,
        "submit_href": line.submit_href if line.part else "",
        "target": line.target_minor,
        "reach": line.reach,
        "won": line.won.value_minor,
        "called_so": (
            CalledSo(line.commit_minor, open_ones.commit.proposed_minor, open_ones.commit.unvalued),
            CalledSo(line.best_case_minor, open_ones.best_case.proposed_minor, open_ones.best_case.unvalued),
        ),
        "own": _said(said.own),
        "adjusted": _said(said.adjusted),
        "adjusts_older": line.adjusts_older,
        "limits": tuple(limits) if limits else None,
        "gap": line.gap_minor,
        "change": line.change_minor,
        "model_change": line.model_change_minor,
    }


def _said(number: Submission | None) -> tuple[int, str, str] | None:
    """Return a submitted number, who submitted it if it is not their own, and when."""
    if number is None:
        return None
    by = _name(number.by) if number.is_adjustment or number.by_id != number.person_id else ""
    return number.amount_minor, by, short_day(number.on)


def _name(person: Person | None) -> str:
    return person.name if person else ""
