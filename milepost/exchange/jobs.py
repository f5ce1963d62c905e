"""Import large files in the job process."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from milepost.exchange.board_moved import keep_after
from milepost.exchange.load import load, reckon
from milepost.exchange.mapping import Mapping
from milepost.exchange.models import ImportBatch
from milepost.exchange.prepare import incoming
from milepost.exchange.undo import undo
from milepost.team.models import Company
from milepost.web.jobs import Work, ask
from milepost.web.models import Job


def run(work: Work, *, batch: int) -> dict[str, Any]:
    """Run an import, or go on where an interrupted one stopped."""
    one = ImportBatch.objects.get(pk=batch)
    if one.state == ImportBatch.State.DONE:
        reckon()  # interrupted after the last row
        keep_after(one)
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


def has_stopped(job: Job) -> None:
    """Let an import have stopped whose job was ended because its processes died."""
    one = ImportBatch.objects.filter(pk=job.arguments["batch"], state=ImportBatch.State.RUNNING).first()
    if one is not None:
        stopped = job.state == Job.State.CANCELLED
        one.fail(_("Somebody stopped it.") if stopped else _("Its process died again and again."), counts=one.counts)
        Company.figures_are_back()


def run_undo(work: Work, *, batch: int) -> dict[str, Any]:
    """Undo a large import, or go on where an interrupted undoing stopped."""
    one = ImportBatch.objects.get(pk=batch)
    if one.state == ImportBatch.State.UNDOING:
        undo(one, by=one.by, progress=lambda done: work.progress(done, one.created + one.changed))
    return {}
