"""Show the first rows as they will become, before anything is written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import islice
from typing import Any

from milepost.exchange.here import in_company_time
from milepost.exchange.load import accounts_of
from milepost.exchange.loading.drafts import Draft, Drafter
from milepost.exchange.loading.history import read_history
from milepost.exchange.loading.ledger import Ledger
from milepost.exchange.loading.playbook import outline_of
from milepost.exchange.loading.strings import line_up
from milepost.exchange.mapping import Mapping, match_tables, missing_columns
from milepost.exchange.models import ImportBatch, RefusedRow, SourceLink
from milepost.exchange.prepare import tables_of
from milepost.opportunities.models import Outcome
from milepost.team.models import Company

ROWS = 20
LOOK_THROUGH = 500


@dataclass(frozen=True)
class PreviewRow:
    """One opportunity as it will be."""

    name: str
    account: str
    salesperson: str
    value_minor: int | None
    currency: str
    started_on: dt.date | None
    outcome: str
    ended_on: dt.date | None
    beads: list[Any]
    current: int | None
    days: int | None

    @property
    def outcome_words(self) -> str:
        return str(Outcome.Kind(self.outcome).label) if self.outcome else ""


@dataclass(frozen=True)
class Preview:
    """Hold the first new rows, what is refused, what is still missing; `known` tells that others are here already."""

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
    listed = _listed([*_unread(batch), *ledger.refused])
    new = _new(mapping, drafts)
    missing = [f"{one.table}: {what}" for one, _table in pairs for what in missing_columns(one)]
    rows = [_row(draft, drafter, as_of) for draft in _some_of_both(new)]
    return Preview(rows, listed[:ROWS], len(drafts), missing, known=len(new) < len(drafts))


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


def _listed(rows: list[RefusedRow]) -> list[RefusedRow]:
    """Sort what cannot be taken over, each cell once; what costs a whole row comes first."""
    once = {(row.table, row.line, row.column, row.whole_row): row for row in rows}
    return sorted(once.values(), key=lambda row: (not row.whole_row, row.table, row.line))


def _some_of_both(drafts: list[Draft]) -> list[Draft]:
    """Choose the rows to show: open ones first, and some that have ended."""
    going = [draft for draft in drafts if draft.outcome is None]
    ended = [draft for draft in drafts if draft.outcome is not None]
    first = going[: max(ROWS // 2, ROWS - len(ended))]
    return first + ended[: ROWS - len(first)]


def _row(draft: Draft, drafter: Drafter, as_of: dt.date) -> PreviewRow:
    same_as = drafter.ledger.mapping.same_as
    values = draft.values
    account = values.get("account") or values.get("account_id") or ""
    offer = values.get("offer") or ""
    draft.account_name = same_as.get("account", {}).get(account, account)
    draft.offer_name = same_as.get("offer", {}).get(offer, offer)
    names = drafter.steps.names
    line = line_up(len(names), draft.visits, draft.outcome, draft.ended_on)
    beads: list[Any] = [
        [step.state, name, 0, step.ended_on and step.ended_on.isoformat(), None, int(step.to_confirm), [], place + 1]
        for place, (name, step) in enumerate(zip(names, line.steps, strict=True))
    ]
    here = line.last if draft.outcome is None else None
    entered = line.stays[-1].entered if here is not None and line.stays else None
    return PreviewRow(
        name=draft.name,
        account=draft.account_name,
        salesperson=values.get("owner") or values.get("owner_id") or "",
        value_minor=draft.value_minor,
        currency=draft.currency,
        started_on=values.get("started_on"),
        outcome=draft.outcome or "",
        ended_on=draft.ended_on,
        beads=beads,
        current=None if here is None else here + 1,
        days=(as_of - entered).days if entered else None,
    )
