"""Wait at a gate: until a day, until something has happened, or until Milepost knows something; and how that ends."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from contextlib import suppress

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.gates.decide import Kind, card_now, decide, hold, turn
from milepost.gates.facts import FACTS, read
from milepost.gates.look import Look
from milepost.gates.models.decision import GateDecision
from milepost.opportunities.models import Gate
from milepost.opportunities.models.step import NotAllowed
from milepost.team.models import Company, Person
from milepost.web.words import day


@transaction.atomic
def pause(
    gate: Gate,
    *,
    by: Person,
    on: datetime.date,
    seen: int | None,
    until: datetime.date | None,
    waits_for: str = "",
    fact: str = "",
    reason: str = "",
) -> GateDecision:
    """Spend nothing more until a day, or until something has happened; `fact` names what Milepost reads itself."""
    hold(gate, by=by, seen=seen)
    event = waits_for.strip() or (str(FACTS[fact].label) if fact else "")
    if until is None and not event:
        raise NotAllowed(_("Say until when it is paused, or what it waits for."))
    if until is not None and until <= on:
        raise NotAllowed(_("A pause ends on a day still to come."))
    if fact and _is_so(gate.opportunity_id, fact):
        raise NotAllowed(_("That is so already: %(event)s.") % {"event": FACTS[fact].label})
    decision = decide(gate, Kind.PAUSED, card_now(gate), by=by, on=on, reason=reason, until=until, waits_for=event)
    turn(gate, Gate.State.PAUSED, on=on, paused_until=until, paused_for=event, paused_fact=fact)
    return decision


def _is_so(opportunity: int, fact: str) -> bool:
    return bool(read(Look([opportunity]), opportunity, fact).value)


@transaction.atomic
def resume(gate: Gate, *, by: Person | None, on: datetime.date, reason: str) -> GateDecision:
    """End a pause because what it waited for has happened; `by` is empty where Milepost has seen that itself.

    Raises NotAllowed where the pause has ended already.
    """
    gate.opportunity.hold_still()
    gate.refresh_from_db()
    if gate.state != Gate.State.PAUSED or gate.opportunity.outcome is not None:
        raise NotAllowed(_("“%(gate)s” is not paused any more.") % {"gate": gate.name})
    event = gate.paused_for
    turn(gate, Gate.State.UNDECIDED, on=None)
    return decide(gate, Kind.RESUMED, card_now(gate), by=by, on=on, waits_for=event, reason=reason)


def end_pauses(ids: Sequence[int]) -> None:
    """End the pauses of these opportunities that waited for something which is so by now."""
    rows = Gate.objects.filter(opportunity__in=ids, state=Gate.State.PAUSED).exclude(paused_fact="")
    gates = list(rows.select_related("opportunity", "playbook_gate"))
    look = Look([gate.opportunity_id for gate in gates])
    for gate in gates:
        known = read(look, gate.opportunity_id, gate.paused_fact)
        if known.value:
            with suppress(NotAllowed):  # somebody has ended it at this very moment
                resume(gate, by=None, on=Company.the().today(), reason=known.evidence)


def over(ids: Sequence[int], today: datetime.date) -> dict[int, str]:
    """Return in words, by opportunity, why a gate is to be decided again: its pause is over."""
    kinds = (Kind.PAUSED, Kind.RESUMED)
    rows = GateDecision.objects.filter(
        gate__opportunity__in=ids, gate__state__in=(Gate.State.PAUSED, Gate.State.UNDECIDED)
    )
    newest = {row.gate_id: row for row in rows.select_related("gate").order_by("id")}
    found = {row.gate.opportunity_id: _over(row, today) for row in newest.values() if row.kind in kinds}
    return {pk: words for pk, words in found.items() if words}


def _over(row: GateDecision, today: datetime.date) -> str:
    if row.kind == Kind.RESUMED:
        return _("It waited for this: %(event)s. That has happened.") % {"event": row.waits_for}
    if row.until is not None and row.until <= today:
        return _("It was paused until %(day)s. That day has come.") % {"day": day(row.until)}
    return ""
