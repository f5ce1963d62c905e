"""Read when opportunities came to their stages: from tables of moves, of changed fields, or of a row a stage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from milepost.exchange.loading.ledger import Ledger, readable
from milepost.exchange.loading.scratch import Moments
from milepost.exchange.mapping import TableMapping
from milepost.exchange.reading import Table
from milepost.exchange.stages import is_stage_field

Event = tuple[dt.date, str]
ENOUGH = 20_000  # opportunities whose histories tell how long steps usually take


class History:
    """Hold the moments at which opportunities came to stages, by the source's id, in the order of the files."""

    def __init__(self) -> None:
        self._moments = Moments()
        self._stages: dict[str, int] = {}
        self._names: list[str] = []
        self._is_empty = True

    def add(self, own: str, at: dt.datetime, stage: str, before: str | None = None) -> None:
        """Take in one move; `before` is the stage that was left."""
        self._is_empty = False
        self._moments.add(own, at, self._number(stage), self._number(before) if before else None)

    def of(self, own: str, started_on: dt.date | None) -> list[Event]:
        """Return the days and stages of an opportunity in order; where it began, if a later move tells, comes first."""
        moments = [] if self._is_empty else self._moments.of(own)
        events = [(day, self._names[stage]) for day, stage, _before in moments]
        left = next((self._names[before] for _day, _stage, before in moments if before is not None), None)
        if events and left and started_on and started_on <= events[0][0] and left != events[0][1]:
            return [(started_on, left), *events]
        return events

    def some(self) -> Iterator[list[Event]]:
        """Give the moves of some opportunities, spread over the files; of all where they are few."""
        return (self.of(own, None) for own in self._moments.some(ENOUGH))

    def _number(self, stage: str) -> int:
        number = self._stages.setdefault(stage, len(self._names))
        if number == len(self._names):
            self._names.append(stage)
        return number


def read_history(ledger: Ledger, tables: list[tuple[TableMapping, Table]]) -> History:
    """Read the tables of moves, and of opportunities with a row for every stage."""
    history = History()
    for mapping, table in tables:
        if mapping.kind == "stage_history":
            for reading in readable(ledger, "stage_history", mapping, table):
                ledger.done += 1
                _take(history, ledger, reading.values)
        elif mapping.by_stage:
            for reading in readable(ledger, "stage_history", mapping, table):
                values = reading.values
                _take(history, ledger, values | {"opportunity_id": values.get("external_id")})
    return history


def _take(history: History, ledger: Ledger, values: dict[str, Any]) -> None:
    own, stage, at = values.get("opportunity_id"), values.get("stage"), values.get("entered_on")
    if at is None and isinstance(since := values.get("stage_since"), dt.date):
        at = dt.datetime.combine(since, dt.time.min)
    if own and stage and at and is_stage_field(values.get("field")):
        history.add(ledger.mapping.id_of(own), at, stage, values.get("before"))


def latest_rows(mapping: TableMapping, readings: Iterator[Any]) -> dict[str, int]:
    """Return, by the source's id, the line that tells where an opportunity is now: of the latest stage it came to."""
    latest: dict[str, tuple[dt.date, int]] = {}
    for reading in readings:
        values = reading.values
        own, day = values.get("external_id"), values.get("stage_since") or dt.date.min
        if own and (own not in latest or day >= latest[own][0]):
            latest[own] = (day, reading.line)
    return {own: line for own, (_day, line) in latest.items()}
