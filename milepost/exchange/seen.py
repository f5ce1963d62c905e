"""Collect, in one pass over the files, the stages and names that their rows speak of."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from milepost.exchange.mapping import Mapping
from milepost.exchange.rows import STAGE_DATE, Reading
from milepost.exchange.stages import LOST, STEP, WON, StageFacts, is_stage_field, outcome_of, rank_by_histories

FIRST = dt.datetime(1, 1, 1)  # noqa: DTZ001 - before every move
FIRST_UNREAD = 20
ENOUGH = 20_000  # opportunities whose histories settle the order of the stages


@dataclass
class Unread:
    """Count the rows and the values that cannot be taken over, and list the first."""

    rows: int = 0
    values: int = 0
    first: list[dict[str, Any]] = field(default_factory=list)

    def add(self, table: str, reading: Reading) -> None:
        """Take in what cannot be read of one row; where it costs the whole row, that alone."""
        found = reading.problems[:1] if reading.refused else reading.problems
        self.rows += reading.refused
        self.values += 0 if reading.refused else len(found)
        room = FIRST_UNREAD - len(self.first)
        self.first += [problem._asdict() | {"table": table[:200]} for problem in found[:room]]


@dataclass
class Seen:
    """Hold the stages, what lists of stages say of them, the histories, and the names that lists hold."""

    mapping: Mapping
    stages: dict[str, StageFacts] = field(default_factory=dict)
    open_without_stage: int = 0
    named: dict[str, Counter[str]] = field(default_factory=lambda: {"offer": Counter(), "account": Counter()})
    listed: dict[str, set[str]] = field(default_factory=lambda: {"offer": set(), "account": set()})
    sectors: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    ids: set[str] = field(default_factory=set)
    moves: dict[str, list[tuple[dt.datetime, str]]] = field(default_factory=lambda: defaultdict(list))
    listed_stages: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, kind: str, values: dict[str, Any], *, by_stage: bool = False) -> None:
        """Take in one row; one of a table with a row for every stage is a move, too."""
        if kind == "stage_history":
            if is_stage_field(values.get("field")):
                self._move(values.get("opportunity_id"), values.get("entered_on"), values)
        elif kind == "opportunity":
            if by_stage:
                self.left(values)
            self._opportunity(values)
        elif kind == "stage_list" and values.get("external_id"):
            self.listed_stages[values["external_id"].casefold()] = values
        elif kind in self.listed and values.get("name"):
            self.listed[kind].add(values["name"])
        if kind == "account" and values.get("sector"):
            self.sectors[values["sector"]] += 1

    def left(self, values: dict[str, Any]) -> None:
        """Take in the move that a row tells of a table with one for every stage."""
        if values.get("stage_since"):
            since = dt.datetime.combine(values["stage_since"], dt.time.min)
            self._move(values.get("external_id"), since, values)

    def _opportunity(self, values: dict[str, Any]) -> None:
        self.rows += 1
        own = self.mapping.id_of(values.get("external_id") or f"row {self.rows}")
        if own in self.moves or len(self.moves) < ENOUGH:  # no others can have a history here
            self.ids.add(own)
        for name, day in values.items():
            if day and name.startswith(STAGE_DATE):
                at = dt.datetime.combine(day, dt.time.min)
                self._move(own, at, {"stage": name.removeprefix(STAGE_DATE)})
        if stage := values.get("stage") or values.get("status"):
            self._facts(stage).add(values)
        else:
            self.open_without_stage += outcome_of(values, STEP) is None
        for one, names in self.named.items():
            if values.get(one):
                names[values[one]] += 1

    def _facts(self, stage: str) -> StageFacts:
        return self.stages.setdefault(stage.casefold(), StageFacts(stage, len(self.stages)))

    def _move(self, own: str | None, at: dt.datetime | None, values: dict[str, Any]) -> None:
        if not own or at is None:
            return
        own = self.mapping.id_of(own)
        if own in self.moves or len(self.moves) < ENOUGH:
            if values.get("before") and own not in self.moves:
                self.moves[own].append((FIRST, values["before"]))
            if values.get("stage"):
                self.moves[own].append((at, values["stage"]))

    def settle(self) -> None:
        """Add the stages that only histories tell, rank all by them, and say what lists of stages say of them."""
        histories = [
            [stage for _at, stage in sorted(moves, key=lambda move: move[0])]
            for own, moves in self.moves.items()
            if own in self.ids
        ]
        for history in histories:
            for stage in history:
                self._facts(stage)
        for stage, rank in rank_by_histories([[one.casefold() for one in history] for history in histories]).items():
            self.stages[stage].rank = rank
        for stage, facts in self.stages.items():
            if listed := self.listed_stages.get(stage):
                _say_what_is_listed(facts, listed)


def _say_what_is_listed(facts: StageFacts, listed: dict[str, Any]) -> None:
    facts.label = listed.get("name") or ""
    if listed.get("stage_order") is not None:
        facts.orders = [float(listed["stage_order"])]
    if listed.get("is_closed") or listed.get("is_won"):
        facts.means = WON if listed.get("is_won") else LOST
    elif listed.get("is_closed") is False:
        facts.means = STEP
