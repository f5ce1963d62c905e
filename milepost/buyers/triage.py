"""Say what is usually done with a request, draft the reply, and notice when one account asks for much at once."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from milepost.buyers.models import ClientRequest, ReplyTemplate
from milepost.buyers.visions import VisionKnown, visions_known
from milepost.opportunities.models import Gate, Opportunity
from milepost.team.models import Person

BURST, WITHIN = 3, 21
"""So many requests of one account within so many days make a burst."""
SHUT = (Gate.State.REFUSED, Gate.State.PAUSED)
ASKED = ("opportunity__account__name", "opportunity_id", "asked_on", "asked_by_id", "asked_by_name")
Verdict = ClientRequest.Verdict


@dataclass(frozen=True)
class Usual:
    """The usual verdict on a request, and why."""

    verdict: str
    why: str = ""


def usual(opportunity: Opportunity) -> Usual:
    """Return what is usually said: hold, while nobody knows whose vision is behind it, or a gate holds us back."""
    shut = opportunity.gates.filter(state__in=SHUT).select_related("playbook_gate").first()
    if shut is not None:
        told = {"gate": shut.name, "how": shut.get_state_display()}
        return Usual(Verdict.HOLD, _("“%(gate)s” is %(how)s: no effort goes in meanwhile.") % told)
    known = visions_known([opportunity.pk]).get(opportunity.pk, VisionKnown())
    if not known.is_answered:
        why = _("Nobody has shown yet who wants this, how it came about, and where it was developed.")
        return Usual(Verdict.HOLD, why)
    return Usual(Verdict.ANSWER)


def draft(request: ClientRequest, verdict: str, by: Person) -> str:
    """Return a reply to begin with, in the company's words for the verdict."""
    return ReplyTemplate.of(verdict).fill(who=request.who or _("you"), title=request.title, us=by.name)


@dataclass(frozen=True)
class Burst:
    """Many requests of one account within a short time, from people who may not know of each other."""

    account: str
    opportunity: int
    count: int
    askers: int
    since: datetime.date


def burst(opportunity: Opportunity, person: Person, today: datetime.date) -> Burst | None:
    """Return the burst the account is in, as far as the person sees it; None where it asks as usual."""
    if opportunity.account_id is None:
        return None
    return bursts(person, today, opportunity__account=opportunity.account_id).get(opportunity.account_id)


def bursts(person: Person, today: datetime.date, **of: Any) -> dict[int, Burst]:
    """Return the bursts there are, by account, with the opportunity that was asked last; one question."""
    since = today - datetime.timedelta(days=WITHIN)
    rows = ClientRequest.objects.visible_to(person).filter(asked_on__gte=since, **of)
    rows = rows.exclude(opportunity__account=None).order_by("asked_on", "pk")
    asked: dict[int, list[Any]] = defaultdict(list)
    for account, *row in rows.values_list("opportunity__account_id", *ASKED):
        asked[account].append(row)
    return {account: found for account, some in asked.items() if (found := _burst(some)) is not None}


def _burst(asked: list[Any]) -> Burst | None:
    askers = {(contact, name) for _account, _opportunity, _on, contact, name in asked}
    if len(asked) < BURST or len(askers) < 2:
        return None
    account, opportunity, *_rest = asked[-1]
    return Burst(account, opportunity, len(asked), len(askers), asked[0][2])
