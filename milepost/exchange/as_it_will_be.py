"""Show opportunities that are still to be imported as they will become: some open ones first, then some that ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from milepost.exchange.loading.drafts import Draft, Drafter
from milepost.exchange.loading.ledger import plain
from milepost.exchange.loading.strings import line_up
from milepost.opportunities.models import Outcome

ROWS = 20
DAYS = ("started_on", "ended_on")


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

    def as_json(self) -> dict[str, Any]:
        """Give the row as plain values."""
        return {name: plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> PreviewRow:
        """Read a row back."""
        days = {name: dt.date.fromisoformat(said[name]) for name in DAYS if said[name]}
        return cls(**said | days)


@dataclass
class FirstOfBoth:
    """Keep of drafts that come by, however many, the first open ones and the first that have ended."""

    going: list[Draft] = field(default_factory=list)
    ended: list[Draft] = field(default_factory=list)

    def add(self, drafts: Iterable[Draft]) -> None:
        """Take in what there is room for."""
        for draft in drafts:
            kept = self.going if draft.outcome is None else self.ended
            if len(kept) < ROWS:
                kept.append(draft)

    def rows(self, drafter: Drafter, as_of: dt.date) -> list[PreviewRow]:
        """Give the rows to show: open ones first, and some that have ended."""
        going = self.going[: max(ROWS // 2, ROWS - len(self.ended))]
        return [_row(draft, drafter, as_of) for draft in [*going, *self.ended[: ROWS - len(going)]]]


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
