"""What a person chose on the page that shows files before they are imported, as the mapping that reads them so."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from milepost.exchange.fields import KINDS
from milepost.exchange.mapping import Mapping, TableMapping
from milepost.exchange.prepare import tables_of
from milepost.exchange.reading import Table
from milepost.exchange.recognise import guess
from milepost.exchange.stages import SLIP, STEP, StagePlan, with_slips

if TYPE_CHECKING:
    from milepost.exchange.review_form import ReviewForm

PLAIN = ("playbook", "currency", "source", "coordinator", "zero_is_unknown")
"""What the form asks under the name that the mapping has for it."""


class Chosen:
    """Read a valid form against the mapping it was made of."""

    def __init__(self, form: ReviewForm) -> None:
        self.form, self.was = form, form.was
        self.said: dict[str, Any] = form.cleaned_data

    def mapping(self) -> Mapping:
        """Build the mapping."""
        said, form = self.said, self.form
        mapping = copy.deepcopy(self.was)
        for name in PLAIN:
            setattr(mapping, name, said[name])
        mapping.tables = list(self._tables())
        mapping.stages = self._stages(mapping)
        mapping.same_as = copy.deepcopy(self.was.same_as)
        for number, (kind, name, _alike, _rows) in enumerate(form.slips):
            names = mapping.same_as.setdefault(kind, {})
            names[name] = said.get(f"n{number}") or name  # something of its own is settled, too
        mapping.roles |= {text: said[f"r{number}"] for number, (text, _rows) in enumerate(form.parts)}
        self._settle_doubts(mapping)
        return mapping

    def _tables(self) -> Iterator[TableMapping]:
        files: dict[str, Table] = {}
        for number, table in enumerate(self.form.survey["tables"]):
            kind, was = self.said.get(f"t{number}"), self.form.by_table.get(table["name"])
            if not kind:
                continue
            if was is None or was.kind != kind:
                files = files or {one.name: one for one in tables_of(self.form.batch)}
                yield guess(files[table["name"]], kind)
                continue
            names = KINDS[kind].names
            chosen = {name: self.said[f"t{number}-{name}"] for name in names if self.said.get(f"t{number}-{name}")}
            yield _with_columns(was, chosen)

    def _stages(self, mapping: Mapping) -> list[StagePlan]:
        """Take the stages in the order given; none, to be proposed anew, when other columns tell them or their order.

        An order that a person has given stays.
        """
        if _stage_columns(mapping) != _stage_columns(self.was):
            return []
        chosen = self._stages_as_sent()
        reordered = _order_columns(mapping) != _order_columns(self.was)
        return [] if reordered and chosen == self.was.stages else chosen

    def _stages_as_sent(self) -> list[StagePlan]:
        rows, slips = [], []
        for number, plan in enumerate(self.was.stages):
            means, step, order = (self._of_stage(number, name) for name in ("means", "step", "order"))
            if means == SLIP:
                slips.append(replace(plan, meant=self.form.meant[number]))
                continue
            step = (step or plan.stage) if means == STEP else ""
            rows.append((means != STEP, order, number, StagePlan(plan.stage, means, step, plan.rows)))
        return with_slips([row[-1] for row in sorted(rows, key=lambda row: row[:3])], slips)

    def _of_stage(self, number: int, name: str) -> Any:
        """Give what was chosen of a stage, as it was where the page does not ask it; a step's name may be emptied."""
        said, field = self.said.get(f"s{number}-{name}"), self.form.fields[f"s{number}-{name}"]
        return said if said or name == "step" else field.initial

    def _settle_doubts(self, mapping: Mapping) -> None:
        for number, doubt in enumerate(self.form.doubts):
            answer = self.said.get(f"d{number}")
            for table in mapping.tables:
                if answer and table.table == doubt["table"] and table.columns.get(doubt["field"]) == doubt["column"]:
                    settled = table.date_orders if answer in ("mdy", "dmy") else table.decimals
                    settled[doubt["field"]] = answer


def _with_columns(was: TableMapping, chosen: dict[str, str]) -> TableMapping:
    """Take over the columns chosen; a field that has another column is to be settled anew."""
    moved = {name for name in {*chosen, *was.columns} if chosen.get(name) != was.columns.get(name)}
    return TableMapping(
        was.table,
        was.kind,
        chosen,
        was.stage_dates,
        {name: order for name, order in was.date_orders.items() if name not in moved},
        {name: mark for name, mark in was.decimals.items() if name not in moved},
        was.by_stage and not moved & {"external_id", "stage", "stage_since"},
    )


def _stage_columns(mapping: Mapping) -> list[tuple[str, str | None, str | None]]:
    tables = mapping.of_kind("opportunity")
    return [(one.table, one.columns.get("stage"), one.columns.get("status")) for one in tables]


def _order_columns(mapping: Mapping) -> list[tuple[str, str | None, str | None]]:
    tables = mapping.of_kind("opportunity")
    return [(one.table, one.columns.get("stage_order"), one.columns.get("probability")) for one in tables]
