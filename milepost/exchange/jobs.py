"""Import large files in the job process."""

from __future__ import annotations

from typing import Any

from milepost.exchange.load import load, reckon
from milepost.exchange.mapping import Mapping
from milepost.exchange.models import ImportBatch
from milepost.exchange.prepare import incoming
from milepost.exchange.undo import undo
from milepost.team.models import Company
from milepost.web.jobs import Work, ask


def run(work: Work, *, batch: int) -> dict[str, Any]:
    """Run an import, or go on where an interrupted one stopped."""
    one = ImportBatch.objects.get(pk=batch)
    if one.state == ImportBatch.State.DONE:
        reckon()  # interrupted after the last row
        ask("replay", by=one.by, unique_key="replay:anew")
        return one.counts
    load(
        incoming(one.files),
        Mapping.from_json(one.mapping),
        as_of=one.as_of or Company.the().today(),
        by=one.by,
        batch=one,
        progress=lambda done: work.progress(done, one.rows),
    )
    return one.counts


def run_undo(work: Work, *, batch: int) -> dict[str, Any]:
    """Undo a large import, or go on where an interrupted undoing stopped."""
    one = ImportBatch.objects.get(pk=batch)
    if one.state == ImportBatch.State.UNDOING:
        undo(one, by=one.by, progress=lambda done: work.progress(done, one.created))
    return {}
