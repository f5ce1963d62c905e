"""What the history tells of things since an import has made or changed them."""

from __future__ import annotations

from typing import Any

from milepost.exchange.models import ImportBatch
from milepost.web.models import Change

VERB = "import taken back"


def since(batch: ImportBatch) -> Any:
    """Ask for the lines written after an import has ended, without what has been taken back, and that it was."""
    lines = Change.objects.filter(at__gt=batch.finished_at or batch.at).exclude(verb=VERB)
    for other in ImportBatch.objects.filter(source=batch.source, state=ImportBatch.State.UNDONE, pk__gt=batch.pk):
        if other.begun_at and other.finished_at:
            lines = lines.exclude(by=other.by, at__range=(other.begun_at, other.finished_at))
    return lines
