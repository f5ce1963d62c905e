"""Let go of what stood before imports once it can no longer be put back: it does not grow without end."""

from __future__ import annotations

from milepost.exchange.before import Before
from milepost.exchange.built_on import read_later
from milepost.exchange.models import ImportBatch, SourceLink
from milepost.web.turns import in_turns


def let_go(newest: ImportBatch) -> None:
    """Delete what is kept of earlier imports whose rows a later one has read: these can no longer be taken back.

    Each row of a source so has at most one import that keeps what stood before.
    """
    earlier = ImportBatch.objects.filter(source=newest.source, before__isnull=False).exclude(pk=newest.pk)
    for one in earlier.exclude(state=ImportBatch.State.UNDOING).distinct():
        if read_later(one) or _seen_later(one):
            one.let_go = True
            one.save(update_fields=["let_go"])
            kept = one.before.values_list("pk", flat=True)
            in_turns(list(kept), lambda some: Before.objects.filter(pk__in=some).delete())


def _seen_later(batch: ImportBatch) -> bool:
    """Tell whether a later import has read rows in which this one found nothing new."""
    rows = batch.before.filter(kind="").values_list("rows", flat=True).iterator(chunk_size=10)
    return any(SourceLink.objects.filter(pk__in=list(kept["links"])).exclude(seen=batch).exists() for kept in rows)
