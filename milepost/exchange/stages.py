"""Turn a CRM's stages into a proposal of a playbook's steps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import Any

from milepost.exchange.fields import key

STEP, WON, LOST, NO_DECISION, WITHDRAWN = "step", "won", "lost", "no_decision", "withdrawn"
MEANINGS = (STEP, WON, LOST, NO_DECISION, WITHDRAWN)
SLIP = "slip"  # chosen for a stage that becomes what another one does, of which it is a slip of the pen

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
    ended: int = 0  # by whatever their rows say, a status too
    won: int = 0
    lost: int = 0
    orders: list[float] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)
    rank: float = float("inf")  # its place in the histories
    label: str = ""  # its name, where the rows hold only its id
    means: str = ""  # where a list of stages says outright what it is

    def add(self, values: dict[str, Any]) -> None:
        """Count one row of this stage."""
        self.rows += 1
        closed, won = values.get("is_closed"), values.get("is_won")
        self.closed += closed is True
        self.ended += outcome_of(values, end_by_name(self.name) or STEP) is not None
        self.won += won is True
        self.lost += closed is True and won is False
        for kept, name in ((self.orders, "stage_order"), (self.chances, "probability")):
            if values.get(name) is not None:
                kept.append(float(values[name]))


@dataclass
class StagePlan:
    """Say what one stage of the source becomes here: a step, or an end.

    `meant` is the stage that a slip of the pen (“Engagin”) is read as: it becomes the same, and its rows say that one.
    """

    stage: str
    means: str
    step: str = ""
    rows: int = 0
    meant: str = ""

    def slip(self, stage: str, rows: int = 0) -> StagePlan:
        """Plan a stage that is a slip of this one."""
        step = (self.step or self.stage) if self.means == STEP else ""
        return StagePlan(stage, self.means, step, rows, meant=self.stage)


def with_slips(plans: list[StagePlan], slips: list[StagePlan]) -> list[StagePlan]:
    """Put each slip behind the stage that it is read as, which says what it becomes.

    >>> engaging = StagePlan("Engaging", STEP, "Talk")
    >>> [plan.step for plan in with_slips([engaging], [StagePlan("Engagin", STEP, "Engaging", meant="Engaging")])]
    ['Talk', 'Talk']
    """
    behind = {plan.stage: [slip for slip in slips if slip.meant == plan.stage] for plan in plans}
    return [one for plan in plans for one in (plan, *(plan.slip(slip.stage, slip.rows) for slip in behind[plan.stage]))]


def with_new(settled: list[StagePlan], proposed: list[StagePlan]) -> list[StagePlan]:
    """Put stages that were not met before among those that are settled: each after the one proposed before it.

    >>> demo, pilot, offer = (StagePlan(name, STEP, name) for name in ("Demo", "Pilot", "Offer"))
    >>> [plan.stage for plan in with_new([StagePlan("demo", STEP, "See it"), offer], [demo, pilot, offer])]
    ['demo', 'Pilot', 'Offer']
    """
    plans, at = list(settled), 0
    for plan in proposed:
        known = next((n for n, one in enumerate(plans) if one.stage.casefold() == plan.stage.casefold()), None)
        if known is None:
            plans.insert(at, plan)
        at = (at if known is None else known) + 1
    return plans


def propose_stages(facts: Iterable[StageFacts], *, known_order: Iterable[str] = ()) -> list[StagePlan]:
    """Propose what each stage becomes: the open ones as steps in order, then the ends."""
    plans = [(fact, meaning_of(fact)) for fact in facts]
    known = [key(name) for name in known_order]
    going = [fact for fact, means in plans if means == STEP]
    # Of a stage that only histories tell, the rows say no order: then the histories order them all.
    by_rows = all(fact.orders or fact.chances or fact.rank == float("inf") for fact in going)
    steps = sorted(going, key=lambda fact: _place(fact, known, by_rows=by_rows))
    ends = sorted((pair for pair in plans if pair[1] != STEP), key=lambda pair: MEANINGS.index(pair[1]))
    return [StagePlan(fact.name, STEP, step_name(fact.label or fact.name), fact.rows) for fact in steps] + [
        StagePlan(fact.name, means, "", fact.rows) for fact, means in ends
    ]


def meaning_of(fact: StageFacts) -> str:
    """Tell whether a stage is a step or an end: by what its rows say, else by its name."""
    by_name = end_by_name(fact.label or fact.name)
    if fact.means:
        return by_name if fact.means == LOST and by_name in (NO_DECISION, WITHDRAWN) else fact.means
    if fact.closed and fact.closed == fact.rows:
        if by_name:
            return by_name
        return WON if fact.won > fact.lost else LOST
    if fact.won and fact.won == fact.rows:
        return WON
    return by_name or STEP


@lru_cache(maxsize=1_000)
def end_by_name(name: str) -> str:
    """Name the end a stage's name speaks of; "" for a stage that is still open."""
    return next((means for means, words in ENDS if words.search(name)), "")


def _place(fact: StageFacts, known: list[str], *, by_rows: bool) -> tuple[float, ...]:
    """Place a stage: as the source orders it, by its chance, by the histories, as usual, by first appearance."""
    name = fact.label or fact.name
    bare = key(step_name(name))
    listed = known.index(bare) if bare in known else len(known)
    order = min(fact.orders) if fact.orders and by_rows else float("inf")
    number = re.match(r"\s*(\d+)", name)
    numbered = float(number[1]) if number else float("inf")
    chance = _middle(fact.chances) if fact.chances and by_rows else float("inf")
    return (listed, order, numbered, chance, fact.rank, USUAL_ORDER.get(bare, len(USUAL_ORDER)), fact.first_seen)


def rank_by_histories(histories: Iterable[Sequence[str]]) -> dict[str, int]:
    """Order stages by what comes before what in the histories: a stage stands behind those that mostly precede it.

    >>> rank_by_histories([["a", "b", "c"], ["a", "c"], ["b", "c", "b"]])
    {'a': 0, 'b': 1, 'c': 2}
    """
    ahead: Counter[tuple[str, str]] = Counter()
    stages: dict[str, None] = {}
    for history in histories:
        first = list(dict.fromkeys(history))
        stages.update(dict.fromkeys(first))
        ahead.update(combinations(first, 2))
    behind = {
        one: sum((ahead[other, one] > ahead[one, other]) - (ahead[other, one] < ahead[one, other]) for other in stages)
        for one in stages
    }
    return {one: place for place, one in enumerate(sorted(stages, key=lambda stage: behind[stage]))}


def is_stage_field(name: str | None) -> bool:
    """Tell whether a changed field is the stage; a table without such a column tells of nothing else."""
    return name is None or key(name) in STAGE_FIELDS


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def step_name(stage: str) -> str:
    """Take a leading number off a stage's name: “3 - Proposal” is the step “Proposal”."""
    return re.sub(r"^\s*\d+\s*[-–.:)]\s*", "", stage).strip() or stage


STAGE_FIELDS = {
    "stagename",
    "stage",
    "dealstage",
    "hsdealstage",
    "salesstage",
    "pipelinephase",
    "stepname",
    "opportunitystage",
    "phase",
    "verkaufsphase",
}
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
