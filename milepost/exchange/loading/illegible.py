"""Let what a newer file says illegibly be what its source said last: a slip there makes nothing unknown here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from milepost.exchange.loading.drafts import Draft
from milepost.exchange.loading.strings import Visit

AMOUNT = {"value", "currency"}
EXPECTED = {"expected_close", "close_date"}
ENDED = {"closed_on", "won_on", "lost_on", "close_date"}


def keep_what_was_known(draft: Draft, given: dict[str, Any]) -> None:
    """Take from what the source said last, as `given`, what a draft's row says illegibly; mark those cells as kept."""
    if not draft.unread:
        return
    kept = {name for names in _taken_over(draft, given) for name in names}
    columns = {column for name, column in draft.unread.items() if name in kept}
    draft.without = [problem._replace(kept=problem.column in columns) for problem in draft.without]


def _taken_over(draft: Draft, given: dict[str, Any]) -> Iterator[set[str]]:
    """Take it over, and give the fields that have a value by that."""
    fields, unread = given.get("fields", {}), draft.unread.keys()
    if unread & AMOUNT:
        draft.value_minor, draft.currency = fields.get("value_minor"), fields.get("currency") or draft.currency
        yield AMOUNT if draft.value_minor is not None else set()
    if "started_on" in unread:
        draft.values["started_on"] = _day(fields.get("started_on"))
        yield {"started_on"} if draft.values["started_on"] else set()
    if unread & EXPECTED and draft.expected_close is None:
        draft.values["expected_close"] = _day(given.get("expected_close"))
        yield EXPECTED if draft.expected_close else set()
    yield from _progress(draft, given.get("progress", {}))


def _progress(draft: Draft, progress: dict[str, Any]) -> Iterator[set[str]]:
    """Take over the days of a string that stands where it stood."""
    if (progress.get("stage"), progress.get("outcome")) != (draft.stage, draft.outcome):
        return
    draft.visits = [Visit(place, _day(entered)) for place, entered in progress.get("visits", ())]
    yield {"stage_since"} if draft.visits and draft.visits[-1].entered else set()
    if draft.ended_on is None:
        draft.ended_on = _day(progress.get("ended_on"))
        yield ENDED if draft.ended_on else set()


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
