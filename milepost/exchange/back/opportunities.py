"""Lay what a source said last of opportunities beside how they stand here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from milepost.exchange.back.source import Source
from milepost.exchange.loading.ledger import plain
from milepost.opportunities.models import Judgement, Opportunity, Outcome, Standing, Step
from milepost.opportunities.pricing import has_list_price

STAGE, CLOSE = "stage", "close"
OWNED = ("name", "account_id", "salesperson_id", "value_minor", "currency", "description")
Sides = tuple[dict[str, Any], dict[str, Any]]


def sides(source: Source, rows: list[Opportunity], given: dict[int, dict[str, Any]]) -> dict[int, Sides]:
    """Return by our id, field by field, what the source said last and what stands here."""
    here = Here.of(rows)
    return {row.pk: _sides(source, row, here, given[row.pk]) for row in rows}


@dataclass(frozen=True)
class Here:
    """How some opportunities stand: their ends, their steps, and the days people expect them to close on."""

    ends: dict[int, Outcome]
    steps: dict[int, str]
    closes: dict[int, dt.date]

    @classmethod
    def of(cls, rows: list[Opportunity]) -> Here:
        pks = [row.pk for row in rows]
        ends = {end.opportunity_id: end for end in Outcome.objects.standing().filter(opportunity__in=pks)}
        at = dict(Standing.objects.filter(pk__in=pks).values_list("step_id", "pk"))
        asked = Step.objects.filter(pk__in=[pk for pk in at if pk]).values_list("pk", "playbook_step__name", "name")
        steps = {at[pk]: of_playbook or own for pk, of_playbook, own in asked}
        said = Judgement.objects.filter(opportunity__in=pks).exclude(close_on=None).order_by("on", "pk")
        closes = {pk: day for pk, day in said.values_list("opportunity_id", "close_on") if day}
        return cls(ends, steps, closes)


def _sides(source: Source, row: Opportunity, here: Here, said: dict[str, Any]) -> Sides:
    fields, progress = said.get("fields", {}), said.get("progress", {})
    was = {name: fields[name] for name in OWNED if name in fields}
    now = {name: plain(getattr(row, name)) for name in was}
    if was.get("value_minor") is None and has_list_price(row):
        now["value_minor"] = None  # it only stands for what nobody knows yet
    if progress:
        was[STAGE], now[STAGE] = progress.get("stage"), _stage(source, row, here, progress)
        was[CLOSE], now[CLOSE] = _closing(row, here, said)
    return was, now


def _stage(source: Source, row: Opportunity, here: Here, progress: dict[str, Any]) -> str | None:
    """Return the source's name for where it stands now; what it said last, where that still holds."""
    end = here.ends.get(row.pk)
    if (end.kind if end else None) != progress.get("outcome"):
        return source.end_of(end.kind) if end else _open_stage(source, row, here)
    if end is not None:
        return progress.get("stage")
    before = source.mapping.plan_of(progress.get("stage"))
    if before is None or row.pk not in here.steps or (before.step or before.stage) == here.steps[row.pk]:
        return progress.get("stage")
    return _open_stage(source, row, here)


def _open_stage(source: Source, row: Opportunity, here: Here) -> str | None:
    return source.stage_of(here.steps.get(row.pk, ""))


def _closing(row: Opportunity, here: Here, said: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return the day it ended or is expected to close on: as the source said, and as it is here."""
    end, progress = here.ends.get(row.pk), said.get("progress", {})
    before = progress.get("ended_on") or said.get("expected_close")
    if end is not None:
        return before, plain(end.on) or before
    return before, plain(here.closes.get(row.pk)) or before
