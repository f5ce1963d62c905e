"""Decide at a gate: pass, pass against a rule, pause, stop, or take the decision back.

Every decision keeps the rules exactly as they stood. Two people who decide at once come one after the other, and the
second is told what the first decided.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.gates.judge import DECIDED, cards_of, judge
from milepost.gates.models.cost import HourCost, cost_of
from milepost.gates.models.decision import GateCard, GateDecision
from milepost.gates.rules import Card
from milepost.opportunities.close import close
from milepost.opportunities.models import Gate, Outcome, Reason
from milepost.opportunities.models.step import NotAllowed
from milepost.playbooks.models import PlaybookGate
from milepost.team.models import Person, Role
from milepost.web.history import record

Kind = GateDecision.Kind


def may_decide(person: Person, gate: Gate) -> bool:
    """Tell whether the person decides at this gate now: in a role it names, where the opportunity lies."""
    role = turn_of(gate)
    roles = [role] if role else list(gate.playbook_gate.roles)
    return person.sight.holds(*roles, Role.ADMINISTRATOR, territory=gate.opportunity.territory_id)


def turn_of(gate: Gate) -> str:
    """Return the role whose turn it is where each decides in turn; empty where any of them may."""
    if gate.playbook_gate.taken_by == PlaybookGate.Taken.ANY:
        return ""
    agreed = agreed_roles(gate)
    return next((role for role in gate.playbook_gate.roles if role not in agreed), "")


def agreed_roles(gate: Gate) -> set[str]:
    """Return the roles that have agreed since the last decision that was something else."""
    agreed = set()
    for decision in gate.decisions.all():  # the newest first
        if decision.kind != Kind.AGREED:
            break
        agreed.add(decision.role)
    return agreed


@transaction.atomic
def advance(gate: Gate, *, by: Person, on: datetime.date, seen: int | None, reason: str = "") -> GateDecision:
    """Let the opportunity go on: with a reason where the rules speak against it, and only when each has agreed."""
    _hold(gate, by=by, seen=seen)
    card = _card(gate)
    if not card.speaks_for_it and not reason.strip():
        raise NotAllowed(_("The rules speak against it. Say why it is passed all the same."))
    role = turn_of(gate)
    if role and agreed_roles(gate) | {role} != set(gate.playbook_gate.roles):
        return _decide(gate, Kind.AGREED, card, by=by, on=on, reason=reason, role=role)
    kind = Kind.PASSED if card.speaks_for_it else Kind.OVERRIDDEN
    released = {"hours": released_by(gate, gate.opportunity.gates.all()), "money_minor": gate.playbook_gate.money_minor}
    decision = _decide(gate, kind, card, by=by, on=on, reason=reason, role=role, **released)
    _turn(gate, Gate.State(kind.value), on=on)
    return decision


@transaction.atomic
def pause(
    gate: Gate,
    *,
    by: Person,
    on: datetime.date,
    seen: int | None,
    until: datetime.date | None,
    waits_for: str = "",
    reason: str = "",
) -> GateDecision:
    """Spend nothing more until a day, or until something has happened."""
    _hold(gate, by=by, seen=seen)
    if until is None and not waits_for.strip():
        raise NotAllowed(_("Say until when it is paused, or what it waits for."))
    if until is not None and until <= on:
        raise NotAllowed(_("A pause ends on a day still to come."))
    told = {"until": until, "waits_for": waits_for.strip()}
    decision = _decide(gate, Kind.PAUSED, _card(gate), by=by, on=on, reason=reason, **told)
    _turn(gate, Gate.State.PAUSED, on=on, paused_until=until, paused_for=waits_for.strip())
    return decision


@transaction.atomic
def stop(
    gate: Gate, *, by: Person, on: datetime.date, seen: int | None, reasons: Iterable[Reason], reason: str
) -> GateDecision:
    """Stop here: the opportunity ends as stopped by us, and what would have gone in is free."""
    _hold(gate, by=by, seen=seen)
    if not reason.strip():
        raise NotAllowed(_("Say why we stop here."))
    card = _card(gate)
    freed = {"hours": freed_by(gate), "money_minor": _cost(freed_by(gate))}
    decision = _decide(gate, Kind.REFUSED, card, by=by, on=on, reason=reason, **freed)
    _turn(gate, Gate.State.REFUSED, on=on)
    close(gate.opportunity, by=by, kind=Outcome.Kind.WITHDRAWN, on=on, reasons=reasons, words=reason)
    return decision


@transaction.atomic
def take_back(gate: Gate, *, by: Person, on: datetime.date, seen: int | None, reason: str) -> GateDecision:
    """Open a decision again, with its reason; what was decided stays in the list."""
    gate.opportunity.hold_still()
    gate.refresh_from_db()
    _must_be_seen(gate, seen)
    if gate.opportunity.outcome is not None:
        raise NotAllowed(_("This opportunity has ended. Correct its outcome first."))
    if gate.state == Gate.State.UNDECIDED:
        raise NotAllowed(_("Nothing is decided here yet."))
    if not reason.strip():
        raise NotAllowed(_("Say why it is decided anew."))
    _turn(gate, Gate.State.UNDECIDED, on=None)
    return _decide(gate, Kind.TAKEN_BACK, _card(gate), by=by, on=on, reason=reason)


def released_by(gate: Gate, others: Iterable[Gate]) -> dict[str, float]:
    """Return the hours by role that passing releases: the gate's own, or those of the steps up to the next gate.

    `others` are the gates of the same line.
    """
    if gate.playbook_gate.hours:
        return dict(gate.playbook_gate.hours)
    steps = gate.opportunity.steps_in_order
    shut = {other.step_id for other in others if other.pk != gate.pk}
    hours: dict[str, float] = {}
    begun = False
    for step in steps:
        if step.pk == gate.step_id:
            begun = True
        elif begun and step.pk in shut:
            break
        if begun:
            for role, number in (step.hours or {}).items():
                hours[role] = hours.get(role, 0) + float(number)
    return hours


def freed_by(gate: Gate) -> dict[str, float]:
    """Return the hours by role that all steps still ahead would usually take."""
    hours: dict[str, float] = {}
    for step in gate.opportunity.steps_in_order:
        if step.is_open:
            for role, number in (step.hours or {}).items():
                hours[role] = hours.get(role, 0) + float(number)
    return hours


def _cost(hours: dict[str, float]) -> int | None:
    costs = HourCost.now()
    return cost_of(hours, costs) if costs else None


def _hold(gate: Gate, *, by: Person, seen: int | None) -> None:
    """Let nobody else decide meanwhile; raise NotAllowed where it is decided already, or by somebody else."""
    gate.opportunity.hold_still()
    gate.refresh_from_db()
    _must_be_seen(gate, seen)
    if gate.opportunity.outcome is not None:
        raise NotAllowed(_("This opportunity has ended. Correct its outcome first."))
    if gate.state in DECIDED:
        raise NotAllowed(_("“%(gate)s” is decided already: %(how)s.") % _said(gate))
    if not may_decide(by, gate):
        raise NotAllowed(_("Others decide at this gate: %(roles)s.") % {"roles": names_of(gate)})


def _must_be_seen(gate: Gate, seen: int | None) -> None:
    last = gate.decisions.order_by("-id").first()
    if seen is not None and last is not None and last.pk != seen:
        told = {"who": last.by, "how": last.get_kind_display()}
        raise NotAllowed(
            _("%(who)s has decided meanwhile: %(how)s. Look at it, then decide again if it must be.") % told
        )


def _said(gate: Gate) -> dict[str, Any]:
    return {"gate": gate.name, "how": gate.get_state_display()}


def names_of(gate: Gate) -> str:
    """Return in words who decides."""
    return ", ".join(str(Role(role).label) for role in gate.playbook_gate.roles)


def _card(gate: Gate) -> Card:
    """Judge the gate by what is known at this moment."""
    judged = cards_of([gate.opportunity_id])
    return next((card for other, card in judged.items() if other.pk == gate.pk), Card((), 0, 0))


def _decide(gate: Gate, kind: str, card: Card, *, by: Person, on: datetime.date, **told: Any) -> GateDecision:
    decision = GateDecision.objects.create(gate=gate, kind=kind, card=in_words(gate, card), by=by, on=on, **told)
    reason = told.get("reason", "")
    record(gate.opportunity, f"gate {kind}", by=by, part=gate.name, what={"on": [None, on.isoformat()]}, reason=reason)
    return decision


def in_words(gate: Gate, card: Card) -> dict[str, Any]:
    """Return the card as it is kept with a decision: each rule with the words it was asked in."""
    from milepost.gates.words import asked

    plain = card.plain()
    words = {rule.key: asked(rule) for rule in gate.playbook_gate.rules.all()}
    return {**plain, "rules": [{**rule, "words": words.get(rule["key"], "")} for rule in plain["rules"]]}


def _turn(gate: Gate, state: str, *, on: datetime.date | None, **more: Any) -> None:
    values = {"state": state, "decided_on": on, "paused_until": None, "paused_for": "", **more}
    Gate.objects.filter(pk=gate.pk).update(**values)
    gate.refresh_from_db()
    if state in DECIDED:
        GateCard.objects.filter(gate=gate).delete()
    gate.opportunity.restand()
    judge([gate.opportunity_id])
