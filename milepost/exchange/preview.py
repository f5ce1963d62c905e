"""Show the first rows as they will become, before anything is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from milepost.exchange.as_it_will_be import ROWS, FirstOfBoth, PreviewRow
from milepost.exchange.here import in_company_time
from milepost.exchange.load import accounts_of
from milepost.exchange.loading.drafts import Draft, Drafter
from milepost.exchange.loading.history import read_history
from milepost.exchange.loading.ledger import Ledger
from milepost.exchange.loading.playbook import outline_of
from milepost.exchange.mapping import Mapping, match_tables, missing_columns
from milepost.exchange.models import ImportBatch, RefusedRow, SourceLink
from milepost.exchange.prepare import tables_of
from milepost.team.models import Company

LOOK_THROUGH = 500


@dataclass(frozen=True)
class Preview:
    """Hold the first new rows, what is refused, what is still missing; `known` tells that its source is known."""

    rows: list[PreviewRow]
    refused: list[RefusedRow]
    looked_through: int
    missing: list[str]
    known: bool = False


@in_company_time
def preview(batch: ImportBatch) -> Preview:
    """Draft the first rows of an import; open opportunities come first, for they are what is worked on."""
    mapping = Mapping.from_json(batch.mapping)
    as_of = batch.as_of or Company.the().today()
    ledger = Ledger(batch, mapping, Company.the(), as_of, None)
    pairs = match_tables(mapping, tables_of(batch))
    history = read_history(ledger, pairs)
    accounts = accounts_of(ledger, [pair for pair in pairs if pair[0].kind == "opportunity_account"])
    drafter = Drafter(ledger, outline_of(mapping), history, accounts)
    drafts = [
        draft
        for one, table in pairs
        if one.kind == "opportunity"
        for draft in islice(drafter.drafts(one, table), LOOK_THROUGH)
    ]
    for draft in drafts:
        for problem in draft.without:
            ledger.refuse("opportunity", draft.table, problem)
    missing = [f"{one.table}: {what}" for one, _table in pairs for what in missing_columns(one)]
    foretold = batch.survey.get("foretold") or {}
    listed = _listed([*_unread(batch), *ledger.refused], foretold.get("kept", ()))
    rows = _foretold(foretold) or _drafted(_new(mapping, drafts), drafter, as_of)
    return Preview(rows, listed[:ROWS], len(drafts), missing, known=bool(foretold))


def _foretold(foretold: dict[str, Any]) -> list[PreviewRow]:
    """Give the first new ones wherever they stand in the files, if these were compared with what is here."""
    return [PreviewRow.from_json(said) for said in foretold.get("will_be", ())]


def _drafted(drafts: list[Draft], drafter: Drafter, as_of: dt.date) -> list[PreviewRow]:
    first = FirstOfBoth()
    first.add(drafts)
    return first.rows(drafter, as_of)


def _new(mapping: Mapping, drafts: list[Draft]) -> list[Draft]:
    """Leave out what is here already: what becomes of that is told beside, for much of it stays."""
    links = SourceLink.objects.filter(source=mapping.source, kind="opportunity")
    known = links.filter(external_id__in=[draft.external_id for draft in drafts]).values_list("external_id", flat=True)
    here = set(known)
    return [draft for draft in drafts if draft.external_id not in here]


def _unread(batch: ImportBatch) -> list[RefusedRow]:
    """List what the first pass over all files could not read."""
    kept = ("table", "line", "column", "value", "reason", "whole_row")
    first = batch.survey.get("unread", {}).get("first", [])
    return [RefusedRow(batch=batch, **{name: said[name] for name in kept}) for said in first]


def _listed(rows: list[RefusedRow], kept: Iterable[Sequence[Any]]) -> list[RefusedRow]:
    """Sort what cannot be taken over, each cell once; what costs a whole row comes first. Tell what a row keeps."""
    once = {(row.table, row.line, row.column, row.whole_row): row for row in rows}
    for cell in kept:
        if row := once.get((*cell, False)):
            row.kept = True
    return sorted(once.values(), key=lambda row: (not row.whole_row, row.table, row.line))
