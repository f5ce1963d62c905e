"""What an import did to the totals of the Board, as whoever imported sees it there."""

from __future__ import annotations

from typing import Any

from milepost.desk.board.known import Known
from milepost.desk.board.totals import ALL, Totals
from milepost.exchange.models import ImportBatch
from milepost.opportunities.models import Standing
from milepost.team.models import Company, Person
from milepost.web.words import money_short


def keep_before(batch: ImportBatch) -> None:
    """Keep how the Board stands before an import, unless it goes on after an interruption; the caller saves it."""
    if batch.by is not None and not batch.board:
        batch.board = {"before": _now(batch.by)}


def keep_after(batch: ImportBatch) -> None:
    """Keep how the Board stands once the figures of what was imported are there."""
    if batch.by is not None and "before" in batch.board:
        batch.board = batch.board | {"after": _now(batch.by)}
        batch.save(update_fields=["board"])


def _now(person: Person) -> dict[str, Any]:
    """Return how many are open, what they are worth and what is expected of it, in minor units, and the currency."""
    company = Company.the()
    totals = Totals(Standing.objects.visible_to(person), None, Known(person, company))
    expected = totals.expected()[ALL].value
    return {"open": totals.all.count, "value": totals.all.value, "expected": expected, "currency": company.currency}


def board_moved(batch: ImportBatch) -> dict[str, Any] | None:
    """Return the totals before and after, money in words; None where none moved, or it is not known how."""
    before, after = batch.board.get("before"), batch.board.get("after")
    if not batch.is_here or before is None or after is None or before == after:
        return None
    return {"before": _in_words(before), "after": _in_words(after), "expected": before["expected"] != after["expected"]}


def is_still_learning(batch: ImportBatch) -> bool:
    """Tell whether the totals after an import are yet to come."""
    wrote = batch.created or batch.changed
    is_to_come = batch.state == ImportBatch.State.DONE and "before" in batch.board and "after" not in batch.board
    return bool(wrote and is_to_come and Company.the().figures_are_behind)


def _in_words(totals: dict[str, Any]) -> dict[str, Any]:
    worth = {name: money_short(totals[name], totals["currency"]) for name in ("value", "expected")}
    return {"open": totals["open"], **worth}
