"""Decide at a gate: pass, pass against a rule, stop, or take the decision back; `pauses.py` is about waiting.

Every decision keeps the rules exactly as they stood. Two people who decide at once come one after the other, and the
second is told what the first decided.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.gates.effort import freed_by, released_by
from milepost.gates.judge import DECIDED, cards_of, judge
from milepost.gates.models import Delegation
from milepost.gates.models.cost import HourCost, cost_of
from milepost.gates.models.decision import GateCard, GateDecision
from milepost.gates.rules import Card
from milepost.gates.versus import ours, plain_scores
from milepost.opportunities.close import close
from milepost.opportunities.models import Gate, Outcome, Reason
from milepost.opportunities.models.step import NotAllowed
from milepost.playbooks.models import PlaybookGate
from milepost.team.models import Company, Person, Role
from milepost.web.history import record
from milepost.web.words import day

Kind = GateDecision.Kind


class DecidedMeanwhile(NotAllowed):
    """Somebody has decided since the page was opened; `last` is what they decided."""

    def __init__(self, words: str, last: int) -> None:
        super().__init__(words)
        self.last = last


def may_decide(person: Person, gate: Gate, today: datetime.date | None = None) -> bool:
    """Tell whether the person decides at this gate now: in a role it names, or in place of somebody who does."""
    return holds_it(person, gate) or given_to(person, gate, today) is not None


def holds_it(person: Person, gate: Gate) -> bool:
    """Tell whether the person has a role whose turn it is, where the opportunity lies."""
    return person.sight.holds(*roles_now(gate), Role.ADMINISTRATOR, territory=gate.opportunity.territory_id)


def roles_now(gate: Gate) -> list[str]:
    """Return the roles that may decide now: the one whose turn it is, or any of them."""
    role = turn_of(gate)
    return [role] if role else list(gate.playbook_gate.roles)


def given_to(person: Person, gate: Gate, today: datetime.date | None = None) -> Delegation | None:
    """Return by which delegation the person decides here: it counts while whoever gave it would still decide."""
    given = [one for one in gate.delegations.all() if one.to_id == person.pk and one.taken_back_on is None]
    if not given:
        return None
    today, roles = today or Company.the().today(), (*roles_now(gate), Role.ADMINISTRATOR)
    standing = (one for one in given if one.until >= today and one.role in roles and holds_it(one.given_by, gate))
    return next(standing, None)


def turn_of(gate: Gate) -> str:
    """Return the role whose turn it is where each decides in turn; empty where any may, as once it is decided."""
    if gate.playbook_gate.taken_by == PlaybookGate.Taken.ANY or gate.state in DECIDED:
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
    hold(gate, by=by, seen=seen)
    card = card_now(gate)
    if not card.speaks_for_it and not reason.strip():
        raise NotAllowed(_("The rules speak against it. Say why it is passed all the same."))
    role = turn_of(gate)
    if role and agreed_roles(gate) | {role} != set(gate.playbook_gate.roles):
        return decide(gate, Kind.AGREED, card, by=by, on=on, reason=reason, role=role)
    kind = Kind.PASSED if card.speaks_for_it else Kind.OVERRIDDEN
    released = {"hours": released_by(gate, gate.opportunity.gates.all()), "money_minor": gate.playbook_gate.money_minor}
    decision = decide(gate, kind, card, by=by, on=on, reason=reason, role=role, **released)
    turn(gate, Gate.State(kind.value), on=on)
    return decision


@transaction.atomic
def stop(
    gate: Gate, *, by: Person, on: datetime.date, seen: int | None, reasons: Iterable[Reason], reason: str
) -> GateDecision:
    """Stop here: the opportunity ends as stopped by us, and what would have gone in is free."""
    hold(gate, by=by, seen=seen)
    reasons = list(reasons)
    said = reason.strip() or ", ".join(map(str, reasons))
    if not said:
        raise NotAllowed(_("Say why we stop here."))
    card = card_now(gate)
    freed = {"hours": freed_by(gate), "money_minor": _cost(freed_by(gate))}
    decision = decide(gate, Kind.REFUSED, card, by=by, on=on, reason=said, **freed)
    turn(gate, Gate.State.REFUSED, on=on)
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
    turn(gate, Gate.State.UNDECIDED, on=None)
    return decide(gate, Kind.TAKEN_BACK, card_now(gate), by=by, on=on, reason=reason)


def _cost(hours: dict[str, float]) -> int | None:
    costs = HourCost.now()
    return cost_of(hours, costs) if costs else None


def hold(gate: Gate, *, by: Person, seen: int | None) -> None:
    """Let nobody else decide meanwhile; raise NotAllowed where it is decided already, by others, or not yet."""
    gate.opportunity.hold_still()
    gate.refresh_from_db()
    _must_be_seen(gate, seen)
    if gate.opportunity.outcome is not None:
        raise NotAllowed(_("This opportunity has ended. Correct its outcome first."))
    if gate.state in DECIDED:
        raise NotAllowed(_("“%(gate)s” is decided already: %(how)s.") % _said(gate))
    if not may_decide(by, gate):
        raise NotAllowed(others_decide(gate))
    if gate.drawn(gate.opportunity.steps_in_order, Company.the().today()) == "ahead":
        raise NotAllowed(_("It may be decided once all that comes before it is reached."))


def _must_be_seen(gate: Gate, seen: int | None) -> None:
    last = gate.decisions.order_by("-id").first()
    if seen is not None and last is not None and last.pk != seen:
        told = {"who": last.by or "Milepost", "how": last.get_kind_display()}
        raise DecidedMeanwhile(
            _("%(who)s has decided meanwhile: %(how)s. Look at it, then decide again if it must be.") % told, last.pk
        )


def _said(gate: Gate) -> dict[str, Any]:
    return {"gate": gate.name, "how": gate.get_state_display()}


def others_decide(gate: Gate) -> str:
    """Return what is said to whoever does not decide here."""
    return _("Others decide at this gate: %(roles)s.") % {"roles": names_of(gate)}


def names_of(gate: Gate) -> str:
    """Return in words who decides."""
    return ", ".join(str(Role(role).label) for role in gate.playbook_gate.roles)


def card_now(gate: Gate) -> Card:
    """Judge the gate by what is known at this moment."""
    judged = cards_of([gate.opportunity_id])
    return next((card for other, card in judged.items() if other.pk == gate.pk), Card((), 0, 0))


def decide(gate: Gate, kind: str, card: Card, *, by: Person | None, on: datetime.date, **told: Any) -> GateDecision:
    """Keep a decision with the rules as they stand; somebody who decides in another's place is named with them."""
    given = given_to(by, gate) if by is not None and not holds_it(by, gate) else None
    told["in_place_of"] = given.given_by if given else None
    decision = GateDecision.objects.create(gate=gate, kind=kind, card=in_words(gate, card), by=by, on=on, **told)
    reason = told.get("reason", "")
    what = {"on": [None, on.isoformat()]}
    if kind == Kind.PAUSED:
        what["until"] = [None, _until(told.get("until"), told.get("waits_for", ""))]
    if given is not None:
        what["in_place_of"] = [None, str(given.given_by)]
    record(gate.opportunity, f"gate {kind}", by=by, part=gate.name, what=what, reason=reason)
    return decision


def _until(until: datetime.date | None, event: str) -> str:
    """Return what a pause waits for: a day, as history keeps days, or what is to happen, or either."""
    if until is not None and event:
        return _("%(day)s, or: %(event)s") % {"day": day(until), "event": event}
    return event or (until.isoformat() if until is not None else "")


def in_words(gate: Gate, card: Card) -> dict[str, Any]:
    """Return the card as it is kept with a decision: each rule with the words it was asked in."""
    from milepost.gates.words import asked, rests_on

    currency = Company.the().currency
    asks = {rule.key: rule for rule in gate.playbook_gate.rules.all()}
    rules = [
        {**asdict(one), "words": asked(asks[one.key], currency), "evidence": rests_on(asks[one.key], one)}
        for one in card.rules
        if one.key in asks
    ]
    return {**card.plain(), "rules": rules, "us": _signs(gate, card), "rivals": plain_scores(gate)}


def _signs(gate: Gate, card: Card) -> list[str]:
    return [score.sign for score in ours(card, {rule.key: rule for rule in gate.playbook_gate.rules.all()})]


def turn(gate: Gate, state: str, *, on: datetime.date | None, **more: Any) -> None:
    """Let the gate stand so from now on, and everything that follows from it."""
    nothing = {"paused_until": None, "paused_for": "", "paused_fact": ""}
    values = {"state": state, "decided_on": on, **nothing, **more}
    Gate.objects.filter(pk=gate.pk).update(**values)
    gate.refresh_from_db()
    if state in DECIDED:
        GateCard.objects.filter(gate=gate).delete()
    gate.opportunity.restand()
    judge([gate.opportunity_id])
