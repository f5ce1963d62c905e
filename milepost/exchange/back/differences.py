"""Find what people here have changed of what a source owns: the newest import's word beside what stands here now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from milepost.exchange.loading.ledger import plain
from milepost.exchange.mapping import Mapping
from milepost.exchange.models import ImportBatch, SourceLink
from milepost.exchange.stages import LOST, STEP, WON
from milepost.opportunities.models import Judgement, Opportunity, Outcome, Standing, Step
from milepost.opportunities.pricing import has_list_price
from milepost.team.models import Person
from milepost.web.turns import chunks

AT_ONCE = 500
OWNED = ("name", "account_id", "salesperson_id", "value_minor", "currency", "description")
STAGE, CLOSE = "stage", "close"
FIELDS = (*OWNED, STAGE, CLOSE)
"""What is written back, by our names, in the order of the file."""


@dataclass(frozen=True)
class Difference:
    """One opportunity that says something else here than its source did.

    was  what the source said last, by field
    now  what stands here, by field; for a stage of which the source has no name, None
    changed  the fields in which they differ
    """

    external_id: str
    opportunity: Opportunity
    was: dict[str, Any]
    now: dict[str, Any]
    changed: tuple[str, ...]


@dataclass
class Source:
    """One source as the newest import of it left it: how it is read, and what it calls our rows."""

    name: str
    mapping: Mapping
    batch: ImportBatch | None
    ids: dict[tuple[str, int], str] = field(default_factory=dict)
    names: dict[tuple[str, int], str] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str) -> Source:
        """Read how a source was imported last."""
        batch = ImportBatch.objects.filter(source=name, state=ImportBatch.State.DONE).order_by("-id").first()
        return cls(name, Mapping.from_json(batch.mapping) if batch else Mapping(name), batch)

    def id_of(self, kind: str, pk: int) -> str:
        """Return what the source calls one of our rows; "" where it does not know it."""
        if (kind, pk) not in self.ids:
            links = SourceLink.objects.filter(source=self.name, kind=kind, object_id=pk).order_by("pk")
            self.ids[kind, pk] = links.values_list("external_id", flat=True).first() or ""
        return self.ids[kind, pk]

    def named(self, kind: str, pk: int, model: Any) -> str:
        """Return the name of one of our rows."""
        if (kind, pk) not in self.names:
            self.names[kind, pk] = model._default_manager.filter(pk=pk).values_list("name", flat=True).first() or ""
        return self.names[kind, pk]

    def stage_of(self, step: str) -> str | None:
        """Return the first stage that became a step."""
        plans = (plan for plan in self.mapping.stages if plan.means == STEP)
        return next((plan.stage for plan in plans if (plan.step or plan.stage) == step), None)

    def end_of(self, kind: str) -> str | None:
        """Return the stage that means an end; what ended otherwise than won is lost where the source has no word."""
        means = [plan for plan in self.mapping.stages if plan.means == kind]
        if not means and kind != WON:
            means = [plan for plan in self.mapping.stages if plan.means == LOST]
        return means[0].stage if means else None


def sources() -> list[str]:
    """List the sources that opportunities were imported from."""
    rows = SourceLink.objects.filter(kind="opportunity").order_by("source")
    return list(rows.values_list("source", flat=True).distinct())


def differences(source: Source, *, seen_by: Person | None = None) -> Iterator[Difference]:
    """Yield every opportunity of the source that says something else by now; those alone that the person sees."""
    links = SourceLink.objects.filter(source=source.name, kind="opportunity").order_by("pk")
    for some in chunks(links.values_list("object_id", "external_id", "given").iterator(AT_ONCE), AT_ONCE):
        given = {pk: (external_id, said) for pk, external_id, said in some if said}
        rows = Opportunity.objects.filter(pk__in=given, merged_into=None)
        if seen_by is not None:
            rows = Opportunity.objects.visible_to(seen_by).filter(pk__in=given, merged_into=None)
        here = Here.of(list(rows))
        for row in sorted(here.rows, key=lambda row: row.pk):
            external_id, said = given[row.pk]
            found = _difference(source, row, here, external_id, said)
            if found.changed:
                yield found


@dataclass(frozen=True)
class Here:
    """How some opportunities stand: their ends, their steps, and the days people expect them to close on."""

    rows: list[Opportunity]
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
        return cls(rows, ends, steps, closes)


def _difference(source: Source, row: Opportunity, here: Here, external_id: str, said: dict[str, Any]) -> Difference:
    fields, progress = said.get("fields", {}), said.get("progress", {})
    was = {name: fields[name] for name in OWNED if name in fields}
    now = {name: plain(getattr(row, name)) for name in was}
    if was.get("value_minor") is None and has_list_price(row):
        now["value_minor"] = None  # it only stands for what nobody knows yet
    if progress:
        was[STAGE], now[STAGE] = progress.get("stage"), _stage(source, row, here, progress)
        was[CLOSE], now[CLOSE] = _closing(row, here, said)
    changed = tuple(name for name in FIELDS if name in was and (was[name] or None) != (now[name] or None))
    return Difference(external_id, row, was, now, changed)


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
