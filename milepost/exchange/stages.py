"""Turn a CRM's stages into a proposal of a playbook's steps."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from milepost.exchange.fields import key

STEP, WON, LOST, NO_DECISION, WITHDRAWN = "step", "won", "lost", "no_decision", "withdrawn"
MEANINGS = (STEP, WON, LOST, NO_DECISION, WITHDRAWN)

# Read on whole words, so that “Won” is an end and “Wonderland visit” is a step.
ENDS = (
    (
        NO_DECISION,
        re.compile(r"no ?decision|stalled for good|closed no|keine entscheidung|sans suite", re.IGNORECASE),
    ),
    (
        WITHDRAWN,
        re.compile(r"withdrawn|disqualified|abandoned|cancell?ed|dropped|junk|duplicate", re.IGNORECASE),
    ),
    (
        LOST,
        re.compile(r"\blost\b|closed ?lost|\bverloren\b|\bperdu\b|\bperdid[ao]\b|declined", re.IGNORECASE),
    ),
    (WON, re.compile(r"\bwon\b|closed ?won|\bgewonnen\b|\bgagn[ée]e?\b|\bganad[ao]\b", re.IGNORECASE)),
)

# How far along the stages are that CRMs deliver ready-made; used only where the file itself does not say.
USUAL_ORDER = {
    key(name): place
    for place, names in enumerate(
        [
            "new|lead|lead in|open|prospecting|prospect",
            "contacted|contact made|appointment scheduled|discovery|engaging|engaged",
            "qualification|qualify|qualified|qualified to buy",
            "needs analysis|needs defined|develop|presentation scheduled|demo scheduled|demo",
            "value proposition|solution|technical evaluation|evaluation",
            "id decision makers|id. decision makers|decision maker bought in",
            "perception analysis|pilot|proof of concept",
            "proposal|propose|proposal made|proposal price quote|proposal/price quote|quote|quotation|offer|angebot",
            "negotiation|negotiation review|negotiation/review|negotiations started|verhandlung|contract sent|contract",
            "verbal agreement|commit|closing|close",
        ]
    )
    for name in names.split("|")
}


@dataclass
class StageFacts:
    """Hold what the rows of one stage say about it."""

    name: str
    first_seen: int
    rows: int = 0
    closed: int = 0
    won: int = 0
    lost: int = 0
    orders: list[float] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)

    def add(self, values: dict[str, Any]) -> None:
        """Count one row of this stage."""
        self.rows += 1
        closed, won = values.get("is_closed"), values.get("is_won")
        self.closed += closed is True
        self.won += won is True
        self.lost += closed is True and won is False
        for kept, name in ((self.orders, "stage_order"), (self.chances, "probability")):
            if values.get(name) is not None:
                kept.append(float(values[name]))


@dataclass
class StagePlan:
    """Say what one stage of the source becomes here: a step, or an end."""

    stage: str
    means: str
    step: str = ""
    rows: int = 0


def propose_stages(facts: Iterable[StageFacts], *, known_order: Iterable[str] = ()) -> list[StagePlan]:
    """Propose what each stage becomes: the open ones as steps in order, then the ends."""
    plans = [(fact, meaning_of(fact)) for fact in facts]
    known = [key(name) for name in known_order]
    steps = sorted((fact for fact, means in plans if means == STEP), key=lambda fact: _place(fact, known))
    ends = sorted((pair for pair in plans if pair[1] != STEP), key=lambda pair: MEANINGS.index(pair[1]))
    return [StagePlan(fact.name, STEP, step_name(fact.name), fact.rows) for fact in steps] + [
        StagePlan(fact.name, means, "", fact.rows) for fact, means in ends
    ]


def meaning_of(fact: StageFacts) -> str:
    """Tell whether a stage is a step or an end: by what its rows say, else by its name."""
    by_name = end_by_name(fact.name)
    if fact.closed and fact.closed == fact.rows:
        if by_name:
            return by_name
        return WON if fact.won > fact.lost else LOST
    if fact.won and fact.won == fact.rows:
        return WON
    return by_name or STEP


def end_by_name(name: str) -> str:
    """Name the end a stage's name speaks of; "" for a stage that is still open."""
    return next((means for means, words in ENDS if words.search(name)), "")


def _place(fact: StageFacts, known: list[str]) -> tuple[float, ...]:
    """Place a stage: as the source orders it, by its chance, as usual, by first appearance."""
    bare = key(step_name(fact.name))
    listed = known.index(bare) if bare in known else len(known)
    order = min(fact.orders) if fact.orders else float("inf")
    number = re.match(r"\s*(\d+)", fact.name)
    numbered = float(number[1]) if number else float("inf")
    chance = _middle(fact.chances) if fact.chances else float("inf")
    return (listed, order, numbered, chance, USUAL_ORDER.get(bare, len(USUAL_ORDER)), fact.first_seen)


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def step_name(stage: str) -> str:
    """Take a leading number off a stage's name: “3 - Proposal” is the step “Proposal”."""
    return re.sub(r"^\s*\d+\s*[-–.:)]\s*", "", stage).strip() or stage


STATUS = {
    "open": "",
    "in progress": "",
    "won": WON,
    "lost": LOST,
    "gewonnen": WON,
    "verloren": LOST,
    "offen": "",
}


def outcome_of(values: dict[str, Any], means: str) -> str | None:
    """Tell how an opportunity ended, None while it is open; what is said outright outweighs the stage's name."""
    status = (values.get("status") or "").strip().casefold()
    if values.get("is_closed") is False:
        return None
    if values.get("is_closed") is True or values.get("is_won") is True:
        if values.get("is_won"):
            return WON
        return means if means in (LOST, NO_DECISION, WITHDRAWN) else LOST
    if status:
        return STATUS.get(status, end_by_name(status)) or None
    return means if means != STEP else None
