"""Warn of what is not known of an opportunity's people, by where its string is."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from milepost.buyers.models import Lists
from milepost.buyers.models.rule import ECONOMIC, ONE_CONTACT, OPPONENT, QUIET, RULES, UNREACHED, WarningRule
from milepost.buyers.rows import Line, lines_of, people_of_many
from milepost.opportunities.models import Opportunity, Standing
from milepost.web.paths import path

DECIDES = ("economic_buyer", "approver")
NAMED = 3


@dataclass(frozen=True)
class Warned:
    """One warning: what is the matter, what to ask oneself, and where something can be done about it."""

    kind: str
    title: str
    text: str
    url: str
    act: str


@dataclass(frozen=True)
class Seen:
    """What the rules look at."""

    opportunity: int
    lines: list[Line]
    today: datetime.date


def phase_of(standing: Standing) -> int:
    """Return in which third of its steps an opportunity is: 0, 1 or 2."""
    return min(2, 3 * max(0, standing.step_number - 1) // max(1, standing.step_count))


def warnings(
    opportunity: Opportunity,
    lines: list[Line],
    standing: Standing | None,
    today: datetime.date,
    *,
    rules: dict[str, WarningRule],
) -> list[Warned]:
    """Return what is to be warned of; nothing of an opportunity that has ended."""
    if standing is None:
        return []
    return _said(Seen(opportunity.pk, lines, today), standing, rules)


def warned_of(standings: Sequence[Standing], today: datetime.date) -> dict[int, list[Warned]]:
    """Return what is to be warned of for each of a page's opportunities; three questions for any number.

    An imported one that nobody has taken in hand yet, and with which nobody's name came along, warns of nothing: that
    nobody is known there is no news, and said on every line it would drown what is.
    """
    people = people_of_many([standing.pk for standing in standings])
    lists, rules = Lists.read(), WarningRule.all_as_kept()
    return {
        one.pk: _said(Seen(one.pk, lines_of(people.get(one.pk, []), lists), today), one, rules)
        if one.pk in people or one.as_of is None
        else []
        for one in standings
    }


def _said(seen: Seen, standing: Standing, rules: dict[str, WarningRule]) -> list[Warned]:
    phase = phase_of(standing)
    held = [(kind, rule) for kind, rule in rules.items() if rule.since <= phase]
    return [said for kind, rule in held if (said := LOOKS[kind](seen, rule)) is not None]


def _economic(seen: Seen, rule: WarningRule) -> Warned | None:
    if any(line.means.get("role") == "economic_buyer" and line.row.contact_id for line in seen.lines):
        return None
    return _warned(seen, ECONOMIC, _("Who can release the money, or say no when everybody else says yes?"))


def _opponent(seen: Seen, rule: WarningRule) -> Warned | None:
    if not seen.lines or any(line.side == "against" for line in seen.lines):
        return None
    return _warned(seen, OPPONENT, _("Who supports the competition? Somebody usually does."))


def _unreached(seen: Seen, rule: WarningRule) -> Warned | None:
    key = [line for line in seen.lines if line.weight == 3 or line.means.get("role") in DECIDES]
    far = [line for line in key if not line.level and not line.was_met(seen.today)]
    if not far:
        return None
    text = _("%(names)s: who of us, or of those for us, can bring us together?") % {"names": _names(far)}
    where = path("buyers:person", far[0].row.pk)
    return Warned(UNREACHED, str(RULES[UNREACHED].label), text, where, _("Look at %(name)s") % {"name": far[0].row})


def _one_contact(seen: Seen, rule: WarningRule) -> Warned | None:
    known = [line for line in seen.lines if line.row.contact_id]
    if len(known) != 1 or known[0].row.others_came:  # whoever came is known, before their part is said
        return None
    text = _("Only %(name)s has a part here. Name who else comes or counts, or plan a second way in.")
    text = text % {"name": known[0].row}
    return _warned(seen, ONE_CONTACT, text)


def _quiet(seen: Seen, rule: WarningRule) -> Warned | None:
    days = rule.days or 45
    quiet = []
    for line in seen.lines:
        matters = line.level >= 2 or line.side == "for" or line.means.get("role") in DECIDES
        if matters and line.row.contact_id and (seen.today - (line.last_met or line.row.since)).days > days:
            quiet.append(line)
    if not quiet:
        return None
    text = _("%(names)s: not met or spoken with for more than %(days)s days.") % {"names": _names(quiet), "days": days}
    where = path("opportunities:work", seen.opportunity)
    return Warned(QUIET, str(RULES[QUIET].label), text, where, _("Note a call"))


def _names(lines: list[Line]) -> str:
    names = ", ".join(str(line.row) for line in lines[:NAMED])
    more = len(lines) - NAMED
    return names if more <= 0 else _("%(names)s and %(more)s more") % {"names": names, "more": more}


def _warned(seen: Seen, kind: str, text: str) -> Warned:
    return Warned(kind, str(RULES[kind].label), text, path("buyers:add", seen.opportunity), _("Add somebody"))


LOOKS: dict[str, Any] = {
    ECONOMIC: _economic,
    OPPONENT: _opponent,
    UNREACHED: _unreached,
    ONE_CONTACT: _one_contact,
    QUIET: _quiet,
}
