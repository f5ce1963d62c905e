"""Put a string into the compact form in which reading rows keep it: what `web/string_drawing.py` draws."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from milepost.opportunities.gathered import Facts
    from milepost.opportunities.models import Gate, Step


def beads(facts: Facts, today: datetime.date) -> list[list[Any]]:
    """Return the whole string in compact form, each gate before its step."""
    found = []
    for step in facts.steps:
        if gate := facts.gates.get(step.pk):
            found.append(gate_bead(gate, facts.steps, today))
        found.append(bead(step, facts))
    return found


def gate_bead(gate: Gate, steps: Sequence[Step], today: datetime.date) -> list[Any]:
    """Return the gate in compact form: state, name, 0, decided on, paused until."""
    state = gate.drawn(steps, today)
    on, until = gate.decided_on, gate.paused_until
    if state == "paused":
        return ["gate paused", gate.name, 0, None, until.isoformat() if until else None]
    return [f"gate {state}", gate.name, 0, on.isoformat() if on else None]


def bead(step: Step, facts: Facts) -> list[Any]:
    """Return the step in compact form: state, name, optional, ended on, booked on, to confirm, conditions, id."""
    attempt = facts.attempts.get(step.pk)
    return [
        step.state,
        step.name,
        int(not step.required),
        step.ended_on.isoformat() if step.ended_on else None,
        attempt.on.isoformat() if attempt else None,
        int(step.to_confirm),
        [[condition.name, condition.state] for condition in facts.conditions.get(step.pk, [])],
        step.pk,
    ]
